/** Types of libraries that carry none, or none that module resolution finds. Only what this package calls. */

declare module 'fflate' {
  export class Inflate {
    constructor(onData: (block: Uint8Array, final: boolean) => void);
    push(block: Uint8Array, final?: boolean): void;
  }
  export class Gunzip {
    constructor(onData: (block: Uint8Array, final: boolean) => void);
    push(block: Uint8Array, final?: boolean): void;
  }
  export function gzipSync(
    bytes: Uint8Array,
    options?: { level?: number; mtime?: number }
  ): Uint8Array;
}

/** What the emscripten decoders have in common. */
interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean;
}
interface EmscriptenDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
}
interface CodecOptions {
  locateFile?(file: string): string;
  print?(text: string): void;
  printErr?(text: string): void;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const load: (
    options?: CodecOptions
  ) => Promise<{ readonly J2KDecoder: new () => EmscriptenDecoder }>;
  export default load;
}
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const load: (
    options?: CodecOptions
  ) => Promise<{ readonly JpegLSDecoder: new () => EmscriptenDecoder }>;
  export default load;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const load: (
    options?: CodecOptions
  ) => Promise<{ readonly HTJ2KDecoder: new () => EmscriptenDecoder }>;
  export default load;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const load: (
    options?: CodecOptions
  ) => Promise<{ readonly JPEGDecoder: new () => EmscriptenDecoder }>;
  export default load;
}
