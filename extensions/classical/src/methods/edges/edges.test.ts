import type { Region, Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
  type MethodCall,
} from '../../../../../test/support/methods';
import type { NpyData } from '../../../../../test/support/npy';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  cropOf,
  differences,
  paint,
  randomFrom,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { edges } from './edges';

const spacing: Vec3 = [0.8, 1.3, 2.5];
const size: Vec3 = [37, 22, 11];
const random = randomFrom(1);
const noisy = paint(
  size,
  Float32Array,
  (i, j, k) => 100 * Math.sin(i / 4) * Math.cos(j / 5) + 30 * k + 20 * random(),
  spacing
);

async function mapOf(image: typeof noisy, parameters: MethodCall['parameters']) {
  const { scalarMap } = await runOn(edges, image, { parameters });
  if (!scalarMap) throw new Error('no map');
  return scalarMap;
}

/** Largest difference, relative to the largest value of the reference. */
function worst(map: Float32Array, reference: NpyData): number {
  let difference = 0;
  let most = 0;
  for (let at = 0; at < reference.length; at++) {
    difference = Math.max(difference, Math.abs(map[at] - reference[at]));
    most = Math.max(most, Math.abs(reference[at]));
  }
  return difference / most;
}

describe('edges', () => {
  it.each(['sobel', 'prewitt', 'roberts', 'canny'])(
    'gives a ramp its slope per millimetre, and no edge to Canny: %s',
    async (operator) => {
      const slope = [3, -2, 5];
      const ramp = paint(
        size,
        Float32Array,
        (i, j, k) =>
          slope[0] * i * spacing[0] + slope[1] * j * spacing[1] + slope[2] * k * spacing[2],
        spacing
      );
      const inside = 18 + 37 * (11 + 22 * 5);
      const of = async (dimension: string) =>
        (await mapOf(ramp, { operator, dimension })).voxels[inside];
      if (operator === 'canny') {
        // A ramp has no edge: nowhere does its second derivative change sign.
        const { voxels } = await mapOf(ramp, { operator, threshold: 0.1, lowThreshold: 0 });
        expect(voxels[inside]).toBe(0);
        return;
      }
      expect(await of('3d')).toBeCloseTo(Math.hypot(...slope), 3);
      expect(await of('2d')).toBeCloseTo(Math.hypot(slope[0], slope[1]), 3);
    }
  );

  it.each([0.1, 0.4, 1, 2.5])(
    'gives the Laplacian of a parabola by LoG, and 0 for a constant: %s mm',
    async (sigmaMm) => {
      const bend = [0.5, -0.2, 0.3];
      const long: Vec3 = [41, 33, 29];
      const parabola = paint(
        long,
        Float32Array,
        (...ijk) =>
          ijk.reduce((sum, at, axis) => sum + bend[axis] * ((at - 15) * spacing[axis]) ** 2, -1000),
        spacing
      );
      const { voxels } = await mapOf(parabola, { operator: 'log', sigmaMm });
      expect(voxels[20 + 41 * (16 + 33 * 14)]).toBeCloseTo(2 * (0.5 - 0.2 + 0.3), 2);
      const air = paint(size, Int16Array, () => -1000, spacing);
      const flat = await mapOf(air as unknown as typeof noisy, { operator: 'log', sigmaMm });
      expect(flat.voxels.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThan(
        0.01
      );
    }
  );

  it('gives the Laplacian of a parabola', async () => {
    const parabola = paint(
      size,
      Float32Array,
      (i, j, k) => (i * 0.8) ** 2 + 2 * (j * 1.3) ** 2 + 3 * (k * 2.5) ** 2,
      spacing
    );
    const inside = 18 + 37 * (11 + 22 * 5);
    const map = await mapOf(parabola, { operator: 'laplacian' });
    expect(map.voxels[inside]).toBeCloseTo(2 + 4 + 6, 2);
    expect(map.unit).toBe('HU/mm²');
  });

  it.each(['sobel', 'canny', 'log', 'laplacian', 'roberts', 'prewitt', 'morphological'])(
    'encloses the inside of a box: %s',
    async (operator) => {
      const box = paint([40, 36, 30], Int16Array, (i, j, k) =>
        i >= 10 && i < 30 && j >= 9 && j < 27 && k >= 8 && k < 22 ? 400 : 0
      );
      const parameters = { operator, result: 'closed-regions', threshold: 20 };
      const whole = await runOn(edges, box, { parameters });
      const labels = labelsOf(whole);
      expect(whole.values[0].value).toBeGreaterThan(0);
      expect(labels[20 + 40 * (18 + 36 * 15)]).toBe(1);
      expect(labels[0]).toBe(0);
      const flat = await runOn(edges, box, { parameters: { ...parameters, dimension: '2d' } });
      expect(labelsOf(flat)[20 + 40 * (18 + 36 * 8)]).toBe(1);
      expect(markedIn(labelsOf(flat).slice(0, 40 * 36))).toBe(0);
    }
  );

  it('says when nothing is enclosed, and refuses a line', async () => {
    const flat = paint([9, 9, 1], Int16Array, () => 5);
    const nothing = await runOn(edges, flat, { parameters: { result: 'closed-regions' } });
    expect(markedIn(labelsOf(nothing))).toBe(0);
    expect(nothing.warnings).toHaveLength(1);
    const line = paint([9, 1, 1], Int16Array, () => 5);
    await expect(runOn(edges, line)).rejects.toMatchObject({ code: 'REGION_TOO_THIN' });
  });

  it.each(['sobel', 'prewitt', 'roberts', 'canny', 'laplacian', 'log', 'morphological'])(
    'is in 2D what 3D is for a single slice, and knows no offset: %s',
    async (operator) => {
      const tolerance = { canny: 0.05 }[operator] ?? 1e-4;
      const slice = cropOf(noisy, { fromIjk: [0, 0, 4], toIjk: [37, 22, 5] });
      const parameters = { operator, threshold: 5, lowThreshold: 2 };
      const three = await mapOf(slice, { ...parameters, dimension: '3d' });
      const two = await mapOf(slice, { ...parameters, dimension: '2d' });
      expect(two.voxels).toEqual(three.voxels);
      const stack = await mapOf(noisy, { ...parameters, dimension: '2d' });
      const n = 37 * 22;
      expect(stack.voxels.slice(4 * n, 5 * n)).toEqual(two.voxels);
      const whole = { ...slice, voxels: Float32Array.from(slice.voxels, Math.round) };
      const moved = { ...slice, voxels: whole.voxels.map((value) => value + 64) };
      const [a, b] = [await mapOf(whole, parameters), await mapOf(moved, parameters)];
      expect(worst(b.voxels, a.voxels)).toBeLessThan(tolerance);
    }
  );

  it('gives the same for every voxel type, and in a slice along any axis', async () => {
    const values = paint(size, Uint8Array, () => Math.floor(random() * 256), spacing);
    const maps = [Uint8Array, Int16Array, Uint16Array, Float32Array].map((type) =>
      mapOf(volumeOf(size, type.from(values.voxels), spacing) as typeof noisy, {})
    );
    const [first, ...others] = await Promise.all(maps);
    for (const map of others) expect(map.voxels).toEqual(first.voxels);
    const region: Region = { kind: 'slice', axis: 0, index: 7 };
    const side = await runOn(edges, values, { region });
    const turned = paint([22, 11, 1], Uint8Array, (j, k) => values.voxels[7 + 37 * (j + 22 * k)], [
      spacing[1],
      spacing[2],
      spacing[0],
    ]);
    const expected = await runOn(edges, turned, {});
    expect(side.scalarMap!.voxels).toEqual(expected.scalarMap!.voxels);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const call = (operator: string, result: string, dimension: string): MethodCall => ({
      parameters: { operator, result, dimension, threshold: 10, lowThreshold: 4 },
    });
    await expectSequenceEqualsFreshRuns(edges, noisy, [
      call('sobel', 'edge-map', '3d'),
      call('canny', 'edges', '3d'),
      { ...call('log', 'closed-regions', '2d'), region: { kind: 'slice', axis: 2, index: 3 } },
      call('morphological', 'closed-regions', '3d'),
      call('canny', 'edge-map', '2d'),
    ]);
  });
});

describeWithPython(['scipy', 'skimage', 'SimpleITK', 'pydicom'], 'edges against the field', () => {
  it('equals scipy and scikit-image on anisotropic voxels, borders included', async () => {
    const reference = await runPython({
      script: `
from scipy import ndimage as nd
from skimage import filters
a = I['a'].astype('f8'); s = P['spacing'][::-1]
def magnitude(parts): return np.sqrt(sum(p ** 2 for p in parts))
for name, f, total in (('sobel', nd.sobel, 4), ('prewitt', nd.prewitt, 3)):
    O[name + '3d'] = magnitude([f(a, axis, mode='nearest') / (2 * total ** 2 * s[axis]) for axis in range(3)])
    O[name + '2d'] = np.stack([magnitude([f(b, axis, mode='nearest') / (2 * total * s[axis + 1]) for axis in range(2)]) for b in a])
O['laplacian3d'] = sum(nd.correlate1d(a, [1, -2, 1], axis, mode='nearest') / s[axis] ** 2 for axis in range(3))
O['laplacian2d'] = sum(nd.correlate1d(a, [1, -2, 1], axis, mode='nearest') / s[axis] ** 2 for axis in (1, 2))
sigma = [P['sigma'] / q for q in s]
def second(sigma):
    # scipy's kernel, less what it gives for a constant, scaled to what it is to give for a parabola.
    x = np.arange(-20, 21)
    kernel, smooth = (nd.gaussian_filter1d((x == 0) * 1.0, sigma, order=order) for order in (2, 0))
    kernel -= kernel.sum() * smooth
    return 2 * kernel / (kernel * x * x).sum()
def log(a, sigma, s):
    total = 0
    for axis in range(a.ndim):
        b = nd.correlate1d(a, second(sigma[axis]) / s[axis] ** 2, axis, mode='nearest')
        total = total + nd.gaussian_filter(b, [0 if axis == c else sigma[c] for c in range(a.ndim)], mode='nearest')
    return total
for narrow, one in (('', sigma), ('-narrow', [P['narrow'] / q for q in s])):
    O['log3d' + narrow] = log(a, one, s)
    O['log2d' + narrow] = np.stack([log(b, one[1:], s[1:]) for b in a])
O['gaussian-laplace'] = sum(nd.gaussian_filter(a, sigma, [2 * (axis == b) for b in range(3)], mode='nearest') / s[axis] ** 2 for axis in range(3))
r = [max(1, int(P['radius'] / q)) for q in s]
O['morphological3d'] = nd.morphological_gradient(a, size=[2 * q + 1 for q in r], mode='nearest')
O['morphological2d'] = np.stack([nd.morphological_gradient(b, size=[2 * q + 1 for q in r[1:]], mode='nearest') for b in a])
p = np.pad(a, ((0, 1),) * 3, mode='edge')
def corner(z, y, x): return p[z:z + a.shape[0], y:y + a.shape[1], x:x + a.shape[2]]
o = (0, 1)
gx = sum(corner(z, y, 1) - corner(z, y, 0) for z in o for y in o) / 4 / s[2]
gy = sum(corner(z, 1, x) - corner(z, 0, x) for z in o for x in o) / 4 / s[1]
gz = sum(corner(1, y, x) - corner(0, y, x) for y in o for x in o) / 4 / s[0]
O['roberts3d'] = magnitude([gx, gy, gz])
O['skimage-sobel'] = np.stack([filters.sobel(b) for b in a])
O['skimage-prewitt'] = np.stack([filters.prewitt(b) for b in a])
O['skimage-roberts'] = np.stack([filters.roberts(b) for b in a])`,
      arrays: { a: toNpy(noisy) },
      values: { spacing: [...spacing], sigma: 2, narrow: 0.7, radius: 2.6 },
    });
    for (const operator of ['sobel', 'prewitt', 'laplacian', 'log', 'morphological', 'roberts']) {
      for (const dimension of operator === 'roberts' ? ['3d'] : ['3d', '2d']) {
        const map = await mapOf(noisy, { operator, dimension, sigmaMm: 2, radiusMm: 2.6 });
        const difference = worst(map.voxels, reference.array(operator + dimension).data);
        expect({ operator, dimension, near: difference < 2e-5 }).toEqual({
          operator,
          dimension,
          near: true,
        });
      }
    }
    for (const dimension of ['3d', '2d']) {
      const map = await mapOf(noisy, { operator: 'log', dimension, sigmaMm: 0.7 });
      const theirs = reference.array(`log${dimension}-narrow`).data;
      expect(worst(map.voxels, theirs)).toBeLessThan(2e-5);
    }
    // Where the Gaussian is wide enough for its samples, scipy's own is the same.
    const { voxels: wide } = await mapOf(noisy, { operator: 'log', sigmaMm: 2 });
    expect(worst(wide, reference.array('gaussian-laplace').data)).toBeLessThan(0.01);
    // scikit-image knows no spacing, scales Sobel and Prewitt by √2, and leaves out the border.
    const unit = volumeOf(size, noisy.voxels) as typeof noisy;
    for (const operator of ['sobel', 'prewitt', 'roberts']) {
      const { voxels } = await mapOf(unit, { operator, dimension: '2d' });
      const theirs = reference.array(`skimage-${operator}`).data;
      let most = 0;
      for (let k = 0; k < 11; k++) {
        for (let j = 1; j < 20; j++) {
          for (let i = 1; i < 35; i++) {
            const at = i + 37 * (j + 22 * k);
            const scaled = theirs[at] * (operator === 'roberts' ? 1 : Math.SQRT1_2);
            most = Math.max(most, Math.abs(voxels[at] - scaled));
          }
        }
      }
      expect({ operator, most: most < 0.005 }).toEqual({ operator, most: true });
    }
  });

  itOnRealImages("equals ITK's Canny, 2D and 3D", async (real) => {
    const { volume } = smallPart(real, [150, 120, 25]);
    const unit = volumeOf(volume.geometry.size, volume.voxels);
    // Strengths per voxel that leave about the same share of edges in each kind of image.
    const [low, high] = { CT: [20, 60], MR: [8, 20], 'X-ray': [2, 6] }[real.kind];
    const reference = await runPython({
      script: `
import SimpleITK as sitk
def canny(a): return sitk.GetArrayFromImage(sitk.CannyEdgeDetection(sitk.GetImageFromArray(a.astype('f4')), P['low'], P['high'], [P['sigma'] ** 2] * a.ndim))
O['3d'] = canny(I['a'].squeeze()).reshape(I['a'].shape).astype('u1')
O['2d'] = np.stack([canny(b) for b in I['a']]).astype('u1')`,
      arrays: { a: toNpy(unit) },
      values: { sigma: 1.5, low, high },
    });
    for (const dimension of ['3d', '2d']) {
      const parameters = {
        ...{ operator: 'canny', result: 'edges', dimension, sigmaMm: 1.5 },
        ...{ threshold: high, lowThreshold: low },
      };
      const labels = labelsOf(await runOn(edges, unit, { parameters }));
      const theirs = reference.array(dimension).data;
      const wrong = differences(labels, theirs);
      expect({ dimension, wrong }).toEqual({ dimension, wrong: 0 });
      expect(markedIn(labels)).toBeGreaterThan(0.01 * labels.length);
    }
  });
});
