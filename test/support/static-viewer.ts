/**
 * What a hospital's web server does without our gateway: plain files — the viewer, the plugin folder, an app-config.js
 * with two lines of ours — and, as in any nginx, a reverse proxy to the archive.
 */
import { createServer, request, type ServerResponse } from 'node:http';
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.html': 'text/html',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface StaticViewer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface StaticViewerOptions {
  readonly viewerDir: string;
  readonly pluginDir: string;
  /** DICOMweb root of the archive. */
  readonly archiveUrl: string;
  /** Headers that isolate the page, so that threads and shared memory work; a plain server has none. */
  readonly isolated?: boolean;
  /** Files of further extensions in the plugin folder, as IT would add their lines. */
  readonly extensions?: readonly string[];
  /** Types that a server gives files of the plugin folder in place of the right ones, by file name. */
  readonly wrongTypes?: ReadonlyMap<string, string>;
}

/** The file that hospital IT edits; the two lines are ours. */
const appConfig = (extensions: readonly string[]) => `window.config = {
  extensions: ${JSON.stringify(extensions.map((file) => `/plugins/cordon/${file}`))},
  modes: ['/plugins/cordon/mode.js'],
  routerBasename: null,
  showStudyList: true,
  maxNumberOfWebWorkers: 3,
  showWarningMessageForCrossOrigin: false,
  investigationalUseDialog: { option: 'never' },
  defaultDataSourceName: 'dicomweb',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
    sourceName: 'dicomweb',
    configuration: {
      friendlyName: 'archive', name: 'archive',
      wadoUriRoot: '/dicom-web', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web',
      qidoSupportsIncludeField: false, supportsFuzzyMatching: false, supportsWildcard: true,
      imageRendering: 'wadors', thumbnailRendering: 'wadors', enableStudyLazyLoad: true,
      omitQuotationForMultipartRequest: true,
      bulkDataURI: { enabled: true, relativeResolution: 'studies' },
    },
  }],
};`;

export async function startStaticViewer(options: StaticViewerOptions): Promise<StaticViewer> {
  const { viewerDir, pluginDir, archiveUrl } = options;
  const common = {
    'cross-origin-resource-policy': 'same-origin',
    ...(options.isolated && {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }),
  };
  const sendFile = (response: ServerResponse, file: string) => {
    response.writeHead(200, {
      ...common,
      'content-type':
        options.wrongTypes?.get(basename(file)) ??
        TYPES[extname(file)] ??
        'application/octet-stream',
    });
    createReadStream(file).pipe(response);
  };
  const server = createServer((incoming, response) => {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/dicom-web')) {
      const to = new URL(`${archiveUrl}${pathname.slice('/dicom-web'.length)}${search}`);
      const forwarded = `host=${incoming.headers.host ?? ''};proto=http`;
      // To the archive the proxy is a program on the server's side, not a page of some other origin.
      const { origin, ...rest } = incoming.headers;
      void origin;
      const headers = { ...rest, host: to.host, forwarded };
      const upstream = request(to, { method: incoming.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...common });
        answer.pipe(response);
      });
      upstream.on('error', () => {
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<html><body>502 Bad Gateway</body></html>');
      });
      incoming.pipe(upstream);
      return;
    }
    if (pathname === '/app-config.js') {
      response.writeHead(200, { ...common, 'content-type': 'text/javascript' });
      response.end(appConfig(['cordon.js', ...(options.extensions ?? [])]));
      return;
    }
    const isPlugin = pathname.startsWith('/plugins/cordon/');
    const folder = isPlugin ? pluginDir : viewerDir;
    const path = isPlugin ? pathname.slice('/plugins/cordon/'.length) : pathname;
    const file = join(folder, normalize(`/${decodeURIComponent(path)}`));
    if (existsSync(file) && statSync(file).isFile()) sendFile(response, file);
    else if (extname(pathname) === '') sendFile(response, join(viewerDir, 'index.html'));
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404 Not Found</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
