import type { Region, Vec3 } from '@cordon/extension-workbench/pure';
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
import { fillHoles } from './fill-holes';

const size: Vec3 = [19, 23, 11];
const image = volumeOf(size, new Int16Array(19 * 23 * 11), [1, 2, 3]);
const noise = (seed: number, share: number) => {
  const random = randomFrom(seed);
  return Uint8Array.from(image.voxels, () => Number(random() < share));
};

describe('fill-holes', () => {
  /** A cube shell with one opening at its face, and a ring in its middle slice. */
  const shell = (open: boolean) =>
    paint([9, 9, 9], Uint8Array, (i, j, k) => {
      const depth = Math.min(i - 1, 7 - i, j - 1, 7 - j, k - 1, 7 - k);
      return Number(depth === 0 && !(open && i === 1 && j === 4 && k === 4));
    });
  const filled = (voxels: ArrayLike<number>) =>
    Array.from(voxels).reduce((total, value) => total + value, 0);

  it('fills a closed shell and not an open one', async () => {
    const closed = shell(false);
    const result = await runOn(fillHoles, closed, { segment: closed.voxels });
    expect(filled(labelsOf(result))).toBe(343);
    const open = shell(true);
    const leaking = await runOn(fillHoles, open, { segment: open.voxels });
    expect(differences(labelsOf(leaking), open.voxels)).toBe(0);
    const planar = await runOn(fillHoles, open, {
      segment: open.voxels,
      parameters: { dimension: '2d' },
    });
    // The open slice stays hollow: 5 × 5 and the opening.
    expect(filled(labelsOf(planar))).toBe(343 - 26);
  });

  it('leaves holes larger than the limit open', async () => {
    const closed = shell(false);
    const limit = async (largestHoleMm3: number) =>
      filled(
        labelsOf(
          await runOn(fillHoles, closed, { segment: closed.voxels, parameters: { largestHoleMm3 } })
        )
      );
    expect(await limit(125)).toBe(343);
    expect(await limit(124)).toBe(filled(closed.voxels));
  });

  it('takes a slice along any axis as a plane', async () => {
    const open = shell(true);
    for (const axis of [0, 1, 2] as const) {
      const region: Region = { kind: 'slice', axis, index: 3 };
      const slice = labelsOf(await runOn(fillHoles, open, { segment: open.voxels, region }));
      expect(filled(slice)).toBe(49);
    }
  });

  it('leaves an empty and a full segment as they are', async () => {
    for (const value of [0, 1]) {
      const segment = new Uint8Array(image.voxels.length).fill(value);
      expect(differences(labelsOf(await runOn(fillHoles, image, { segment })), segment)).toBe(0);
    }
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(fillHoles, image, [
      { segment: noise(1, 0.7) },
      { segment: noise(2, 0.6), parameters: { dimension: '2d' } },
      { segment: noise(2, 0.6), parameters: { largestHoleMm3: 12 } },
    ]);
  });
});

describeWithPython(['scipy'], 'fill-holes against scipy', () => {
  it('equals binary_fill_holes and the sizes of scipy.ndimage.label', async () => {
    const segment = noise(7, 0.68);
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
m = I['m'] != 0
O['3d'] = nd.binary_fill_holes(m).astype('u1')
O['2d'] = np.stack([nd.binary_fill_holes(s) for s in m]).astype('u1')
holes = nd.binary_fill_holes(m) & ~m
labels, n = nd.label(holes)
size = np.bincount(labels.ravel()) * 6.0
O['limited'] = (m | (holes & (size[labels] <= 12))).astype('u1')
R['holes'] = n`,
      arrays: { m: toNpy(image, segment) },
    });
    expect(reference.values.holes).toBeGreaterThan(20);
    const run = async (parameters: Record<string, string | number>) =>
      labelsOf(await runOn(fillHoles, image, { segment, parameters }));
    expect(differences(await run({}), reference.array('3d').data)).toBe(0);
    expect(differences(await run({ dimension: '2d' }), reference.array('2d').data)).toBe(0);
    expect(differences(await run({ largestHoleMm3: 12 }), reference.array('limited').data)).toBe(0);
  });
});
