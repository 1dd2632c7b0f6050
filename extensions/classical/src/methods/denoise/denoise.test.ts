import type { ImageVolume, Vec3, VoxelArray } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  runOn,
  type MethodCall,
} from '../../../../../test/support/methods';
import type { NpyData } from '../../../../../test/support/npy';
import {
  describeWithPython,
  runPython,
  type PythonResult,
} from '../../../../../test/support/python';
import {
  cropOf,
  paint,
  randomFrom,
  toNpy,
  type VolumeOf,
} from '../../../../../test/support/volumes';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { denoise } from './denoise';

const FILTERS = ['gaussian', 'median', 'curvature-diffusion', 'bilateral'];
const spacing: Vec3 = [0.8, 1.1, 2];
const random = randomFrom(6);
const steps = paint(
  [26, 19, 9],
  Int16Array,
  (i, j, k) => (i > 12 ? 300 : 0) + (j > 9 ? 100 : 0) + 20 * k + Math.round(random() * 60),
  spacing
);

async function filtered(image: ImageVolume, parameters: MethodCall['parameters']) {
  const { scalarMap } = await runOn(denoise, image, { parameters });
  if (!scalarMap) throw new Error('no map');
  return scalarMap.voxels;
}

/** Largest difference. */
function worst(a: Float32Array, b: NpyData): number {
  let most = 0;
  for (let at = 0; at < b.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe('denoise', () => {
  it.each(FILTERS)('lowers noise, keeps the mean and a constant: %s', async (filter) => {
    const noise = randomFrom(2);
    const image = paint([24, 24, 12], Float32Array, () => 100 + (noise() - 0.5) * 40);
    const smooth = await filtered(image, { filter });
    expect(deviation(smooth)).toBeLessThan(0.8 * deviation(image.voxels));
    const mean = smooth.reduce((sum, value) => sum + value, 0) / smooth.length;
    expect(Math.abs(mean - 100)).toBeLessThan(1);
    const flat = await filtered(
      paint([9, 7, 5], Int16Array, () => -321),
      { filter }
    );
    expect(worst(flat, new Float32Array(9 * 7 * 5).fill(-321))).toBeLessThan(1e-3);
  });

  it('keeps an edge with median, bilateral and diffusion that a Gaussian blurs', async () => {
    const edge = paint([24, 12, 6], Float32Array, (i) => (i < 12 ? 0 : 400));
    const jump = async (filter: string) => {
      const voxels = await filtered(edge, { filter, conductance: 1 });
      return voxels[12 + 24 * (6 + 12 * 3)] - voxels[11 + 24 * (6 + 12 * 3)];
    };
    expect(await jump('median')).toBe(400);
    expect(await jump('bilateral')).toBeGreaterThan(399);
    expect(await jump('curvature-diffusion')).toBeGreaterThan(350);
    expect(await jump('gaussian')).toBeLessThan(200);
  });

  it.each(FILTERS)('is in 2D what 3D is for a single slice: %s', async (filter) => {
    const slice = cropOf(steps, { fromIjk: [0, 0, 4], toIjk: [26, 19, 5] });
    const two = await filtered(slice, { filter, dimension: '2d' });
    expect(await filtered(slice, { filter, dimension: '3d' })).toEqual(two);
    // Diffusion takes its conductance from the whole region, so its slices are not independent.
    if (filter === 'curvature-diffusion') return;
    const stack = await filtered(steps, { filter, dimension: '2d' });
    expect(stack.slice(4 * 494, 5 * 494)).toEqual(two);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(denoise, steps, [
      ...FILTERS.map((filter) => ({ parameters: { filter } })),
      { parameters: { filter: 'median' }, region: { kind: 'slice', axis: 1, index: 3 } },
    ]);
  });

  it('cuts a time step that is not stable, and says so; cancels between slices', async () => {
    const result = await runOn(denoise, steps, {
      parameters: { filter: 'curvature-diffusion', timeStep: 0.2 },
    });
    expect(result.values[0].value).toBeCloseTo(0.8 / 16, 10);
    expect(result.warnings).toHaveLength(1);
    const controller = new AbortController();
    const large = paint([128, 128, 40], Int16Array, (i) => i);
    const running = runOn(
      denoise,
      large,
      { parameters: { filter: 'median', radiusVoxels: 2 } },
      {
        signal: controller.signal,
        onProgress: ({ fraction }) => {
          if (fraction > 0) controller.abort();
        },
      }
    );
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

const script = `
import SimpleITK as sitk
from scipy import ndimage
def make(a, spacing):
    image = sitk.GetImageFromArray(a.astype('f4')); image.SetSpacing(spacing); return image
def run(f, a, spacing):
    return sitk.GetArrayFromImage(f(make(a, spacing)))
filters = {
    'median': lambda s: sitk.Median(s, [2] * s.GetDimension()),
    'bilateral': lambda s: sitk.Bilateral(s, 1.5, 60.0, 1000),
    'curvature-diffusion': lambda s: sitk.CurvatureAnisotropicDiffusion(s, 0.04, 2.0, 1, 5),
}
a = I['a']
for name, f in filters.items():
    O[name + '3d'] = run(f, a, P['spacing'])
    if name != 'curvature-diffusion': O[name + '2d'] = np.stack([run(f, b, P['spacing'][:2]) for b in a])
O['curvature-diffusion2d'] = run(filters['curvature-diffusion'], a[len(a) // 2], P['spacing'][:2])
s = [1.5 / q for q in P['spacing'][::-1]]
O['gaussian3d'] = ndimage.gaussian_filter(a.astype('f8'), s, mode='nearest')
O['gaussian2d'] = ndimage.gaussian_filter(a.astype('f8'), [0] + s[1:], mode='nearest')
`;
const settings = {
  ...{ sigmaMm: 1.5, rangeSigma: 60, radiusVoxels: 2 },
  ...{ iterations: 5, conductance: 2, timeStep: 0.04 },
};
/** Largest difference that is allowed, as a share of the range of values: table of ITK's bilateral, float32 sums. */
const TOLERANCE = { gaussian: 1e-6, median: 0, bilateral: 1e-3, 'curvature-diffusion': 1e-5 };

async function expectEqual(image: ImageVolume, reference: PythonResult): Promise<void> {
  const range = Float32Array.from(image.voxels).reduce(
    (most, value) => Math.max(most, Math.abs(value)),
    0
  );
  for (const [filter, tolerance] of Object.entries(TOLERANCE)) {
    for (const dimension of ['3d', '2d']) {
      const alone = filter === 'curvature-diffusion' && dimension === '2d';
      const [columns, rows, slices] = image.geometry.size;
      const source = alone
        ? cropOf(image as VolumeOf<VoxelArray>, {
            fromIjk: [0, 0, slices >> 1],
            toIjk: [columns, rows, (slices >> 1) + 1],
          })
        : image;
      const ours = await filtered(source, { ...settings, filter, dimension });
      const difference = worst(ours, reference.array(filter + dimension).data) / range;
      const near = difference <= tolerance || difference;
      expect({ filter, dimension, near }).toEqual({ filter, dimension, near: true });
    }
  }
}

describeWithPython(['SimpleITK', 'scipy', 'pydicom'], 'denoise against ITK and scipy', () => {
  it('equals them on anisotropic voxels, borders included', async () => {
    const values = { spacing: [...spacing] };
    await expectEqual(steps, await runPython({ script, arrays: { a: toNpy(steps) }, values }));
  });

  itOnRealImages('equals them', async (real) => {
    const { volume } = smallPart(real, [80, 60, 12]);
    const values = { spacing: [...volume.geometry.spacingMm] };
    await expectEqual(volume, await runPython({ script, arrays: { a: toNpy(volume) }, values }));
  });
});
