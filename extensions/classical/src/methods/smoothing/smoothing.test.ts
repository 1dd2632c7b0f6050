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
import { smoothing } from './smoothing';

const size: Vec3 = [37, 35, 19];
const count = 37 * 35 * 19;
const spacingMm: Vec3 = [1, 1.25, 2.5];
const image = volumeOf(size, new Int16Array(count), spacingMm);
/** A ball with a rough surface; its neighbour shares a wall with it. */
function rough(seed: number, centre: number): Uint8Array {
  const random = randomFrom(seed);
  return paint(size, Uint8Array, (i, j, k) => {
    const distance = Math.hypot(i - centre, 1.25 * (j - 16), 2.5 * (k - 8));
    return Number(distance + 4 * random() < 9 && (centre < 18 ? i < 19 : i >= 19));
  }).voxels;
}
const left = rough(1, 14);
const right = rough(2, 24);
const voxelsOf = (mask: Uint8Array) =>
  Uint32Array.from([...mask.keys()].filter((at) => mask[at] === 1));
const call = (method: string, radiusMm: number) => ({
  segment: left,
  parameters: { method, radiusMm },
});

describe('smoothing', () => {
  it('opening removes a spike, closing fills a slit, both keep a ball', async () => {
    const grid: Vec3 = [25, 25, 25];
    const ball = paint(grid, Uint8Array, (i, j, k) =>
      Number(Math.hypot(i - 12, j - 12, k - 12) <= 7)
    );
    const spiky = ball.voxels.slice();
    for (let i = 18; i < 24; i++) spiky[i + 25 * (12 + 25 * 12)] = 1;
    const slit = ball.voxels.slice();
    for (let i = 8; i < 17; i++) slit[i + 25 * (12 + 25 * 12)] = 0;
    const run = async (segment: Uint8Array, method: string) =>
      labelsOf(await runOn(smoothing, ball, { segment, parameters: { method, radiusMm: 2 } }));
    expect((await run(spiky, 'opening'))[22 + 25 * (12 + 25 * 12)]).toBe(0);
    expect(differences(await run(slit, 'closing'), await run(ball.voxels, 'closing'))).toBe(0);
    const opened = await run(ball.voxels, 'opening');
    expect(opened.every((value, at) => value <= ball.voxels[at])).toBe(true);
  });

  it('opening and closing change nothing when repeated', async () => {
    for (const method of ['opening', 'closing']) {
      const once = labelsOf(await runOn(smoothing, image, call(method, 3.1)));
      const twice = await runOn(smoothing, image, {
        segment: Uint8Array.from(once),
        parameters: { method, radiusMm: 3.1 },
      });
      expect(differences(labelsOf(twice), once)).toBe(0);
    }
  });

  it('says when the radius is below the voxel, and refuses a window that cannot be counted', async () => {
    const small = await runOn(smoothing, image, call('median', 0.4));
    expect(small.warnings).toHaveLength(1);
    expect(differences(labelsOf(small), left)).toBe(0);
    await expect(runOn(smoothing, image, call('median', 40))).rejects.toMatchObject({
      code: 'WINDOW_TOO_LARGE',
    });
    const prompts = { scribbles: [{ label: 256, voxels: Uint32Array.of(3) }] };
    await expect(
      runOn(smoothing, image, { ...call('joint-gaussian', 2), prompts })
    ).rejects.toMatchObject({ code: 'LABEL_TOO_LARGE' });
  });

  it('says when thick slices make the window of the median larger than its radius', async () => {
    const thick = volumeOf([9, 9, 5], new Int16Array(9 * 9 * 5), [1, 1, 5]);
    const segment = new Uint8Array(thick.voxels.length).fill(1, 2 * 81, 3 * 81);
    const whole = await runOn(smoothing, thick, { segment, parameters: { method: 'median' } });
    expect(whole.warnings).toEqual([expect.stringContaining('Slices are 5.0 mm apart')]);
    expect(labelsOf(whole).some(Boolean)).toBe(false);
    const region: Region = { kind: 'slice', axis: 2, index: 2 };
    const inPlane = { segment, region, parameters: { method: 'median' } };
    const one = await runOn(smoothing, thick, inPlane);
    expect(one.warnings).toEqual([]);
    expect(labelsOf(one).some(Boolean)).toBe(true);
  });

  it('gives in a box what the whole volume gives there', async () => {
    const region: Region = {
      kind: 'box',
      box: { fromIjk: [0, 0, 8], toIjk: [size[0], size[1], 9] },
    };
    for (const method of ['median', 'opening', 'closing', 'joint-gaussian']) {
      const whole = labelsOf(await runOn(smoothing, image, call(method, 3)));
      const slice = labelsOf(await runOn(smoothing, image, { ...call(method, 3), region }));
      const wanted = whole.subarray(8 * 37 * 35, 9 * 37 * 35);
      expect(differences(slice, wanted)).toBe(0);
      expect(differences(slice, left.subarray(8 * 37 * 35, 9 * 37 * 35))).toBeGreaterThan(5);
    }
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const prompts = { scribbles: [{ label: 2, voxels: voxelsOf(right) }] };
    await expectSequenceEqualsFreshRuns(smoothing, image, [
      call('median', 3),
      call('opening', 2),
      { ...call('joint-gaussian', 2), prompts },
      call('closing', 4),
    ]);
  });
});

