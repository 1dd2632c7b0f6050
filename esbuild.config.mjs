/**
 * Builds everything: AssemblyScript kernels, the drop-in plugin (dist/plugin) and the command line
 * (server-adapter/dist), and the npm packages for a viewer that is built with them (lib and public of each workspace, declarations
 * by `npm run typecheck`). `--generate` stops after the generated sources, which type checking needs.
 */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { buildKernels } from './extensions/classical/assembly/build.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const at = (...parts) => path.join(root, ...parts);
const pluginDir = at('dist', 'plugin');

/** The viewer's own cornerstone, which it puts on the window; a second copy would not share its state. */
const hostGlobals = {
  name: 'host-globals',
  setup(build) {
    const globals = {
      '@cornerstonejs/core': 'cornerstone',
      '@cornerstonejs/tools': 'cornerstoneTools',
    };
    build.onResolve({ filter: /^@cornerstonejs\/(core|tools)$/ }, ({ path }) => ({
      path,
      namespace: 'host',
    }));
    build.onLoad({ filter: /.*/, namespace: 'host' }, ({ path }) => ({
      contents: `module.exports = window.${globals[path]}`,
      loader: 'js',
    }));
  },
};

/** zod's messages in some fifty languages: half a worker's size, and never shown. English stays. */
const zodInEnglish = {
  name: 'zod-in-english',
  setup(build) {
    build.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
      resolveDir: at('node_modules', 'zod', 'v4', 'locales'),
    }));
  },
};

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  conditions: ['cordon-source'],
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'linked',
  absWorkingDir: root,
};

/** One folder of ES modules with shared chunks, so that all extensions use one workbench. */
async function buildPlugin() {
  await rm(pluginDir, { recursive: true, force: true });
  const entryPoints = {
    workbench: 'extensions/workbench/src/extension.ts',
    classical: 'extensions/classical/src/extension.ts',
    neural: 'extensions/neural/src/extension.ts',
    'dicom-seg': 'extensions/dicom-seg/src/extension.ts',
    mode: 'modes/segmentation/src/mode.ts',
    cordon: 'modes/segmentation/src/cordon.ts',
  };
  await build({
    ...common,
    entryPoints,
    outdir: pluginDir,
    splitting: true,
    minify: true,
    chunkNames: 'chunk-[hash]',
    platform: 'browser',
    plugins: [hostGlobals, zodInEnglish],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    // The codecs of compressed pixels ask for these in Node only.
    external: ['fs', 'path'],
  });
  // Workers are bundled one by one: each must load on its own, and a missing one must not take the others with it.
  const workers = {
    'workbench.worker': 'extensions/workbench/src/worker.ts',
    'classical.worker': 'extensions/classical/src/worker.ts',
    'neural.worker': 'extensions/neural/src/worker.ts',
    'neural-webgpu': 'extensions/neural/src/engine/runtime-webgpu.ts',
    'dicom-seg.worker': 'extensions/dicom-seg/src/worker.ts',
  };
  const present = Object.entries(workers).filter(([, source]) => existsSync(at(source)));
  await build({
    ...common,
    entryPoints: Object.fromEntries(present),
    outdir: pluginDir,
    minify: true,
    platform: 'browser',
    plugins: [zodInEnglish],
    // The runtime's WebAssembly and its glue stay files of their own, which its threads load again.
    conditions: [...common.conditions, 'onnxruntime-web-use-extern-wasm'],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    // The codecs ask for these in Node only.
    external: ['node:*', 'fs', 'path'],
  });
  await copyModels();
  await copyRuntime();
  await copyCodecs();
}

/** WebAssembly of the codecs of compressed pixels: their glue looks for it beside the worker. */
async function copyCodecs() {
  for (const name of [
    'codec-charls/decodewasm',
    'codec-libjpeg-turbo-8bit/decodewasm',
    'codec-openjpeg/decodewasm',
    'codec-openjph/wasm',
  ]) {
    const source = fileURLToPath(import.meta.resolve(`@cornerstonejs/${name}`));
    await cp(source, path.join(pluginDir, path.basename(source)));
  }
}

