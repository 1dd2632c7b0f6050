/**
 * @file Loads the kernel modules that assembly/build.mjs made. A module is compiled once per thread.
 */

/** A kernel module as its generated source holds it; `K` are the types of its exports. */
export interface WasmSource<K extends object> {
  readonly name: string;
  readonly base64: string;
  /** Never set: it only carries the type of the exports. */
  readonly kernels?: K;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** An instance of the module on `memory`. Modules hold no static data, so any number may share one memory. */
export async function instantiate<K extends object>(
  source: WasmSource<K>,
  memory: WebAssembly.Memory
): Promise<K> {
  let module = compiled.get(source.name);
  if (!module) {
    module = WebAssembly.compile(decodeBase64(source.base64));
    compiled.set(source.name, module);
  }
  const instance = await WebAssembly.instantiate(await module, { env: { memory } });
  return instance.exports as unknown as K;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
