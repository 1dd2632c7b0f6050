import type { ImageVolume, Region, Vec3, VoxelArray } from '@cordon/extension-workbench/pure';
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
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { watershed } from './watershed';

const size: Vec3 = [33, 29, 17];
/** A noisy landscape with few values, so that there are many plateaus. */
function landscape<A extends VoxelArray>(
  type: new (length: number) => A,
  grid: Vec3,
  seed: number,
  most: number
): ImageVolume & { readonly voxels: A } {
  const random = randomFrom(seed);
  return paint(grid, type, (i, j, k) =>
    Math.floor(most * (0.25 * (2 + Math.sin(i / 3) + Math.cos(j / 4 + k / 2)) * random()))
  );
}
const seedsOf = (grid: Vec3, seed: number, labels: readonly number[]) => {
  const random = randomFrom(seed);
  return labels.map((label) => ({
    label,
    ijk: grid.map((extent) => Math.floor(random() * extent)) as [number, number, number],
  }));
};
const onImage = { relief: 'image', smoothingMm: 0 } as const;

describe('watershed', () => {
  it('meets on the ridge between two basins', async () => {
    const image = paint([21, 5, 3], Int16Array, (i) => (i === 12 ? 100 : Math.abs(i - 10)));
    const seeds = [
      { ijk: [1, 2, 1] as const, label: 1 },
      { ijk: [19, 2, 1] as const, label: 0 },
    ];
    const labels = labelsOf(
      await runOn(watershed, image, { prompts: { seeds }, parameters: onImage })
    );
    for (let at = 0; at < labels.length; at++) {
      const i = at % 21;
      if (i !== 12) expect(labels[at]).toBe(Number(i < 12));
    }
  });

  it('finds the border of a step with the gradient, where the spacing puts it', async () => {
    const image = paint([24, 12, 6], Int16Array, (i) => (i < 13 ? 0 : 300), [0.5, 1, 3]);
    const seeds = [
      { ijk: [2, 2, 2] as const, label: 7 },
      { ijk: [20, 9, 4] as const, label: 300 },
    ];
    const result = await runOn(watershed, image, { prompts: { seeds } });
    expect(result.labels?.classes).toEqual([{ value: 7 }, { value: 300 }]);
    labelsOf(result).forEach((label, at) => {
      if (at % 24 < 12 || at % 24 > 13) expect(label).toBe(at % 24 < 13 ? 7 : 300);
    });
  });

  it('joins basins that are shallower than the depth', async () => {
    // Floors 0, 0 and 5 behind walls of 20 and 9.
    const heights = [0, 0, 20, 0, 0, 0, 9, 5, 5];
    const image = paint([9, 4, 2], Uint8Array, (i) => heights[i]);
    const count = async (depth: number) =>
      (await runOn(watershed, image, { parameters: { ...onImage, start: 'minima', depth } }))
        .values[0].value;
    expect(await count(0)).toBe(3);
    expect(await count(3)).toBe(3);
    expect(await count(4)).toBe(2);
    expect(await count(20)).toBe(1);
  });

  it('does not change with an offset or when axes are exchanged without ties', async () => {
    const random = randomFrom(3);
    const order = Array.from({ length: 9 * 8 * 7 }, (_, at) => at).sort(() => random() - 0.5);
    const image = paint([9, 8, 7], Int16Array, (i, j, k) => order[i + 9 * (j + 8 * k)]);
    const turned = paint([7, 9, 8], Int16Array, (k, i, j) => 1000 + order[i + 9 * (j + 8 * k)]);
    const seeds = [
      { ijk: [1, 1, 1] as const, label: 0 },
      { ijk: [7, 6, 5] as const, label: 1 },
    ];
    const turnedSeeds = seeds.map(({ ijk: [i, j, k], label }) => ({
      ijk: [k, i, j] as const,
      label,
    }));
    const a = labelsOf(await runOn(watershed, image, { prompts: { seeds }, parameters: onImage }));
    const b = labelsOf(
      await runOn(watershed, turned, { prompts: { seeds: turnedSeeds }, parameters: onImage })
    );
    expect([...a]).toEqual(
      Array.from(a, (_, at) => {
        const [i, j, k] = [at % 9, Math.floor(at / 9) % 8, Math.floor(at / 72)];
        return b[k + 7 * (i + 9 * j)];
      })
    );
  });

  it('floods one voxel, a constant image and a slice along any axis', async () => {
    const dot = volumeOf([1, 1, 1], Uint8Array.of(5));
    const one = await runOn(watershed, dot, { parameters: { start: 'minima' } });
    expect([...labelsOf(one)]).toEqual([1]);
    const flat = volumeOf([6, 5, 4], new Float32Array(120).fill(2));
    const whole = await runOn(watershed, flat, { parameters: { start: 'minima' } });
    expect(whole.values[0].value).toBe(1);
    const image = landscape(Int16Array, size, 5, 40);
    for (const axis of [0, 1, 2] as const) {
      const region: Region = { kind: 'slice', axis, index: 3 };
      const [a, b] = size.filter((_, at) => at !== axis);
      const flatVoxels = Int16Array.from({ length: a * b }, (_, at) => {
        const ijk: [number, number, number] = [0, 0, 0];
        const free = [0, 1, 2].filter((other) => other !== axis);
        [ijk[axis], ijk[free[0]], ijk[free[1]]] = [3, at % a, Math.floor(at / a)];
        return image.voxels[ijk[0] + size[0] * (ijk[1] + size[1] * ijk[2])];
      });
      const parameters = { ...onImage, start: 'minima', depth: 3 };
      const slice = await runOn(watershed, image, { region, parameters });
      const plane = await runOn(watershed, volumeOf([a, b, 1], flatVoxels), { parameters });
      expect(differences(labelsOf(slice), labelsOf(plane))).toBe(0);
    }
  });

  it('refuses what cannot be separated, with the reason', async () => {
    const image = landscape(Int16Array, size, 6, 30);
    const at = (ijk: Vec3, label: number) => ({ seeds: [{ ijk, label }] });
    const code = (prompts: object) => expect(runOn(watershed, image, { prompts })).rejects;
    await code({}).toMatchObject({ code: 'SEEDS_MISSING' });
    await code(at([1, 1, 1], 0)).toMatchObject({ code: 'SEEDS_MISSING' });
    await code(at([1, 1, 1], 1)).toMatchObject({ code: 'ONE_CLASS_ONLY' });
    await code(at([33, 1, 1], 1)).toMatchObject({ code: 'SEED_OUTSIDE_IMAGE' });
    const region: Region = { kind: 'box', box: { fromIjk: [40, 0, 0], toIjk: [50, 5, 5] } };
    await expect(runOn(watershed, image, { region })).rejects.toMatchObject({
      code: 'REGION_EMPTY',
    });
    const noise = landscape(Uint8Array, [110, 110, 60], 8, 255);
    await expect(
      runOn(watershed, noise, { parameters: { ...onImage, start: 'minima', depth: 0 } })
    ).rejects.toMatchObject({ code: 'TOO_MANY_BASINS' });
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const image = landscape(Int16Array, size, 7, 500);
    const seeds = seedsOf(size, 4, [1, 2, 0]);
    const region: Region = { kind: 'box', box: { fromIjk: [0, 0, 0], toIjk: [33, 29, 16] } };
    await expectSequenceEqualsFreshRuns(watershed, image, [
      { prompts: { seeds } },
      { prompts: { seeds }, parameters: { smoothingMm: 0 } },
      { parameters: { start: 'minima', depth: 40, ...onImage } },
      { prompts: { seeds: seedsOf(size, 4, [1, 2]) }, parameters: { neighbours: '26' } },
      { region, parameters: { start: 'minima', depth: 60 } },
    ]);
  });
});