/** onnxruntime's WebAssembly, served beside the plugin: the plain build, and the one that drives WebGPU. */
async function copyRuntime() {
  for (const build of ['', '.asyncify']) {
    for (const type of ['mjs', 'wasm']) {
      const name = `ort-wasm-simd-threaded${build}.${type}`;
      const source = fileURLToPath(import.meta.resolve(`onnxruntime-web/${name}`));
      await cp(source, path.join(pluginDir, 'ort', name));
    }
  }
}

/** Models lie beside the plugin, so that a static web server is enough. Training code and data stay out. */
async function copyModels() {
  const source = at('models');
  if (!existsSync(at('models', 'index.json'))) return;
  await mkdir(path.join(pluginDir, 'models'), { recursive: true });
  await cp(at('models', 'index.json'), path.join(pluginDir, 'models', 'index.json'));
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (!entry.isDirectory() || !existsSync(path.join(source, entry.name, 'metadata.json')))
      continue;
    await cp(path.join(source, entry.name), path.join(pluginDir, 'models', entry.name), {
      recursive: true,
    });
  }
}

async function buildCommandLine() {
  await build({
    ...common,
    entryPoints: { cordon: 'server-adapter/src/cordon.ts' },
    outdir: at('server-adapter', 'dist'),
    platform: 'node',
    target: 'node20',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // Ours is bundled (it is TypeScript), everything else stays in node_modules.
    plugins: [
      {
        name: 'externals',
        setup(build) {
          build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@cordon/')
              ? undefined
              : { path, external: true }
          );
        },
      },
    ],
    banner: { js: '// Built by esbuild.config.mjs from server-adapter/src.' },
  });
}

/** What each package serves to the browser as files, by their names beside the plugin. */
const packages = {
  'extensions/workbench': ['workbench.worker.js'],
  'extensions/classical': ['classical.worker.js'],
  'extensions/neural': ['neural.worker.js', 'neural-webgpu.js', 'ort', 'models'],
  'extensions/dicom-seg': ['dicom-seg.worker.js', /\.wasm$/],
  'modes/segmentation': [],
};

/**
 * The npm packages. lib: the modules that package.json exports, everything else left to the bundler of the viewer, so that all
 * packages share one workbench, one React and the viewer's cornerstone. public: files that OHIF's build copies to the root of its
 * site, where the modules look for them below PUBLIC_URL.
 */
async function buildPackage(folder, files) {
  const { exports } = JSON.parse(await readFile(at(folder, 'package.json'), 'utf8'));
  const lib = at(folder, 'lib');
  const served = at(folder, 'public', 'plugins', 'cordon');
  for (const name of existsSync(lib) ? await readdir(lib) : []) {
    if (name !== 'types') await rm(path.join(lib, name), { recursive: true });
  }
  await rm(at(folder, 'public'), { recursive: true, force: true });
  await build({
    ...common,
    conditions: [],
    metafile: false,
    entryPoints: Object.values(exports).map(({ 'cordon-source': source, default: output }) => ({
      in: path.join(folder, source),
      out: path.relative('lib', output).replace(/\.js$/, ''),
    })),
    outdir: lib,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    platform: 'neutral',
    packages: 'external',
    define: { 'import.meta.url': 'servedFrom' },
    inject: [at('modes', 'segmentation', 'served-from.mjs')],
  });
  for (const name of await readdir(pluginDir)) {
    if (!files.some((file) => (file instanceof RegExp ? file.test(name) : file === name))) continue;
    await cp(path.join(pluginDir, name), path.join(served, name), { recursive: true });
  }
}

await buildKernels();
if (!process.argv.includes('--generate')) {
  await buildPlugin();
  await buildCommandLine();
  await writeFile(at('dist', 'plugin', 'package.json'), '{ "type": "module" }\n');
  for (const [folder, files] of Object.entries(packages)) await buildPackage(folder, files);
}
