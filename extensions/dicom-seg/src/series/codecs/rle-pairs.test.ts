/** Single values and pairs in turn: pairs written as runs of their own made a frame longer than the room kept for it. */
import fc from 'fast-check';
import { decodeRle, encodeRle } from './rle';

describe('RLE of a frame that compresses badly', () => {
  it('holds a row of single values and pairs', () => {
    const samples = Uint8Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? 1 : 2));
    const encoded = encodeRle(samples, 100);
    expect(decodeRle(encoded, 300, 1)).toEqual(samples);
    expect(encoded.length).toBeLessThanOrEqual(64 + 3 * 101 + 1);
  });

  it('never takes more than a byte for each 128 of a row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 300, maxLength: 300 }),
        (columns, values) => {
          const samples = Uint8Array.from(values.slice(0, columns));
          const encoded = encodeRle(samples, columns);
          expect(decodeRle(encoded, columns, 1)).toEqual(samples);
          const worst = 64 + columns + Math.ceil(columns / 128);
          expect(encoded.length).toBeLessThanOrEqual(worst + (worst % 2));
        }
      )
    );
  });
});
