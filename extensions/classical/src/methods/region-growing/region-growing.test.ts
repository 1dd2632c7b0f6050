import {
  valueHistogram,
  type ImageVolume,
  type Region,
  type Vec3,
  type VoxelArray,
} from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
  wholeLabels,
  type MethodCall,
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
import { regionGrowing } from './region-growing';

const seedAt = (...ijk: [number, number, number]) => ({ seeds: [{ ijk, label: 1 }] });

/** Breadth-first search straight from the definition. */
function bruteForce(
  { geometry: { size }, voxels }: ImageVolume,
  seeds: readonly Vec3[],
  inside: (value: number, at: Vec3) => boolean,
  neighbours: number
): Uint8Array {
  const [nx, ny, nz] = size;
  const most = { 6: 1, 18: 2, 26: 3 }[neighbours] ?? 0;
  const mask = new Uint8Array(voxels.length);
  const queue: Vec3[] = [];
  const enter = ([x, y, z]: Vec3) => {
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) return;
    const at = x + nx * (y + ny * z);
    if (mask[at] || !inside(voxels[at], [x, y, z])) return;
    mask[at] = 1;
    queue.push([x, y, z]);
  };
  seeds.forEach(enter);
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (let dz = -1; dz <= 1; dz++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const far = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
          if (far > 0 && far <= most) enter([next[0] + dx, next[1] + dy, next[2] + dz]);
        }
      }
    }
  }
  return mask;
}

/** The smallest box that holds all voxels of a mask. */
function boxAround(mask: Uint8Array, [nx, ny]: Vec3) {
  const from = [Infinity, Infinity, Infinity];
  const to = [0, 0, 0];
  mask.forEach((value, at) => {
    if (value === 0) return;
    [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))].forEach((place, axis) => {
      from[axis] = Math.min(from[axis], place);
      to[axis] = Math.max(to[axis], place + 1);
    });
  });
  return { fromIjk: from, toIjk: to };
}

/** A bent tube of one voxel's thickness in noise-free surround, with a corner contact. */
function tube(): ImageVolume {
  return paint([80, 30, 9], Int16Array, (i, j, k) => {
    if (k === 4 && j === 10 && i < 70) return 200;
    if (k === 4 && i === 69 && j >= 10 && j < 25) return 200;
    if (k === 5 && i === 70 && j === 25) return 200;
    return -50;
  });
}

