import type { Region, VoxelArray } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  differences,
  paint,
  randomFrom,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { threshold } from './threshold';

const types = { Uint8Array, Int16Array, Uint16Array, Float32Array };

describe('threshold', () => {
  it.each(Object.entries(types))('marks a ball of known values in %s', async (_, type) => {
    const inBall = (i: number, j: number, k: number) =>
      (i - 15) ** 2 + (j - 9) ** 2 + (k - 6) ** 2 <= 25;
    const image = paint<VoxelArray>([33, 19, 13], type, (i, j, k) => (inBall(i, j, k) ? 100 : 99));
    const labels = labelsOf(
      await runOn(threshold, image, { parameters: { lower: 100, upper: 100 } })
    );
    const expected = paint([33, 19, 13], Uint8Array, (i, j, k) => Number(inBall(i, j, k)));
    expect(differences(labels, expected.voxels)).toBe(0);
  });

  it('takes bounds beyond, between and at the ends of the type', async () => {
    const ends: readonly VoxelArray[] = [
      Uint8Array.of(0, 1, 127, 128, 254, 255),
      Int16Array.of(-32768, -1, 0, 1, 32767),
      Uint16Array.of(0, 32767, 32768, 65535),
      Float32Array.of(-Infinity, -0.1, 0, 0.1, 0.3, NaN, Infinity),
    ];
    const bounds = [-1e9, -32768.5, -1, -0.1, -1e-60, 0, 0.1, 0.3, 127.5, 128, 32767.2, 65535, 1e9];
    for (const voxels of ends) {
      const image = volumeOf([voxels.length, 1, 1], voxels);
      for (const lower of bounds) {
        for (const upper of bounds.filter((value) => value >= lower)) {
          const labels = labelsOf(await runOn(threshold, image, { parameters: { lower, upper } }));
          // A bound is what the image would write for it: 0.1 is inside the bounds 0.1 and 0.1.
          const typed = voxels instanceof Float32Array ? Math.fround : Number;
          const expected = Array.from(voxels, (value) =>
            Number(value >= typed(lower) && value <= typed(upper))
          );
          expect({ lower, upper, labels: [...labels] }).toEqual({ lower, upper, labels: expected });
        }
      }
    }
  });

  it('equals the definition for any size, region and bounds', async () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 4 })
    );
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer(),
        fc.constantFrom(...Object.values(types)),
        fc.constantFrom<0 | 1 | 2>(0, 1, 2),
        async (size, seed, type, axis) => {
          const random = randomFrom(seed);
          const image = paint<VoxelArray>(size, type, () => Math.floor(random() * 200));
          const index = Math.floor(random() * size[axis]);
          const lower = random() * 200;
          const upper = lower + random() * 100;
          const region: Region = { kind: 'slice', axis, index };
          const { labels } = await runOn(threshold, image, {
            parameters: { lower, upper },
            region,
          });
          const expected: number[] = [];
          image.voxels.forEach((value, at) => {
            const ijk = [
              at % size[0],
              Math.floor(at / size[0]) % size[1],
              Math.floor(at / (size[0] * size[1])),
            ];
            if (ijk[axis] === index) expected.push(Number(value >= lower && value <= upper));
          });
          expect([...labels!.voxels]).toEqual(expected);
          expect(labels!.box.toIjk[axis] - labels!.box.fromIjk[axis]).toBe(1);
        }
      ),
      { numRuns: 60 }
    );
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const random = randomFrom(3);
    const image = paint([21, 10, 6], Int16Array, () => Math.floor(random() * 400) - 200);
    await expectSequenceEqualsFreshRuns(threshold, image, [
      { parameters: { lower: -50, upper: 20 } },
      { parameters: { lower: 0, upper: 200 }, region: { kind: 'slice', axis: 2, index: 3 } },
      {
        parameters: { lower: -10, upper: 10 },
        region: { kind: 'box', box: { fromIjk: [3, 2, 1], toIjk: [18, 9, 4] } },
      },
      { parameters: { lower: -200, upper: 200 } },
    ]);
  });

  it('refuses bounds in the wrong order, an empty region, a closed session and cancelled work', async () => {
    const image = paint([4, 4, 2], Int16Array, () => 0);
    await expect(
      runOn(threshold, image, { parameters: { lower: 2, upper: 1 } })
    ).rejects.toMatchObject({ code: 'RANGE_EMPTY' });
    const region: Region = { kind: 'slice', axis: 2, index: 2 };
    await expect(runOn(threshold, image, { region })).rejects.toMatchObject({
      code: 'REGION_EMPTY',
    });
    await expect(
      runOn(threshold, image, {}, { signal: AbortSignal.abort() })
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const session = await threshold.open({ channels: [image] });
    session.close();
    const request = {
      parameters: {},
      prompts: { seeds: [], scribbles: [] },
      region: { kind: 'volume' },
    } as const;
    await expect(session.update(request, { quality: 'final' })).rejects.toMatchObject({
      code: 'SESSION_CLOSED',
    });
  });
});

describeWithPython(['cv2', 'pydicom'], 'threshold against OpenCV', () => {
  itOnRealImages('equals inRange, voxel by voxel', async ({ volume, range }) => {
    const labels = labelsOf(await runOn(threshold, volume, { parameters: range }));
    const reference = await runPython({
      script: `
import cv2
a = I['a']
O['mask'] = (cv2.inRange(a.reshape(a.shape[0], -1), P['lower'], P['upper']) > 0).astype('u1')`,
      arrays: { a: toNpy(volume) },
      values: { ...range },
    });
    expect(differences(labels, reference.array('mask').data)).toBe(0);
    expect(labels.includes(1) && labels.includes(0)).toBe(true);
  });
});
