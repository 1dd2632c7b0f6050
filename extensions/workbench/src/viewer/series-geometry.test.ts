import fc from 'fast-check';
import { gridOfPlanes, type ImagePlane } from './series-geometry';

const plane = (k: number, extra: Partial<ImagePlane> = {}): ImagePlane => ({
  imageId: `image-${k}`,
  rows: 4,
  columns: 6,
  orientation: [1, 0, 0, 0, 1, 0],
  positionLps: [-10, 20, 3 * k],
  pixelSpacingMm: [0.5, 0.25],
  sliceThicknessMm: 3,
  samplesPerPixel: 1,
  ...extra,
});

const codeOf = (planes: readonly ImagePlane[]) => {
  try {
    gridOfPlanes(planes);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'accepted';
};

describe('grid of a series', () => {
  it('sorts oblique and uneven slices along the normal, whatever their order', () => {
    const obliqueCases = fc.record({
      angle: fc.double({ min: -3, max: 3, noNaN: true }),
      gaps: fc.array(fc.double({ min: 0.5, max: 7, noNaN: true }), { minLength: 1, maxLength: 8 }),
      seed: fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
      flipped: fc.boolean(),
    });
    fc.assert(
      fc.property(obliqueCases, ({ angle, gaps, seed, flipped }) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const rowDirection = [c, s, 0];
        const columnDirection = flipped ? [0, 0, -1] : [0, 0, 1];
        // row × column
        const normal = flipped ? [-s, c, 0] : [s, -c, 0];
        const offsets = gaps.reduce<number[]>((list, gap) => [...list, list.at(-1)! + gap], [0]);
        const planes = offsets.map((offset, k) =>
          plane(k, {
            orientation: [...rowDirection, ...columnDirection],
            positionLps: normal.map((value) => value * offset + 5),
          })
        );
        const shuffled = planes
          .map((entry, k) => ({ entry, key: seed[k % seed.length] }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const { geometry, imageIds } = gridOfPlanes(shuffled);
        expect(imageIds).toEqual(offsets.map((_, k) => `image-${k}`));
        offsets.forEach((offset, k) => expect(geometry.sliceOffsetsMm[k]).toBeCloseTo(offset, 6));
        expect(geometry.size).toEqual([6, 4, offsets.length]);
        expect(geometry.spacingMm[0]).toBe(0.25);
        expect(geometry.spacingMm[1]).toBe(0.5);
      })
    );
  });

  it('takes numbers that an archive sent as text', () => {
    const text = plane(0, {
      orientation: ['1', '0', '0', '0', '1', '0'] as unknown as number[],
      pixelSpacingMm: ['0.5', '0.25'] as unknown as number[],
    });
    expect(gridOfPlanes([text, plane(1)]).geometry.size).toEqual([6, 4, 2]);
  });

  it('of a single image without a place in the patient begins at the origin', () => {
    const radiograph = plane(0, { orientation: undefined, positionLps: undefined });
    expect(gridOfPlanes([radiograph]).geometry).toMatchObject({
      size: [6, 4, 1],
      spacingMm: [0.25, 0.5, 3],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
    });
    const uncalibrated = plane(0, { orientation: undefined, pixelSpacingMm: undefined });
    expect(gridOfPlanes([uncalibrated]).geometry.spacingMm.slice(0, 2)).toEqual([1, 1]);
  });

  it.each([
    ['SERIES_EMPTY', []],
    ['SERIES_COLOUR', [plane(0, { samplesPerPixel: 3 })]],
    ['SERIES_NO_GEOMETRY', [plane(0), plane(1, { positionLps: undefined })]],
    ['SERIES_NO_GEOMETRY', [plane(0, { pixelSpacingMm: [0, 1] })]],
    ['SERIES_NO_GEOMETRY', [plane(0, { orientation: [1, 0, 0, 0, Number.NaN, 0] })]],
    ['SERIES_MIXED_SIZES', [plane(0), plane(1, { rows: 5 })]],
    ['SERIES_MIXED_SIZES', [plane(0), plane(1, { pixelSpacingMm: [0.6, 0.25] })]],
    ['SERIES_MIXED_PLANES', [plane(0), plane(1, { orientation: [0, 1, 0, 0, 0, 1] })]],
    ['SERIES_DUPLICATES', [plane(0), plane(1), plane(1)]],
  ] as const)('refuses with %s', (code, planes) => {
    expect(codeOf(planes)).toBe(code);
  });
});
