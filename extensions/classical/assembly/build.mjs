/**
 * Compiles each assembly/NAME.ts to WebAssembly (SIMD) and writes it, base64 in a TypeScript module with the types of
 * its exports, to src/generated/NAME.ts: no file has to be found at run time. What has not changed is not compiled.
 *
 * Rules for a kernel file, checked here: no static data and no managed objects (raw pointers only), because several
 * kernel modules share one memory, and the session alone decides where everything lies.
 * A line `// @inline` before a function is AssemblyScript's decorator; written as a comment, because the formatter knows
 * no decorators on functions.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const generated = path.join(here, '..', 'src', 'generated');

const flags = [
  '--runtime=stub',
  '--importMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
  '-O3',
  '--noAssert',
  '--enable=simd',
  '--bindings=raw',
];

/** Compiles what changed; returns the names of the kernel modules that were compiled. */
export async function buildKernels({ log = () => undefined } = {}) {
  const names = (await readdir(here)).filter((name) => name.endsWith('.ts')).sort();
  await mkdir(generated, { recursive: true });
  for (const file of await readdir(generated)) {
    if (file.endsWith('.ts') && !names.includes(file)) await rm(path.join(generated, file));
  }
  const common = await commonHash();
  const compiled = [];
  for (const file of names) {
    const source = await readFile(path.join(here, file));
    const hash = createHash('sha256').update(common).update(source).digest('hex');
    const target = path.join(generated, file);
    const present = await readFile(target, 'utf8').catch(() => '');
    if (present.startsWith(`// ${hash}\n`)) continue;
    const name = file.slice(0, -3);
    log(`compiling ${file}`);
    const module = await compile(file);
    checkModule(file, module.wasm);
    // Written aside and renamed, so that a build at the same time never reads half a file.
    const aside = `${target}.${process.pid}`;
    await writeFile(aside, `// ${hash}\n${generatedSource(name, module)}`);
    await rename(aside, target);
    compiled.push(name);
  }
  return compiled;
}

/** What every module depends on: the shared sources, this file and the compiler. */
async function commonHash() {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  const lib = path.join(here, 'lib');
  for (const file of (await readdir(lib)).sort()) hash.update(await readFile(path.join(lib, file)));
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/asc'));
  const manifest = await readFile(path.join(path.dirname(compiler), '..', 'package.json'), 'utf8');
  return hash.update(JSON.parse(manifest).version).digest();
}

async function compile(file) {
  const { main } = await import('assemblyscript/asc');
  const written = new Map();
  const { error, stderr } = await main([file, '--outFile=kernel.wasm', ...flags], {
    readFile: async (name, base) => {
      const text = await readFile(path.resolve(here, base, name), 'utf8').catch(() => null);
      return text?.replaceAll(/^\/\/ @inline$/gm, '@inline') ?? null;
    },
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`assembly/${file} does not compile:\n${stderr.toString()}`);
  return { wasm: written.get('kernel.wasm'), declarations: written.get('kernel.d.ts') };
}

/** Static data would be written over by another module; anything imported beside the memory has no source. */
function checkModule(file, wasm) {
  const module = new WebAssembly.Module(wasm);
  const imports = WebAssembly.Module.imports(module).filter(({ kind }) => kind !== 'memory');
  if (imports.length > 0) {
    throw new Error(`assembly/${file} imports ${imports.map(({ name }) => name).join(', ')}`);
  }
  const dataSection = 11;
  for (let at = 8; at < wasm.length;) {
    const id = wasm[at];
    const [size, next] = leb128(wasm, at + 1);
    if (id === dataSection) throw new Error(`assembly/${file} has static data`);
    at = next + size;
  }
}

function leb128(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function generatedSource(name, { wasm, declarations }) {
  const camel = name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
  const type = `${camel[0].toUpperCase()}${camel.slice(1)}Kernels`;
  const functions = [...declarations.matchAll(/^ {2}export function (.*);?$/gm)]
    .map(([, signature]) => `  ${signature.replace(/;$/, '')};`)
    .join('\n');
  return `// Generated from assembly/${name}.ts by assembly/build.mjs.
import type { WasmSource } from '../kernels/wasm';

export interface ${type} {
${functions}
}

export const ${camel}Wasm: WasmSource<${type}> = {
  name: '${name}',
  base64:
    '${Buffer.from(wasm).toString('base64')}',
};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildKernels({ log: console.log });
}
