import type { Vec3 } from '@cordon/extension-workbench/pure';
import { automaticSigma } from './energy';

describe('automatic sigma', () => {
  it('is the mean difference of all voxels that share a face', () => {
    // 2 x 2 x 2: differences 1 along i, 10 along j, 100 along k, four pairs each.
    const levels = Uint16Array.from({ length: 8 }, (_, at) => {
      const [i, j, k] = [at & 1, (at >> 1) & 1, at >> 2];
      return i + 10 * j + 100 * k;
    });
    expect(automaticSigma(levels, [2, 2, 2])).toBe(37);
  });

  it('does not depend on which axis is called the first, nor on axes of one voxel', () => {
    const size: Vec3 = [5, 3, 4];
    const value = (i: number, j: number, k: number) => (i * i + 7 * j + 3 * k * j) % 50;
    const drawn = (
      [columns, rows, slices]: Vec3,
      of: (i: number, j: number, k: number) => number
    ) =>
      Uint16Array.from({ length: columns * rows * slices }, (_, at) =>
        of(at % columns, Math.floor(at / columns) % rows, Math.floor(at / (columns * rows)))
      );
    const one = automaticSigma(drawn(size, value), size);
    const other = automaticSigma(
      drawn([4, 5, 3], (k, i, j) => value(i, j, k)),
      [4, 5, 3]
    );
    expect(one).toBeGreaterThan(1);
    expect(other).toBeCloseTo(one, 10);

    const row = Uint16Array.from([0, 4, 8, 4]);
    for (const shape of [
      [4, 1, 1],
      [1, 4, 1],
      [1, 1, 4],
    ] as const) {
      expect(automaticSigma(row, shape)).toBe(4);
    }
  });

  it('is one level where nothing differs', () => {
    expect(automaticSigma(new Uint16Array(27), [3, 3, 3])).toBe(1);
    expect(automaticSigma(new Uint16Array(1), [1, 1, 1])).toBe(1);
  });
});
