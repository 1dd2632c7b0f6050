/** `cordon serve`: defaults, credentials from the environment, what is printed, and a graceful stop on a signal. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { CordonError } from '@cordon/extension-workbench/pure';
import type { ImportReport } from '../archive/import-folder';
import { startGateway, type Gateway, type ImageSource } from './gateway';

export interface ServeOptions {
  /** Address of the running program (import.meta.url of server-adapter/dist/cordon.js). */
  readonly programUrl: string;
  readonly host?: string;
  readonly port?: number;
  /** DICOMweb root of another server; the embedded archive is not used then. */
  readonly dicomweb?: string;
  /** Folder of the embedded archive; default .cache/archive in the project folder. */
  readonly archive?: string;
  readonly imports?: readonly string[];
}

export interface ServeEnvironment {
  /** Folder of the viewer. */
  readonly CORDON_VIEWER?: string;
  /** Folder of the built plugin. */
  readonly CORDON_PLUGIN?: string;
  /** '1': an archive that never held anything gets the sample study. */
  readonly CORDON_SAMPLE?: string;
  /** pino level; default warn. */
  readonly CORDON_LOG?: string;
  /** Host names under which browsers reach the gateway, separated by commas; '*' when a proxy checks them. */
  readonly CORDON_ALLOWED_HOSTS?: string;
  /** Address under which browsers reach the gateway, where that is a proxy's: scheme, name and port. */
  readonly CORDON_PUBLIC_URL?: string;
  /** Credentials for the server behind the gateway: a bearer token, or user and password. */
  readonly CORDON_DICOMWEB_TOKEN?: string;
  readonly CORDON_DICOMWEB_USER?: string;
  readonly CORDON_DICOMWEB_PASSWORD?: string;
}

const VIEWER = join('.cache', 'viewer', '3.13.2');

/**
 * Starts the gateway, prints its address and the outcome of imports.
 * @param print writes one line
 */
export async function serve(
  options: ServeOptions,
  environment: ServeEnvironment,
  print: (line: string) => void
): Promise<Gateway> {
  if (options.dicomweb && options.archive) throw bothSources();
  const publicUrl = publicOrigin(environment.CORDON_PUBLIC_URL);
  const project = fileURLToPath(new URL('../..', options.programUrl));
  const source: ImageSource = options.dicomweb
    ? { kind: 'dicomweb', url: options.dicomweb, authorization: upstreamAuthorization(environment) }
    : {
        kind: 'archive',
        directory: options.archive ?? join(project, '.cache', 'archive'),
        seedSample: environment.CORDON_SAMPLE === '1',
      };
  const hosts = environment.CORDON_ALLOWED_HOSTS;
  const gateway = await startGateway({
    host: options.host,
    port: options.port,
    viewerDir: environment.CORDON_VIEWER ?? join(project, VIEWER),
    pluginDir: environment.CORDON_PLUGIN ?? join(project, 'dist', 'plugin'),
    source,
    imports: options.imports,
    logger: pino({ level: environment.CORDON_LOG ?? 'warn' }, pino.destination(2)),
    allowedHosts: hosts === '*' ? 'any' : hosts?.split(',').map((name) => name.trim()),
    publicUrl,
  });
  gateway.imports.forEach((report) => printImport(report, print));
  print(`Cordon is ready: ${gateway.url}`);
  const count = gateway.instanceCount();
  print(
    count === undefined
      ? `images come from ${options.dicomweb}`
      : `the archive holds ${count} instances`
  );
  return gateway;
}

function upstreamAuthorization(environment: ServeEnvironment): string | undefined {
  const {
    CORDON_DICOMWEB_TOKEN: token,
    CORDON_DICOMWEB_USER: user,
    CORDON_DICOMWEB_PASSWORD: password,
  } = environment;
  if (token) return `Bearer ${token}`;
  if (user) return `Basic ${Buffer.from(`${user}:${password ?? ''}`, 'utf8').toString('base64')}`;
  return undefined;
}

const MAX_LISTED = 20;

function printImport(
  { folder, imported, alreadyThere, skipped }: ImportReport,
  print: (line: string) => void
): void {
  print(
    `imported ${imported} DICOM files from ${folder} (${alreadyThere} were there already, ${skipped.length} skipped)`
  );
  skipped.slice(0, MAX_LISTED).forEach(({ file, why }) => print(`  skipped ${file}: ${why}`));
  if (skipped.length > MAX_LISTED) print(`  … and ${skipped.length - MAX_LISTED} more`);
}

/**
 * Resolves after SIGINT or SIGTERM, when running requests are finished and the gateway is stopped.
 * A second signal ends the process at once.
 */
export async function untilStopped(gateway: Gateway, print: (line: string) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  print('stopping …');
  await gateway.close();
}

/** The origin as browsers send it, without a slash at its end. Throws `USAGE` where there is more to the address. */
function publicOrigin(address: string | undefined): string | undefined {
  if (!address) return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin) throw noOrigin(address);
  return url.origin;
}

const noOrigin = (address: string): CordonError =>
  new CordonError({
    code: 'USAGE',
    what: 'the gateway was not started',
    why: `CORDON_PUBLIC_URL is "${address}", which is no address of a web site's root`,
    remedy: 'give scheme, name and port, as in https://viewer.hospital.example',
  });

const bothSources = (): CordonError =>
  new CordonError({
    code: 'USAGE',
    what: 'the gateway was not started',
    why: '--archive and --dicomweb were both given, but images come from one of them',
    remedy: 'give only one of the two',
  });