describe('region-growing', () => {
  it('follows a thin tube to its end, and through a corner only when told so', async () => {
    const call: MethodCall = { prompts: seedAt(0, 10, 4) };
    const count = async (neighbours: string) => {
      const parameters = { lower: 100, neighbours };
      return markedIn(labelsOf(await runOn(regionGrowing, tube(), { ...call, parameters })));
    };
    expect(await count('6')).toBe(84);
    expect(await count('18')).toBe(84);
    expect(await count('26')).toBe(85);
  });

  it('equals a search by the definition for any image, neighbours and type', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 150 }),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 6 })
        ),
        fc.integer(),
        fc.constantFrom(6, 18, 26),
        fc.constantFrom(Uint8Array, Int16Array, Uint16Array, Float32Array),
        fc.double({ min: 0.2, max: 0.9, noNaN: true }),
        async (size, seed, neighbours, type, share) => {
          const random = randomFrom(seed);
          const image = paint<VoxelArray>(size, type, () => Math.floor(random() * 100));
          image.voxels[0] = 0;
          const upper = share * 100;
          const result = await runOn(regionGrowing, image, {
            parameters: { lower: 0, upper, neighbours: String(neighbours) },
            prompts: seedAt(0, 0, 0),
          });
          // The bound as such an image would write it.
          const bound = type === Float32Array ? Math.fround(upper) : upper;
          const expected = bruteForce(image, [[0, 0, 0]], (value) => value <= bound, neighbours);
          expect(differences(wholeLabels(result, image), expected)).toBe(0);
          expect(result.labels!.box).toEqual(boxAround(expected, size));
        }
      ),
      { numRuns: 150 }
    );
  });

  it('switches to runs for a large region and gives the same', async () => {
    const random = randomFrom(9);
    const image = paint([70, 40, 20], Int16Array, () => Math.floor(random() * 100));
    image.voxels[0] = 0;
    for (const neighbours of [6, 18, 26]) {
      const result = await runOn(regionGrowing, image, {
        parameters: { lower: 0, upper: 60, neighbours: String(neighbours) },
        prompts: seedAt(0, 0, 0),
      });
      const labels = wholeLabels(result, image);
      const expected = bruteForce(image, [[0, 0, 0]], (value) => value <= 60, neighbours);
      expect(differences(labels, expected)).toBe(0);
      // Beyond the budget of the scan-line fill, so that the run-length route was taken.
      expect(markedIn(expected)).toBeGreaterThan(2 * 4096);
    }
  });

  it('stays within the leak limit in millimetres, and says that it was stopped', async () => {
    const spacing: Vec3 = [0.7, 1.1, 3];
    const image = paint([60, 40, 15], Int16Array, () => 10, spacing);
    const [seed, limit]: [Vec3, number] = [[30, 20, 7], 8];
    const result = await runOn(regionGrowing, image, {
      parameters: { lower: 0, upper: 20, leakLimitMm: limit },
      prompts: seedAt(...(seed as [number, number, number])),
    });
    const expected = bruteForce(
      image,
      [seed],
      (_, at) => Math.hypot(...at.map((value, a) => (value - seed[a]) * spacing[a])) <= limit,
      6
    );
    expect(differences(wholeLabels(result, image), expected)).toBe(0);
    const more = image.voxels.length - markedIn(expected);
    expect(result.warnings.join()).toContain(`${more} voxels more`);
    const free = await runOn(regionGrowing, image, {
      parameters: { lower: 0, upper: 20, leakLimitMm: 500 },
      prompts: seedAt(30, 20, 7),
    });
    expect(labelsOf(free).every((value) => value === 1)).toBe(true);
    expect(free.warnings).toEqual([]);
  });

  it('grows from several seeds and scribbles, and within a slice or a box only', async () => {
    const image = paint([20, 10, 5], Int16Array, (i) => (i === 10 ? -100 : 150));
    const slice: Region = { kind: 'slice', axis: 1, index: 4 };
    const one = await runOn(regionGrowing, image, { prompts: seedAt(3, 4, 2), region: slice });
    expect(markedIn(labelsOf(one))).toBe(10 * 5);
    const scribbles = [{ label: 1, voxels: Uint32Array.of(10, 15) }];
    const both = await runOn(regionGrowing, image, { prompts: { ...seedAt(0, 0, 0), scribbles } });
    expect(markedIn(labelsOf(both))).toBe(19 * 10 * 5);
    expect(both.warnings).toHaveLength(1);
    const region: Region = { kind: 'box', box: { fromIjk: [12, 1, 1], toIjk: [40, 4, 3] } };
    const box = await runOn(regionGrowing, image, { prompts: seedAt(15, 2, 2), region });
    expect(markedIn(labelsOf(box))).toBe(8 * 3 * 2);
  });

  it('takes its bounds from the seeds when told so', async () => {
    const image = paint([20, 10, 5], Int16Array, (i) => 10 * i);
    const parameters = { bounds: 'around-seeds', tolerance: 35 } as const;
    const one = await runOn(regionGrowing, image, { prompts: seedAt(8, 4, 2), parameters });
    expect(markedIn(labelsOf(one))).toBe((3 + 1 + 3) * 10 * 5);
    // From the darkest to the brightest seed, and the tolerance on each side.
    const seeds = [...seedAt(8, 4, 2).seeds, ...seedAt(12, 0, 0).seeds];
    const two = await runOn(regionGrowing, image, { prompts: { seeds }, parameters });
    expect(markedIn(labelsOf(two))).toBe((3 + 5 + 3) * 10 * 5);
    const given = { seeds, range: { lower: 75, upper: 125 } };
    const range = await runOn(regionGrowing, image, { prompts: given, parameters });
    expect(markedIn(labelsOf(range))).toBe(5 * 10 * 5);
  });

  it('is the same when axes change places', async () => {
    const random = randomFrom(11);
    const values = Array.from({ length: 12 ** 3 }, () => Math.floor(random() * 100));
    const straight = paint([12, 12, 12], Int16Array, (i, j, k) => values[i + 12 * (j + 12 * k)]);
    const turned = paint([12, 12, 12], Int16Array, (i, j, k) => values[k + 12 * (i + 12 * j)]);
    const call = { parameters: { lower: 0, upper: 55 } };
    straight.voxels[0] = turned.voxels[0] = 0;
    const grown = async (image: ImageVolume) =>
      wholeLabels(await runOn(regionGrowing, image, { ...call, prompts: seedAt(0, 0, 0) }), image);
    const [a, b] = [await grown(straight), await grown(turned)];
    const back = paint([12, 12, 12], Uint8Array, (i, j, k) => b[j + 12 * (k + 12 * i)]);
    expect(differences(a, back.voxels)).toBe(0);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const random = randomFrom(5);
    const image = paint([40, 20, 10], Int16Array, () => Math.floor(random() * 100));
    image.voxels.fill(10, 0, 800);
    await expectSequenceEqualsFreshRuns(regionGrowing, image, [
      { parameters: { lower: 0, upper: 50 }, prompts: seedAt(1, 1, 0) },
      { parameters: { lower: 0, upper: 70, neighbours: '26' }, prompts: seedAt(1, 1, 0) },
      {
        parameters: { lower: 0, upper: 60 },
        prompts: seedAt(1, 1, 0),
        region: { kind: 'slice', axis: 2, index: 0 },
      },
      { prompts: { ...seedAt(1, 1, 0), range: { lower: 0, upper: 20 } } },
    ]);
  });

  it('refuses before work starts, with numbers', async () => {
    const image = volumeOf([2, 2, 1], Int16Array.of(5, 6, 7, 8));
    const code = async (call: MethodCall) =>
      runOn(regionGrowing, image, call).then(
        () => 'none',
        (error: { code: string; why: string }) => `${error.code}: ${error.why}`
      );
    expect(await code({})).toMatch(/^SEEDS_MISSING/);
    expect(await code({ prompts: { seeds: [{ ijk: [0, 0, 0], label: 0 }] } })).toMatch(
      /^SEEDS_MISSING/
    );
    expect(await code({ prompts: seedAt(2, 0, 0) })).toMatch(/^SEED_OUTSIDE_IMAGE.*2 × 2 × 1/);
    expect(await code({ prompts: seedAt(0, 0, 0) })).toMatch(/^SEED_OUTSIDE_RANGE.*is 5/);
    expect(await code({ prompts: seedAt(0, 0, 0), parameters: { lower: 9, upper: 8 } })).toMatch(
      /^RANGE_EMPTY/
    );
    const region: Region = { kind: 'box', box: { fromIjk: [1, 1, 0], toIjk: [2, 2, 1] } };
    expect(await code({ prompts: seedAt(0, 0, 0), region })).toMatch(/^SEED_OUTSIDE_REGION/);
  });
});