describeWithPython(['scipy'], 'smoothing against scipy', () => {
  it('equals median_filter, and gaussian_filter with the largest class', async () => {
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
a = I['a'].astype(int); a[I['b'] != 0] = 2
sp = np.array(P['spacing'][::-1])
for r in (1.3, 3, 6):
    n = 2 * np.floor(r / sp + 0.5).astype(int) + 1
    O['median%g' % r] = nd.median_filter(I['a'], size=n, mode='nearest')
    best = np.zeros(a.shape); won = np.zeros(a.shape, 'u1')
    for label in (0, 1, 2):
        g = nd.gaussian_filter((a == label).astype(float), r / sp, mode='nearest')
        m = g > best + 1e-5; best[m] = g[m]; won[m] = label
    O['joint%g' % r] = won`,
      arrays: { a: toNpy(image, left), b: toNpy(image, right) },
      values: { spacing: spacingMm },
    });
    const prompts = { scribbles: [{ label: 2, voxels: voxelsOf(right) }] };
    for (const radius of [1.3, 3, 6]) {
      const median = labelsOf(await runOn(smoothing, image, call('median', radius)));
      expect(differences(median, reference.array(`median${radius}`).data)).toBe(0);
      const joint = await runOn(smoothing, image, { ...call('joint-gaussian', radius), prompts });
      // Values within float rounding of the tie may fall on either side.
      expect(
        differences(labelsOf(joint), reference.array(`joint${radius}`).data)
      ).toBeLessThanOrEqual(2);
      expect(joint.labels?.classes).toEqual([{ value: 1 }, { value: 2 }]);
    }
  });

  it('equals opening and closing by dilations with an ellipsoid', async () => {
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
m = np.pad(I['m'] != 0, 8)
sp = np.array(P['spacing'][::-1])
r = 4.3
n = np.floor(r / sp).astype(int)
z, y, x = np.ogrid[-n[0]:n[0] + 1, -n[1]:n[1] + 1, -n[2]:n[2] + 1]
ball = (z * sp[0]) ** 2 + (y * sp[1]) ** 2 + (x * sp[2]) ** 2 <= r * r
cut = (slice(8, -8),) * 3
O['opening'] = nd.binary_opening(m, ball)[cut].astype('u1')
O['closing'] = nd.binary_closing(m, ball)[cut].astype('u1')`,
      arrays: { m: toNpy(image, left) },
      values: { spacing: spacingMm },
    });
    for (const method of ['opening', 'closing']) {
      const result = labelsOf(await runOn(smoothing, image, call(method, 4.3)));
      expect(differences(result, reference.array(method).data)).toBe(0);
    }
  });
});
