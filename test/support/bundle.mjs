/**
 * Bundles scripts that run in a Node process of their own beside tests and benchmarks.
 */
import { build } from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @cornerstonejs/adapters want the viewer's core for a few names only; the rest of it needs a browser. */
const stubCore = {
  name: 'stub-core',
  setup(build) {
    build.onResolve({ filter: /^@cornerstonejs\/core$/ }, () => ({
      path: 'core',
      namespace: 'stub',
    }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
      contents: `
        const names = new Proxy({}, { get: (_, name) => String(name) });
        export const Enums = { MetadataModules: names };
        export const utilities = { FrameRange: { imageIdToFrameStart: () => undefined } };
        export const metaData = {};
        export const cache = {};`,
    }));
  },
};

/** Returns the path of the bundle, an ES module of this name in .cache. */
export async function bundleForNode(entry, name) {
  const outfile = path.join(root, '.cache', 'bundles', name);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['cordon-source'],
    plugins: [stubCore],
    absWorkingDir: root,
    logLevel: 'error',
    // The runtime's WebAssembly lies beside its own script.
    external: ['@cornerstonejs/codec-*', 'onnxruntime-web'],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url); const __filename = new URL(import.meta.url).pathname; const __dirname = __filename.slice(0, __filename.lastIndexOf('/'));",
    },
  });
  return outfile;
}
