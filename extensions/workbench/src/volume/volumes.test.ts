import fc from 'fast-check';
import { gridAt, labelVolume, masksOn, unevenGrids } from '../../../../test/support/segments';
import { boxContains, boxEquals, boxSize, boxVoxels, clipBox, wholeBox, type Box } from './box';
import { valueRange } from './image-volume';
import { checkLabelVolume, countVoxels, segmentMask, segmentVolumeMl } from './label-volume';
import type { Vec3 } from './vector';

const corner = fc.tuple(
  fc.integer({ min: -3, max: 8 }),
  fc.integer({ min: -3, max: 8 }),
  fc.integer({ min: -3, max: 8 })
);
const boxes = fc.tuple(corner, corner).map(([fromIjk, toIjk]): Box => ({ fromIjk, toIjk }));
const size: Vec3 = [5, 4, 3];

describe('boxes', () => {
  it('a clipped box holds exactly the voxels that lie in the box and in the grid', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const clipped = clipBox(box, size);
        let [inside, wrong] = [0, 0];
        for (let k = -4; k < 9; k++) {
          for (let j = -4; j < 9; j++) {
            for (let i = -4; i < 9; i++) {
              const wanted = boxContains(box, [i, j, k]) && boxContains(wholeBox(size), [i, j, k]);
              if (boxContains(clipped, [i, j, k]) !== wanted) wrong++;
              if (wanted) inside++;
            }
          }
        }
        expect(wrong).toBe(0);
        expect(boxVoxels(clipped)).toBe(inside);
        expect(boxEquals(clipBox(clipped, size), clipped)).toBe(true);
        expect(boxSize(clipped).every((extent) => extent >= 0)).toBe(true);
      })
    );
  });
});

describe('label volumes', () => {
  it('count, mask and volume agree with a count voxel by voxel', () => {
    const cases = unevenGrids().chain((geometry) =>
      masksOn(geometry).map((mask) => ({ geometry, mask }))
    );
    fc.assert(
      fc.property(cases, ({ geometry, mask }) => {
        const labels = labelVolume(
          geometry,
          mask.map((value) => value * 3),
          [3]
        );
        const [segment] = labels.segments;
        let [count, mm3] = [0, 0];
        mask.forEach((value, at) => {
          if (value === 0) return;
          count++;
          mm3 += geometry.voxelVolumeMm3(Math.floor(at / (geometry.size[0] * geometry.size[1])));
        });
        expect(countVoxels(labels, segment)).toBe(count);
        expect(segmentVolumeMl(labels, segment)).toBeCloseTo(mm3 / 1000, 9);
        expect([...segmentMask(labels, segment)]).toEqual([...mask]);
        checkLabelVolume(labels);
      })
    );
  });

  it('that contradict themselves are found out', () => {
    const grid = gridAt(2, 1, [1, 1], [0]);
    const good = labelVolume(grid, Uint8Array.of(1, 0), [1]);
    const [segment] = good.segments;
    for (const bad of [
      { ...good, layers: [Uint8Array.of(1)] },
      { ...good, segments: [segment, segment] },
      { ...good, segments: [{ ...segment, layer: 1 }] },
      { ...good, segments: [{ ...segment, layer: -1 }] },
      { ...good, segments: [{ ...segment, number: 0 }] },
      { ...good, segments: [{ ...segment, number: 256 }] },
    ]) {
      expect(() => {
        checkLabelVolume(bad);
      }).toThrow(expect.objectContaining({ code: 'LABELS_INCONSISTENT' }));
    }
    checkLabelVolume({
      ...good,
      layers: [Uint16Array.of(1, 0)],
      segments: [{ ...segment, number: 65535 }],
    });
  });
});

describe('the range of values', () => {
  it('is that of the finite ones', () => {
    const floats = fc.array(fc.float(), { maxLength: 20 });
    fc.assert(
      fc.property(floats, (values) => {
        const finite = values.filter(Number.isFinite);
        const expected =
          finite.length === 0
            ? { min: 0, max: 0 }
            : { min: Math.min(...finite), max: Math.max(...finite) };
        const { min, max } = valueRange(Float32Array.from(values));
        expect([min + 0, max + 0]).toEqual([expected.min + 0, expected.max + 0]);
      })
    );
  });
});