describeWithPython(['SimpleITK', 'scipy', 'pydicom'], 'region-growing against ITK', () => {
  itOnRealImages('equals ConnectedThreshold', async ({ volume, seedIjk, range }) => {
    const { lower, upper } = range;
    const [columns, rows] = volume.geometry.size;
    // The brightest voxel lies in something small, the seed in something large.
    let top = -Infinity;
    for (const value of volume.voxels) top = Math.max(top, value);
    const at = volume.voxels.indexOf(top);
    const bright = [
      at % columns,
      Math.floor(at / columns) % rows,
      Math.floor(at / (columns * rows)),
    ];
    const cases = [
      { lower, upper, neighbours: '6' },
      { lower, upper, neighbours: '18' },
      { lower: lower - 20, upper: upper + 20, neighbours: '26' },
      { lower: Math.round(0.9 * top), upper: top, neighbours: '6' },
    ] as const;
    const seeds = [seedIjk, seedIjk, seedIjk, bright].map((seed) => [...seed]);
    const reference = await runPython({
      script: `
import SimpleITK as sitk
from scipy import ndimage
image = sitk.GetImageFromArray(I['a'])
for n, (case, seed) in enumerate(zip(P['cases'], P['seeds'])):
    if case['neighbours'] == '18':
        a = I['a']
        l, _ = ndimage.label((a >= case['lower']) & (a <= case['upper']), ndimage.generate_binary_structure(3, 2))
        O[str(n)] = (l == l[tuple(seed[::-1])]).astype('u1')
    else:
        full = sitk.ConnectedThresholdImageFilter.FullConnectivity
        face = sitk.ConnectedThresholdImageFilter.FaceConnectivity
        O[str(n)] = sitk.GetArrayFromImage(sitk.ConnectedThreshold(image, [seed], case['lower'], case['upper'], 1,
            full if case['neighbours'] == '26' else face))`,
      arrays: { a: toNpy(volume) },
      values: { cases: [...cases], seeds },
    });
    for (const [at, { lower, upper, neighbours }] of cases.entries()) {
      const result = await runOn(regionGrowing, volume, {
        parameters: { lower, upper, neighbours },
        prompts: seedAt(...(seeds[at] as [number, number, number])),
      });
      const labels = wholeLabels(result, volume);
      expect(differences(labels, reference.array(String(at)).data)).toBe(0);
      expect(markedIn(labels)).toBeGreaterThan(at < 3 ? 100 : 0);
    }
  });
});

describe('region growing in the viewer', () => {
  const clicks = { CT: [60, 60, 20], MR: [58, 49, 12], 'X-ray': [265, 300, 0] } as const;
  itOnRealImages('finds the structure at the first click', async ({ kind, volume }) => {
    const histogram = valueHistogram(volume.voxels);
    const parameters = regionGrowing.viewerDefaults?.({ modality: kind, histogram });
    const call = {
      parameters,
      prompts: { seeds: [{ ijk: clicks[kind], label: 1 }] },
    } as MethodCall;
    const found = markedIn(labelsOf(await runOn(regionGrowing, volume, call)));
    expect(found).toBeGreaterThan(0.05 * volume.voxels.length);
    expect(found).toBeLessThan(0.6 * volume.voxels.length);
    // The command line begins with bounds of its own, as its recipes do.
    const there = runOn(regionGrowing, volume, { prompts: call.prompts });
    if (kind === 'CT') await expect(there).rejects.toMatchObject({ code: 'SEED_OUTSIDE_RANGE' });
  });
});
