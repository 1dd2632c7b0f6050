import fc from 'fast-check';
import { valueHistogram } from './value-histogram';

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe('the histogram of an image', () => {
  it('has one bin for each of a few whole values', () => {
    const voxels = Int16Array.from([-3, -3, -3, 0, 2, 2]);
    expect(valueHistogram(voxels)).toEqual({
      min: -3,
      max: 2,
      from: -3,
      to: 3,
      counts: [3, 0, 0, 1, 0, 2],
    });
  });

  it('has no teeth where all whole values are equally frequent', () => {
    for (const values of [300, 1000, 4096, 60_000]) {
      const voxels = Float32Array.from({ length: values }, (_, value) => value);
      const whole = values < 32_768 ? Int16Array.from(voxels) : Uint16Array.from(voxels);
      const counts = valueHistogram(whole)?.counts ?? [];
      // The last bin may be cut.
      expect(new Set(counts.slice(0, -1)).size).toBe(1);
      expect(counts.length).toBeLessThanOrEqual(256);
      expect(counts.length).toBeGreaterThan(128);
    }
  });

  it('leaves a few far values out of the bins, not out of the range', () => {
    const voxels = new Float32Array(10_000).map((_, at) => at % 100);
    voxels[0] = -32_000;
    voxels[1] = 30_000;
    const histogram = valueHistogram(voxels)!;
    expect([histogram.min, histogram.max]).toEqual([-32_000, 30_000]);
    expect(histogram.from).toBeGreaterThan(-5);
    expect(histogram.to).toBeLessThan(105);
  });

  it('shows the shape of a map with one diverged voxel', () => {
    const voxels = new Float32Array(100_000).map((_, at) => (at % 1000) / 200);
    voxels[7] = 1e6;
    const { max, from, to, counts } = valueHistogram(voxels)!;
    expect(max).toBe(1e6);
    expect(from).toBeCloseTo(0, 1);
    expect(to).toBeCloseTo(5, 1);
    expect(counts.length).toBeGreaterThan(128);
    expect(total(counts)).toBeGreaterThan(99_000);
    // One value besides the outlier: there is nothing to look at more closely.
    const flat = new Float32Array(10_000).fill(1e6, 0, 1);
    expect(valueHistogram(flat)?.counts).toHaveLength(1);
  });

  it('is none where there is nothing to choose', () => {
    expect(valueHistogram(new Float32Array([7, 7, 7]))).toBeUndefined();
    expect(valueHistogram(new Float32Array([NaN, Infinity]))).toBeUndefined();
    expect(valueHistogram(new Float32Array(0))).toBeUndefined();
  });

  it('counts every voxel between its edges once (property)', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 2, maxLength: 200, min: -1e6, max: 1e6 }),
        (voxels) => {
          const histogram = valueHistogram(voxels);
          if (!histogram) return;
          const { from, to, counts, min, max } = histogram;
          const width = (to - from) / counts.length;
          // Edges are computed: a value within a thousandth of a bin of one may lie on either side.
          const inside = (spare: number) =>
            voxels.filter((value) => value >= from + spare && value <= to - spare).length;
          expect(total(counts)).toBeLessThanOrEqual(inside(-width / 1000));
          expect(total(counts)).toBeGreaterThanOrEqual(inside(width / 1000));
          expect(min).toBe(Math.min(...voxels.filter(Number.isFinite)));
          expect(max).toBe(Math.max(...voxels.filter(Number.isFinite)));
          expect(counts.length).toBeLessThanOrEqual(256);
        }
      )
    );
  });
});
