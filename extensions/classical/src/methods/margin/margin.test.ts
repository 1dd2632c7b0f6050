import { Geometry, type Region, type Vec3 } from '@cordon/extension-workbench/pure';
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
import { margin } from './margin';

const size: Vec3 = [40, 33, 21];
const spacingMm: Vec3 = [0.8, 1.1, 2.5];
/** A few balls of random place and size, some at the border. */
function blobs(seed: number): Uint8Array {
  const random = randomFrom(seed);
  const centres = Array.from({ length: 5 }, () => size.map((n) => random() * n));
  const image = paint(size, Uint8Array, (i, j, k) =>
    Number(centres.some((c, b) => Math.hypot(i - c[0], j - c[1], 2 * (k - c[2])) < 2 + b))
  );
  return image.voxels;
}
const image = volumeOf(size, new Int16Array(40 * 33 * 21), spacingMm);

describe('margin', () => {
  it('turns one voxel into the ball of that radius, counted by hand', async () => {
    const unit = volumeOf([9, 9, 9], new Uint8Array(729));
    const segment = new Uint8Array(729);
    segment[4 + 9 * (4 + 9 * 4)] = 1;
    const sum = async (marginMm: number, dimension = '3d') =>
      labelsOf(await runOn(margin, unit, { segment, parameters: { marginMm, dimension } })).reduce(
        (total, value) => total + value,
        0
      );
    expect(await sum(1)).toBe(7);
    expect(await sum(Math.SQRT2)).toBe(19);
    expect(await sum(Math.sqrt(3))).toBe(27);
    expect(await sum(2)).toBe(33);
    expect(await sum(2, '2d')).toBe(13);
    expect(await sum(0)).toBe(1);
  });

  it('respects the positions of uneven slices', async () => {
    const slicePositionsLps = [0, 1, 2, 6, 7].map((z) => [0, 0, z] as const);
    const geometry = new Geometry({
      columns: 1,
      rows: 1,
      pixelSpacingMm: [1, 1],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      slicePositionsLps,
    });
    const uneven = { ...image, geometry, voxels: new Uint8Array(5) };
    const segment = Uint8Array.of(0, 0, 1, 0, 0);
    const grown = await runOn(margin, uneven, { segment, parameters: { marginMm: 3.5 } });
    expect([...labelsOf(grown)]).toEqual([1, 1, 1, 0, 0]);
    const more = await runOn(margin, uneven, { segment, parameters: { marginMm: 4 } });
    expect([...labelsOf(more)]).toEqual([1, 1, 1, 1, 0]);
  });

  it('shrinks nothing at the border of the image', async () => {
    const full = new Uint8Array(40 * 33 * 21).fill(1);
    const result = await runOn(margin, image, { segment: full, parameters: { marginMm: -5 } });
    expect(differences(labelsOf(result), full)).toBe(0);
  });

  it('gives in a region what the whole volume gives there', async () => {
    const segment = blobs(3);
    const box = { fromIjk: [5, 7, 3], toIjk: [31, 20, 12] } as const;
    const region: Region = { kind: 'box', box };
    for (const marginMm of [4.2, -2]) {
      const whole = labelsOf(await runOn(margin, image, { segment, parameters: { marginMm } }));
      const part = labelsOf(
        await runOn(margin, image, { segment, region, parameters: { marginMm } })
      );
      let at = 0;
      for (let k = 3; k < 12; k++) {
        for (let j = 7; j < 20; j++) {
          const row = whole.subarray(5 + 40 * (j + 33 * k), 31 + 40 * (j + 33 * k));
          expect(differences(part.subarray(at, at + 26), row)).toBe(0);
          at += 26;
        }
      }
    }
  });

  it('refuses a missing, a foreign and an empty segment', async () => {
    await expect(runOn(margin, image)).rejects.toMatchObject({ code: 'SEGMENT_MISSING' });
    await expect(runOn(margin, image, { segment: new Uint8Array(4) })).rejects.toMatchObject({
      code: 'SEGMENT_GRID',
    });
    const segment = new Uint8Array(image.voxels.length);
    await expect(runOn(margin, image, { segment })).rejects.toMatchObject({
      code: 'SEGMENT_EMPTY',
    });
    await expect(
      runOn(margin, image, { segment, parameters: { marginMm: 1000 } })
    ).rejects.toMatchObject({ code: 'PARAMETER_INVALID' });
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const segment = blobs(4);
    await expectSequenceEqualsFreshRuns(margin, image, [
      { segment },
      { segment, parameters: { marginMm: -1.5 } },
      { segment: blobs(5), parameters: { dimension: '2d', marginMm: 2 } },
    ]);
  });
});

describeWithPython(['scipy'], 'margin against scipy', () => {
  it('equals a threshold on distance_transform_edt', async () => {
    const segment = blobs(9);
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
m = I['m'] != 0
out = nd.distance_transform_edt(~m, sampling=P['spacing'][::-1])
inn = nd.distance_transform_edt(np.pad(m, 40, constant_values=True), sampling=P['spacing'][::-1])[40:-40, 40:-40, 40:-40]
for r in P['radii']:
    O['grow%g' % r] = (out <= r + 1e-6).astype('u1')
    O['shrink%g' % r] = (inn > r + 1e-6).astype('u1')`,
      arrays: { m: toNpy(image, segment) },
      values: { spacing: spacingMm, radii: [0.8, 2.5, 4.4, 11] },
    });
    for (const radius of [0.8, 2.5, 4.4, 11]) {
      const grow = await runOn(margin, image, { segment, parameters: { marginMm: radius } });
      expect(differences(labelsOf(grow), reference.array(`grow${radius}`).data)).toBe(0);
      const shrink = await runOn(margin, image, { segment, parameters: { marginMm: -radius } });
      expect(differences(labelsOf(shrink), reference.array(`shrink${radius}`).data)).toBe(0);
    }
  });
});
