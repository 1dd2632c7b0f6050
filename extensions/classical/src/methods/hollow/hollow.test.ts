import type { Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { differences, paint, toNpy, volumeOf } from '../../../../../test/support/volumes';
import { hollow } from './hollow';

const size: Vec3 = [31, 29, 17];
const spacingMm: Vec3 = [1, 1.2, 2];
const image = volumeOf(size, new Int16Array(31 * 29 * 17), spacingMm);
const ball = paint(size, Uint8Array, (i, j, k) =>
  Number(Math.hypot(i - 14, 1.2 * (j - 13), 2 * (k - 8)) < 9)
).voxels;

describe('hollow', () => {
  it('leaves a shell one voxel thick of a cube', async () => {
    const unit = volumeOf([9, 9, 9], new Uint8Array(729));
    const inside = (low: number, high: number) =>
      paint([9, 9, 9], Uint8Array, (i, j, k) =>
        Number([i, j, k].every((x) => x >= low && x <= high))
      ).voxels;
    const segment = inside(2, 6);
    const core = inside(3, 5);
    const wanted = segment.map((value, at) => value - core[at]);
    const call = { segment, parameters: { thicknessMm: 1, surface: 'outside' } };
    expect(differences(labelsOf(await runOn(hollow, unit, call)), wanted)).toBe(0);
  });

  it('keeps within the image and the region', async () => {
    const full = new Uint8Array(image.voxels.length).fill(1);
    const shell = await runOn(hollow, image, { segment: full });
    expect(labelsOf(shell).some((value) => value !== 0)).toBe(false);
  });

  it('refuses an empty segment', async () => {
    const segment = new Uint8Array(image.voxels.length);
    await expect(runOn(hollow, image, { segment })).rejects.toMatchObject({
      code: 'SEGMENT_EMPTY',
    });
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(hollow, image, [
      { segment: ball },
      { segment: ball, parameters: { surface: 'medial', thicknessMm: 4 } },
      { segment: ball, parameters: { surface: 'inside', dimension: '2d' } },
    ]);
  });
});

describeWithPython(['scipy'], 'hollow against scipy', () => {
  it('equals the difference of two thresholds on distance_transform_edt', async () => {
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
m = I['m'] != 0
out = nd.distance_transform_edt(~m, sampling=P['spacing'][::-1])
inn = nd.distance_transform_edt(m, sampling=P['spacing'][::-1])
t = 3.3
O['outside'] = (m & (inn <= t + 1e-6)).astype('u1')
O['inside'] = (~m & (out <= t + 1e-6)).astype('u1')
O['medial'] = (((~m) & (out <= t / 2 + 1e-6)) | (m & (inn <= t / 2 + 1e-6))).astype('u1')`,
      arrays: { m: toNpy(image, ball) },
      values: { spacing: spacingMm },
    });
    for (const surface of ['outside', 'inside', 'medial']) {
      const call = { segment: ball, parameters: { thicknessMm: 3.3, surface } };
      const shell = labelsOf(await runOn(hollow, image, call));
      expect(differences(shell, reference.array(surface).data)).toBe(0);
    }
  });
});
