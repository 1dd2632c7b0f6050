/** Colours against published values (B. Lindbloom, sRGB in the D50 profile connection space). */
import fc from 'fast-check';
import { dicomLabToRgb, rgbToDicomLab } from './colour';

const encode = (l: number, a: number, b: number) => [
  (l / 100) * 65535,
  ((a + 128) / 255) * 65535,
  ((b + 128) / 255) * 65535,
];

describe('display colours', () => {
  it.each([
    ['white', [255, 255, 255], encode(100, 0, 0)],
    ['black', [0, 0, 0], encode(0, 0, 0)],
    ['red', [255, 0, 0], encode(54.29, 80.81, 69.89)],
    ['green', [0, 255, 0], encode(87.82, -79.29, 80.99)],
    ['blue', [0, 0, 255], encode(29.57, 68.3, -112.03)],
  ] as const)('%s', (_, rgb, expected) => {
    rgbToDicomLab(rgb).forEach((value, part) => {
      expect(Math.abs(value - expected[part])).toBeLessThan(20);
    });
  });

  it('come back as they were', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, (red, green, blue) => {
        expect(dicomLabToRgb(rgbToDicomLab([red, green, blue]))).toEqual([red, green, blue]);
      }),
      { numRuns: 2000 }
    );
  });
});
