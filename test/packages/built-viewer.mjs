/**
 * A viewer that is built with the npm packages, as far as npm alone allows: what `npm pack` would publish lies in its node_modules,
 * webpack bundles the imports that OHIF's build writes for pluginConfig.json, and the packages' public folders are its site.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import webpack from 'webpack';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const PACKAGES = [
  '@cordon/extension-workbench',
  '@cordon/extension-classical',
  '@cordon/extension-neural',
  '@cordon/extension-dicom-seg',
  '@cordon/mode-segmentation',
];

/** Copies what would be published to `folder`/node_modules. Returns the published paths by package. */
export async function install(folder) {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const packed = JSON.parse(
    execFileSync('npm', [...words, ...PACKAGES.map((name) => `--workspace=${name}`)], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  );
  const paths = {};
  for (const { name, files } of packed) {
    paths[name] = files.map((file) => file.path);
    const [scope, folderName] = name.replace('@cordon/', '').split(/-(.*)/);
    const source = path.join(root, scope === 'mode' ? 'modes' : 'extensions', folderName);
    const target = path.join(folder, 'node_modules', name);
    for (const file of paths[name]) {
      await mkdir(path.dirname(path.join(target, file)), { recursive: true });
      await cp(path.join(source, file), path.join(target, file));
    }
  }
  return paths;
}

/** Names of the packages that a published one imports, itself not counted. */
async function importsOf(folder, name) {
  const home = path.join(folder, 'node_modules', name);
  const { exports } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
  const { metafile } = await build({
    entryPoints: Object.values(exports).map((one) => path.join(home, one.default)),
    outdir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    packages: 'external',
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const packageOf = (from) => from.match(/^(@[^/]+\/)?[^/]+/)[0];
  const names = imported
    .filter(({ external }) => external)
    .map(({ path: from }) => packageOf(from));
  return [...new Set(names)].filter((one) => one !== name);
}

/** Bundles the packages into `folder`/viewer.cjs and copies what they serve to `folder`/site. */
export async function buildViewer(folder) {
  const imports = PACKAGES.map((name) => `'${name}': () => import('${name}'),`);
  await writeFile(
    path.join(folder, 'pluginImports.js'),
    `export const packages = {\n${imports.join('\n')}\n};\n`
  );
  for (const name of PACKAGES) {
    const from = path.join(folder, 'node_modules', name, 'public');
    await cp(from, path.join(folder, 'site'), { recursive: true }).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  const compiler = webpack({
    mode: 'development',
    devtool: false,
    target: 'web',
    context: folder,
    entry: './pluginImports.js',
    output: {
      path: folder,
      publicPath: '/',
      filename: 'viewer.cjs',
      library: { type: 'commonjs2' },
    },
    // As in OHIF's build: Node's own modules are not there. vtk.js and the codecs name them without using them in a browser.
    resolve: { fallback: { fs: false, path: false, crypto: false, url: false } },
    // The viewer's own, beside its bundle: not what is tested here.
    externals: { '@ohif/core': 'commonjs2 @ohif/core' },
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
  });
  const stats = await new Promise((done, fail) => {
    compiler.run((error, result) => (error ? fail(error) : done(result)));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  const said = ({ message, moduleName }) => `${moduleName}: ${message}`;
  return { errors: errors.map(said), warnings: warnings.map(said) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  const paths = await install(folder);
  const imports = {};
  for (const name of PACKAGES) imports[name] = await importsOf(folder, name);
  const report = await buildViewer(folder);
  console.log(JSON.stringify({ paths, imports, ...report }));
}
