/**
 * @file The memory of a kernel session: one WebAssembly memory, filled like a stack. What is allocated after a mark is
 * given back by rewinding to it. Memory grows as needed and is never cleared by itself.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const PAGE_BYTES = 65536;
/** A 32-bit WebAssembly memory ends at 4 GiB. */
const MOST_BYTES = 65536 * PAGE_BYTES;
/** Address 0 stays unused, and each allocation starts on a cache line. */
const ALIGNMENT = 64;
/** Vector loads may touch this many bytes beyond an array. */
const SLACK_BYTES = 256;

export class Arena {
  /** The mark of an empty memory. */
  static readonly BOTTOM = ALIGNMENT;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_BYTES / PAGE_BYTES });
  readonly #limitBytes: number;
  #top = ALIGNMENT;

  /** `limitBytes` caps the memory below the 4 GiB that the platform allows. */
  constructor(limitBytes = MOST_BYTES) {
    this.#limitBytes = Math.min(limitBytes, MOST_BYTES);
  }

  /** Bytes that are in use now. */
  get usedBytes(): number {
    return this.#top;
  }

  /** Bytes that the memory occupies, the most that were ever in use. */
  get reservedBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Address of `bytes` new bytes with undefined content. Throws `MEMORY_EXHAUSTED`. Views taken before may be dead. */
  allocate(bytes: number): number {
    const address = this.#top;
    const end = Math.ceil((address + bytes + SLACK_BYTES) / ALIGNMENT) * ALIGNMENT;
    if (end > this.#limitBytes) throw exhausted(bytes, address, this.#limitBytes);
    const missing = Math.ceil((end - this.reservedBytes) / PAGE_BYTES);
    if (missing > 0) this.#grow(missing, bytes);
    this.#top = end;
    return address;
  }

  /** The place to which {@link rewind} gives memory back. */
  mark(): number {
    return this.#top;
  }

  rewind(mark: number): void {
    this.#top = mark;
  }

  /** Views live until the next allocation. */
  u8(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  u16(address: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  i16(address: number, length: number): Int16Array<ArrayBuffer> {
    return new Int16Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  u32(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  i32(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  f32(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  f64(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.buffer as ArrayBuffer, address, length);
  }

  #grow(pages: number, bytes: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw exhausted(bytes, this.#top, this.reservedBytes, cause);
    }
  }
}

function exhausted(bytes: number, used: number, limit: number, cause?: unknown): CordonError {
  const mib = (value: number) => `${Math.ceil(value / 2 ** 20)} MiB`;
  return new CordonError({
    code: 'MEMORY_EXHAUSTED',
    what: 'There is not enough memory for this step',
    why: `${mib(bytes)} more are needed, ${mib(used)} of ${mib(limit)} are in use`,
    remedy: 'choose a smaller region, or close other studies and programs',
    cause,
  });
}