describeWithPython(['SimpleITK'], 'watershed against ITK', () => {
  const ask = (image: ImageVolume, markers: Uint16Array, depth: number, full: boolean) =>
    runPython({
      script: `
import SimpleITK as sitk
image = sitk.GetImageFromArray(I['image'].squeeze())
markers = sitk.GetImageFromArray(I['markers'].squeeze())
O['markers'] = sitk.GetArrayFromImage(sitk.MorphologicalWatershedFromMarkers(image, markers, False, P['full']))
O['minima'] = sitk.GetArrayFromImage(sitk.MorphologicalWatershed(image, P['depth'], False, P['full'])).astype('u4')
O['image'] = I['image']`,
      arrays: { image: toNpy(image), markers: toNpy(image, markers) },
      values: { depth, full },
    });

  it.each([
    ['8 bits, faces', landscape(Uint8Array, size, 11, 255), false, [1, 2, 3, 4, 5]],
    ['8 bits, all neighbours', landscape(Uint8Array, size, 12, 90), true, [1, 2, 3]],
    ['16 bits, faces', landscape(Int16Array, size, 13, 5000), false, [1, 2, 3, 4]],
    ['16 bits, all neighbours', landscape(Uint16Array, size, 14, 900), true, [3, 9, 300]],
    ['one slice, 4 neighbours', landscape(Uint8Array, [61, 47, 1], 15, 60), false, [1, 2, 3]],
    ['one slice, 8 neighbours', landscape(Uint8Array, [61, 47, 1], 16, 60), true, [1, 2]],
  ] as const)('is voxel-exact with and without markers: %s', async (_, image, full, labels) => {
    const grid = image.geometry.size;
    const seeds = seedsOf(grid, 99, labels);
    const markers = new Uint16Array(image.voxels.length);
    for (const { ijk, label } of seeds) {
      markers[ijk[0] + grid[0] * (ijk[1] + grid[1] * ijk[2])] = label;
    }
    const depth = 7;
    const itk = await ask(image, markers, depth, full);
    const neighbours = full ? '26' : '6';
    const parameters = { ...onImage, neighbours };
    const flooded = await runOn(watershed, image, { prompts: { seeds }, parameters });
    expect(differences(labelsOf(flooded), itk.array('markers').data)).toBe(0);
    const basins = await runOn(watershed, image, {
      parameters: { ...parameters, start: 'minima', depth },
    });
    expect(basins.values[0].value).toBeGreaterThan(3);
    expect(differences(labelsOf(basins), itk.array('minima').data)).toBe(0);
  });

  itOnRealImages('is voxel-exact on the image itself', async (real) => {
    const { volume } = smallPart(real, [140, 120, 24]);
    const labels = [1, 2, 3, 4, 5, 6];
    const grid = volume.geometry.size;
    const seeds = seedsOf(grid, 21, labels);
    const markers = new Uint16Array(volume.voxels.length);
    for (const { ijk, label } of seeds) {
      markers[ijk[0] + grid[0] * (ijk[1] + grid[1] * ijk[2])] = label;
    }
    const depth = { CT: 30, MR: 30, 'X-ray': 4 }[real.kind];
    const itk = await ask(volume, markers, depth, false);
    const flooded = await runOn(watershed, volume, { prompts: { seeds }, parameters: onImage });
    expect(differences(labelsOf(flooded), itk.array('markers').data)).toBe(0);
    const parameters = { ...onImage, start: 'minima', depth };
    const basins = await runOn(watershed, volume, { parameters });
    expect(basins.values[0].value).toBeGreaterThan(3);
    expect(differences(labelsOf(basins), itk.array('minima').data)).toBe(0);
  });

  itOnRealImages('follows ITK on the gradient in millimetres', async (image) => {
    const { volume } = smallPart(image, [160, 140, 40]);
    const seeds = seedsOf(volume.geometry.size, 21, [1, 2, 3, 4, 5, 6]);
    const ours = await runOn(watershed, volume, { prompts: { seeds } });
    const real = await runPython({
      script: `
import SimpleITK as sitk, scipy.ndimage as nd
crop = I['a'].squeeze().astype('f4')
sp = P['spacing'][:crop.ndim]
smooth = nd.gaussian_filter(crop, [1 / s for s in sp[::-1]], mode='nearest')
image = sitk.GetImageFromArray(smooth); image.SetSpacing(sp)
g = sitk.GetArrayFromImage(sitk.GradientMagnitude(image, True)).astype('f8')
levels = np.clip(np.floor((g - g.min()) * (32767 / (g.max() - g.min())) + 0.5), 0, 32767).astype('u2')
markers = np.zeros(crop.shape, 'u2')
for i, j, k, label in P['seeds']: markers[(k, j, i)[-crop.ndim:]] = label
w = sitk.MorphologicalWatershedFromMarkers(sitk.GetImageFromArray(levels), sitk.GetImageFromArray(markers), False, False)
O['labels'] = sitk.GetArrayFromImage(w)`,
      arrays: { a: toNpy(volume) },
      values: {
        spacing: [...volume.geometry.spacingMm],
        seeds: seeds.map(({ ijk, label }) => [...ijk, label]),
      },
    });
    // The two gradients differ by float rounding, which moves a voxel by one level now and then.
    const labels = labelsOf(ours);
    const share = differences(labels, real.array('labels').data) / labels.length;
    expect(share).toBeLessThan(0.005);
  });
});
