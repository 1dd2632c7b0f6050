/**
 * Serves the prebuilt viewer at the root, the plugin beside it and the generated configuration.
 * Files whose name holds a hash are cached for good, all others are asked for again with an ETag.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CordonError } from '@cordon/extension-workbench/pure';
import { appConfig, PLUGIN_PATH } from './app-config';
import { WORKER_POLICY } from './content-policy';

export interface ViewerHostOptions {
  readonly viewerDir: string;
  readonly pluginDir: string;
  /** The viewer's page, as `readIndexHtml` returns it. */
  readonly indexHtml: string;
}

/** @throws CordonError VIEWER_MISSING when the folder holds no viewer */
export function readIndexHtml(viewerDir: string): string {
  try {
    return readFileSync(`${viewerDir}/index.html`, 'utf8');
  } catch (error) {
    throw new CordonError({
      code: 'VIEWER_MISSING',
      what: 'the OHIF viewer is not there',
      why: `${viewerDir} holds no index.html`,
      remedy:
        'run "npm start", which fetches the viewer, or "node server-adapter/scripts/fetch-viewer.mjs"',
      cause: error,
    });
  }
}

/** Names such as 12.bundle.b4688cdbdd856b75.js, 0ddf166f7a343eda.wasm and chunk-4XQ2ABCD.js change with their content. */
export const isHashedName = (path: string): boolean =>
  /(^|[.-])([0-9a-f]{16}|[0-9A-Z]{8})\.(js|css|wasm|woff2?|png|svg|map)$/.test(
    basename(path).replace(/\.(br|gz)$/, '')
  );

export async function registerViewerHost(
  app: FastifyInstance,
  options: ViewerHostOptions
): Promise<void> {
  const { viewerDir, pluginDir, indexHtml } = options;
  const setHeaders = (reply: FastifyReply, path: string) => {
    const forGood = isHashedName(path);
    void reply.header(
      'cache-control',
      forGood ? 'public, max-age=31536000, immutable' : 'no-cache'
    );
    if (/\.m?js(\.br|\.gz)?$/.test(path))
      void reply.header('content-security-policy', WORKER_POLICY);
  };
  const common = { index: false, cacheControl: false, setHeaders, dotfiles: 'ignore' } as const;
  await app.register(fastifyStatic, {
    ...common,
    root: pluginDir,
    prefix: `${PLUGIN_PATH}/`,
    decorateReply: false,
  });
  await app.register(fastifyStatic, {
    ...common,
    root: viewerDir,
    prefix: '/',
    preCompressed: true,
    globIgnore: ['app-config.js', 'index.html'],
  });
  const page = (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(indexHtml);
  app.get('/', page);
  app.get('/index.html', page);
  app.get('/app-config.js', (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(appConfig(pluginDir))
  );
}

/** Whether an address that names no file is one of the viewer's own pages (the viewer routes them in the browser). */
export function isViewerPage(method: string, path: string): boolean {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const reserved = ['/plugins/', '/dicom-web', '/assets/'].some((prefix) =>
    path.startsWith(prefix)
  );
  return (method === 'GET' || method === 'HEAD') && !reserved && !last.includes('.');
}
