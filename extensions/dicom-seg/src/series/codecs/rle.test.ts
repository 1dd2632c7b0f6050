/** RLE against a decoder of its own (PackBits, as PS3.5 annex G describes it). */
import fc from 'fast-check';
import { decodeRle, encodeRle } from './rle';

/** One segment, byte by byte. */
function packBits(packed: Uint8Array, length: number): number[] {
  const out: number[] = [];
  for (let at = 0; out.length < length;) {
    const control = (packed[at++] << 24) >> 24;
    if (control >= 0) for (let n = 0; n <= control; n++) out.push(packed[at++]);
    else if (control !== -128) {
      for (let n = 0; n < 1 - control; n++) out.push(packed[at]);
      at++;
    }
  }
  return out;
}

const rows = fc.record({
  columns: fc.integer({ min: 1, max: 300 }),
  rows: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer(),
  repeat: fc.integer({ min: 1, max: 200 }),
});

describe('RLE Lossless', () => {
  it('gives 8 and 16 bit samples back, also to another decoder', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), ({ columns, rows: count, seed, repeat }, wide) => {
        const length = columns * count;
        const value = (at: number) =>
          (Math.imul(Math.floor(at / repeat) + seed, 2654435761) >>> 7) & 0xffff;
        const samples = wide
          ? Uint16Array.from({ length }, (_, at) => value(at))
          : Uint8Array.from({ length }, (_, at) => value(at));
        const encoded = encodeRle(samples, columns);
        expect(encoded.length % 2).toBe(0);
        const planes = wide ? 2 : 1;
        const decoded = decodeRle(encoded, length, planes);
        expect(decoded).toEqual(new Uint8Array(samples.buffer));
        const header = new DataView(encoded.buffer);
        expect(header.getUint32(0, true)).toBe(planes);
        for (let plane = 0; plane < planes; plane++) {
          const from = header.getUint32(4 + 4 * plane, true);
          expect(packBits(encoded.subarray(from), length)).toEqual(
            [...samples].map((sample) => (sample >> (8 * (planes - 1 - plane))) & 0xff)
          );
        }
      })
    );
  });

  it.each([
    ['too short', new Uint8Array(10)],
    ['without segments', new Uint8Array(64)],
    ['with offsets outside', Uint8Array.from([1, 0, 0, 0, 255, 0, 0, 0, ...new Uint8Array(60)])],
    [
      'with a run that ends early',
      Uint8Array.from([1, 0, 0, 0, 64, 0, 0, 0, ...new Uint8Array(56), 9, 1]),
    ],
  ])('refuses a frame %s', (_, frame) => {
    expect(() => decodeRle(frame, 16, 1)).toThrow(
      expect.objectContaining({ code: 'DICOM_MALFORMED' }) as Error
    );
  });
});
