/**
 * @file The second packaging: npm packages for a viewer that is built with them. Only what would be published is used, bundled by
 * webpack, registered with OHIF's own managers; the site serves what OHIF's build would copy there, below a path of its own.
 */
import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(__dirname, '../..');
const run = promisify(execFile);
const node = async (...words: string[]) =>
  (await run(process.execPath, words, { cwd: root, maxBuffer: 1 << 26 })).stdout;
/** The viewer is served below this path, as PUBLIC_URL says. */
const BELOW = '/ohif/';
const EXTENSIONS = ['classical', 'neural', 'dicom-seg'].map((name) => `extensions/${name}`);

interface Built {
  readonly paths: Readonly<Record<string, readonly string[]>>;
  readonly imports: Readonly<Record<string, readonly string[]>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Registered {
  readonly extensions: readonly string[];
  readonly mode: string;
  readonly panel: string;
  readonly reader: string;
  readonly accepts: boolean;
  readonly methods: readonly string[];
  readonly shown: readonly object[];
}

function serve(folder: string): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const file = join(folder, url.slice(BELOW.length).split('?')[0]);
    if (url.startsWith(BELOW) && existsSync(file)) createReadStream(file).pipe(response);
    else response.writeHead(404).end();
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      done(server);
    });
  });
}

describe('the npm packages', () => {
  let folder: string;
  let built: Built;

  beforeAll(async () => {
    const output = join(root, 'test', 'output');
    await mkdir(output, { recursive: true });
    folder = await mkdtemp(join(output, 'packages-'));
    await run('npx', ['tsc', '-b', 'modes/segmentation', ...EXTENSIONS], { cwd: root });
    built = JSON.parse(await node(join(__dirname, 'built-viewer.mjs'), folder)) as Built;
  }, 900_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('hold every file that their exports name, and no sources', async () => {
    for (const [name, paths] of Object.entries(built.paths)) {
      const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      const { exports, keywords } = JSON.parse(text) as {
        readonly exports: Readonly<
          Record<string, { readonly types: string; readonly default: string }>
        >;
        readonly keywords: readonly string[];
      };
      for (const { types, default: output } of Object.values(exports)) {
        expect(paths).toContain(output.slice(2));
        expect(paths).toContain(types.slice(2));
      }
      expect(keywords).toContain(name.includes('mode') ? 'ohif-mode' : 'ohif-extension');
      expect(paths.filter((path) => path.startsWith('src/'))).toEqual([]);
    }
  });

  it('declare every package that they import', async () => {
    for (const [name, imports] of Object.entries(built.imports)) {
      const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
      const { dependencies, peerDependencies } = JSON.parse(text) as Readonly<
        Record<'dependencies' | 'peerDependencies', object>
      >;
      const declared = Object.keys({ ...dependencies, ...peerDependencies });
      expect(imports.length).toBeGreaterThan(0);
      expect(declared).toEqual(expect.arrayContaining([...imports]));
    }
  });

  it('are bundled without a complaint, and every file that they ask the site for is among those that they bring', async () => {
    expect([...built.errors, ...built.warnings]).toEqual([]);
    const asked = new Set<string>();
    for (const [name, paths] of Object.entries(built.paths)) {
      for (const path of paths.filter((one) => /^lib\/[^/]+\.js$/.test(one))) {
        const text = await readFile(join(folder, 'node_modules', name, path), 'utf8');
        expect(text).not.toContain('import.meta.url');
        for (const [, file] of text.matchAll(/new URL\(\s*["'`]\.\/([\w.-]+)[^)]*servedFrom\)/g)) {
          asked.add(file);
        }
      }
    }
    expect([...asked].toSorted()).toEqual([
      'classical.worker.js',
      'dicom-seg.worker.js',
      'models',
      'neural.worker.js',
      'workbench.worker.js',
    ]);
    const served = join(folder, 'site', 'plugins', 'cordon');
    expect([...asked].filter((file) => !existsSync(join(served, file)))).toEqual([]);
    expect(existsSync(join(served, 'ort', 'ort-wasm-simd-threaded.wasm'))).toBe(true);
  });

  it('register with the managers of OHIF and offer panel, reader, commands, methods and the models of the site', async () => {
    const server = await serve(join(folder, 'site'));
    try {
      const { port } = server.address() as AddressInfo;
      const address = `http://127.0.0.1:${port.toString()}${BELOW}`;
      const said = await node(join(__dirname, 'register.mjs'), folder, address);
      const registered = JSON.parse(said) as Registered;
      expect(registered).toMatchObject({
        extensions: Object.keys(built.paths).filter((name) => name.includes('extension')),
        mode: '@cordon/mode-segmentation',
        panel: 'segmentation',
        reader: 'dicom-seg',
        accepts: true,
        shown: [],
      });
      const index = await readFile(join(root, 'models', 'index.json'), 'utf8');
      const { models } = JSON.parse(index) as {
        readonly models: readonly { readonly id: string }[];
      };
      expect(models.length).toBeGreaterThan(9);
      expect(registered.methods).toEqual(
        expect.arrayContaining(['threshold', 'watershed', 'lung-ct', ...models.map(({ id }) => id)])
      );
    } finally {
      server.close();
    }
  }, 300_000);

  it('declare their types: a vendor’s method is checked against the contract', async () => {
    const source = (family: string) => `
      import type { SegmentationMethod } from '@cordon/extension-workbench/pure';
      import extension from '@cordon/extension-classical';
      const id: string = extension.id;
      const family: SegmentationMethod['family'] = '${family}';
      export { id, family };
      // @ts-expect-error a type that is not there would be any
      export const wrong: number = extension.id;`;
    const check = async (family: string) => {
      const file = join(folder, 'vendor.ts');
      await writeFile(file, source(family));
      const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext'];
      const words = [...options, '--moduleResolution', 'bundler', '--skipLibCheck', file];
      return run('npx', ['tsc', ...words], { cwd: folder }).then(
        () => '',
        ({ stdout }: { readonly stdout: string }) => stdout
      );
    };
    expect(await check('classical')).toBe('');
    expect(await check('clasical')).toMatch(/"clasical"' is not assignable/);
  }, 300_000);
});
