/**
 * The gateway: one HTTP server that serves the viewer, the plugin and DICOMweb from one origin, so that the browser
 * needs no permission from the archive. Bound to loopback unless told otherwise.
 */
import { createServer, type AddressInfo } from 'node:net';
import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { CordonError } from '@cordon/extension-workbench/pure';
import { Archive } from '../archive/archive';
import { EmbeddedBackend } from '../archive/embedded-backend';
import { importFolder, type ImportReport } from '../archive/import-folder';
import type { DicomWebBackend } from '../dicomweb/backend';
import { defaultStoreLimits, type StoreLimits } from '../dicomweb/receive';
import { registerDicomWeb } from '../dicomweb/routes';
import { ProxyBackend } from '../proxy/proxy-backend';
import { Upstream } from '../proxy/upstream';
import { seedSample } from '../sample/seed';
import { securityHeaders } from '../viewer-host/content-policy';
import { readIndexHtml, registerViewerHost } from '../viewer-host/viewer-host';
import { errorCode } from '../error-code';
import { answerErrors } from './errors';
import { checkHost, checkRawPath } from './guard';

/** From where packages are looked up: this file, or the program that it was bundled into. */
const SELF = process.argv[1] ?? process.cwd();

/** Where the images are. */
export type ImageSource =
  | { readonly kind: 'archive'; readonly directory: string; readonly seedSample?: boolean }
  | {
      readonly kind: 'dicomweb';
      readonly url: string;
      readonly authorization?: string;
      readonly timeoutMs?: number;
    };

export interface GatewayOptions {
  /** Default 127.0.0.1 */
  readonly host?: string;
  /** Default 3000; 0 takes any free port. */
  readonly port?: number;
  /** Folder of the prebuilt viewer (holds index.html). */
  readonly viewerDir: string;
  /** Folder of the built plugin (holds workbench.js …). */
  readonly pluginDir: string;
  readonly source: ImageSource;
  /** Folders whose DICOM files are copied into the archive at start. */
  readonly imports?: readonly string[];
  /** A pino logger; nothing is logged without one. */
  readonly logger?: FastifyBaseLogger;
  /** Further host names under which the gateway may be addressed; 'any' when a proxy checks them. */
  readonly allowedHosts?: readonly string[] | 'any';
  /** Address that browsers use, when another proxy stands in front: https://viewer.hospital.example */
  readonly publicUrl?: string;
  readonly storeLimits?: StoreLimits;
}

export interface Gateway {
  /** http://127.0.0.1:3000 */
  readonly url: string;
  readonly port: number;
  /** One report per imported folder. */
  readonly imports: readonly ImportReport[];
  /** Instances that the embedded archive holds; undefined in front of another server. */
  instanceCount(): number | undefined;
  /** Finishes running requests, then stops. */
  close(): Promise<void>;
}

/**
 * Starts the gateway and resolves when it accepts connections.
 * @throws CordonError VIEWER_MISSING, ARCHIVE_UNUSABLE, IMPORT_NEEDS_ARCHIVE, PORT_IN_USE, CANNOT_LISTEN
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = '127.0.0.1', port = 3000 } = options;
  const limits = options.storeLimits ?? defaultStoreLimits;
  const indexHtml = readIndexHtml(options.viewerDir);
  await checkPortIsFree(host, port);
  const { backend, archive } = await openSource(options, limits);
  const imports = await importAll(options.imports ?? [], archive, backend);
  const app = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    // Addresses hold UIDs: requests are logged by route, in errors.ts.
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: true,
    forceCloseConnections: 'idle',
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    requestTimeout: 15 * 60_000,
    routerOptions: { maxParamLength: 1024, caseSensitive: true },
  });
  app.server.headersTimeout = 20_000;
  const hosts = allowedHosts(host, options);
  app.addHook('onRequest', (request, _reply, done) => {
    checkRawPath(request.raw.url ?? '');
    checkHost(request.headers.host, hosts);
    done();
  });
  await app.register(helmet, securityHeaders(indexHtml));
  await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
  // Bodies are streamed by their route; nothing is buffered before it is asked for.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  answerErrors(app, indexHtml);
  app.get('/health', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok', archive: options.source.kind })
  );
  registerDicomWeb(app, { backend, limits, publicUrl: options.publicUrl, maxConcurrentStores: 8 });
  await registerViewerHost(app, {
    viewerDir: options.viewerDir,
    pluginDir: options.pluginDir,
    indexHtml,
  });
  await listen(app, host, port, backend);
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    imports,
    instanceCount: () => archive?.catalog.instanceCount,
    async close() {
      await app.close();
      await backend.close();
    },
  };
}

async function importAll(
  folders: readonly string[],
  archive: Archive | undefined,
  backend: DicomWebBackend
): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  try {
    for (const folder of folders) {
      if (!archive) throw importNeedsArchive();
      reports.push(await importFolder(archive, folder));
    }
    return reports;
  } catch (error) {
    await backend.close();
    throw error;
  }
}

async function openSource(
  { source, logger }: GatewayOptions,
  limits: StoreLimits
): Promise<{ backend: DicomWebBackend; archive?: Archive }> {
  if (source.kind === 'dicomweb')
    return { backend: await ProxyBackend.open(new Upstream(source), limits) };
  const archive = await Archive.open(source.directory);
  for (const { why } of archive.skipped)
    logger?.warn({ why }, 'a file in the archive was left out');
  if (source.seedSample) await seedSample(archive, SELF);
  return { backend: new EmbeddedBackend(archive, limits), archive };
}

function allowedHosts(
  host: string,
  { allowedHosts: further = [], publicUrl }: GatewayOptions
): ReadonlySet<string> | 'any' {
  const loopback = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (further === 'any' || (!loopback && further.length === 0)) return 'any';
  return new Set([
    'localhost',
    '127.0.0.1',
    '[::1]',
    host.toLowerCase(),
    // A proxy in front may pass on the name that browsers use.
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
    ...further.map((name) => name.toLowerCase()),
  ]);
}

/** Said before the archive is opened, which takes longer and is in use when another gateway has the port. */
async function checkPortIsFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host, port }, resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
  } catch (error) {
    throw cannotListen(host, port, error);
  }
}

async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  backend: DicomWebBackend
): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    await backend.close();
    throw cannotListen(host, port, error);
  }
}

function cannotListen(host: string, port: number, error: unknown): CordonError {
  const inUse = errorCode(error) === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  return new CordonError({
    code: inUse ? 'PORT_IN_USE' : 'CANNOT_LISTEN',
    what: `the gateway cannot listen on ${host}:${port}`,
    why: inUse ? 'another program uses this port' : reason,
    remedy: inUse
      ? 'stop the other program, or choose another port (PORT=3001 npm start, or --port 3001)'
      : 'choose another address or port',
    cause: error,
  });
}

const importNeedsArchive = (): CordonError =>
  new CordonError({
    code: 'IMPORT_NEEDS_ARCHIVE',
    what: 'the folder cannot be imported',
    why: 'files are imported into the embedded archive, but the gateway is used in front of another server',
    remedy: 'leave out --dicomweb, or store the files into that server with its own tools',
  });
