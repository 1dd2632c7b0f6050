import type { ImageVolume, Region, Vec3 } from '@cordon/extension-workbench/pure';
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
import { levelSet } from './level-set';
import { startMask } from './start';

/** A bright, lumpy body in noise. */
function lumpy(size: Vec3, noise: number, spacingMm?: Vec3): ImageVolume {
  const random = randomFrom(17);
  return paint(
    size,
    Float32Array,
    (i, j, k) => {
      const far = Math.hypot(i - size[0] / 2, j - size[1] / 2, 2 * (k - (size[2] >> 1)));
      const radius = size[0] / 4 + 3 * Math.sin(Math.atan2(j - size[1] / 2, i - size[0] / 2) * 3);
      return (far < radius ? 100 : 20) + noise * (random() + random() - 1);
    },
    spacingMm
  );
}
const volume = lumpy([36, 34, 14], 40);
const plane = lumpy([60, 56, 1], 40);
const middle = [{ ijk: [18, 17, 7] as const, label: 1 }];

function dice(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += a[at] !== 0 && b[at] !== 0 ? 1 : 0;
    sum += Number(a[at] !== 0) + Number(b[at] !== 0);
  }
  return (2 * both) / sum;
}

describe('level-set', () => {
  it('finds a bright ball from a small start, with both models', async () => {
    const ball = paint([30, 30, 20], Int16Array, (i, j, k) =>
      Math.hypot(i - 15, j - 14, k - 10) < 8 ? 200 : 0
    );
    const wanted = Uint8Array.from(ball.voxels, (value) => Number(value > 0));
    const seeds = [{ ijk: [15, 14, 10] as const, label: 1 }];
    for (const [model, least] of [
      ['chan-vese', 0.97],
      ['geodesic', 0.9],
    ] as const) {
      const result = await runOn(levelSet, ball, {
        prompts: { seeds },
        parameters: { model, scaleMm: 1, startRadiusMm: 3, iterations: 40 },
      });
      expect(dice(labelsOf(result), wanted)).toBeGreaterThan(least);
    }
  });

  it('shows its steps to someone who watches, but none that would only delay the result', async () => {
    const call = { prompts: { seeds: middle }, parameters: { iterations: 80 } };
    let reports = 0;
    // Ten milliseconds an iteration.
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => 10 * reports);
    const watch = async (showsSteps: boolean) => {
      reports = 0;
      const steps: number[] = [];
      const result = await runOn(levelSet, volume, call, {
        showsSteps,
        onProgress: ({ fraction, soFar }) => {
          reports++;
          if (soFar) steps.push(fraction);
        },
      });
      return { result, steps };
    };
    const [watched, alone] = [await watch(true), await watch(false)];
    clock.mockRestore();
    expect(watched.steps).toEqual([16 / 80, 31 / 80, 46 / 80]);
    expect(alone.steps).toEqual([]);
    expect(watched.result).toEqual(alone.result);
  });

  it('starts from a segment, a box or a checkerboard, the segment first', async () => {
    const segment = new Uint8Array(plane.voxels.length);
    segment.fill(1, 60 * 20 + 25, 60 * 20 + 35);
    const one = { iterations: 1, smoothing: 0 };
    const box = { fromIjk: [25, 20, 0], toIjk: [35, 21, 1] } as const;
    const fromSegment = labelsOf(await runOn(levelSet, plane, { segment, parameters: one }));
    const fromBox = labelsOf(await runOn(levelSet, plane, { prompts: { box }, parameters: one }));
    expect(differences(fromSegment, fromBox)).toBe(0);
    const checked = labelsOf(await runOn(levelSet, plane, { parameters: one }));
    expect(differences(checked, fromBox)).toBeGreaterThan(100);
  });

  it('starts from balls around every voxel of a stroke, each with the true distance', async () => {
    const image = paint([30, 22, 12], Int16Array, () => 0, [0.8, 1.3, 2]);
    const stroke = [3, 4, 5, 14, 15].map((i) => i + 30 * (9 + 22 * 6));
    const radiusMm = 4.1;
    const start = startMask(
      {
        prompts: { seeds: [], scribbles: [{ label: 1, voxels: Uint32Array.from(stroke) }] },
        radiusMm,
        mayBeChecked: false,
      },
      image.geometry,
      { fromIjk: [2, 4, 1], toIjk: [28, 20, 11] }
    );
    let at = 0;
    for (let k = 1; k < 11; k++) {
      for (let j = 4; j < 20; j++) {
        for (let i = 2; i < 28; i++) {
          const isNear = [3, 4, 5, 14, 15].some(
            (x) => Math.hypot(0.8 * (i - x), 1.3 * (j - 9), 2 * (k - 6)) <= radiusMm
          );
          if (start[at++] !== Number(isNear)) throw new Error(`voxel ${i}, ${j}, ${k} is wrong`);
        }
      }
    }
    expect(start.some((value) => value === 0) && start.some((value) => value === 1)).toBe(true);
  });

  it('refuses a geodesic contour without a start, and an empty one', async () => {
    const parameters = { model: 'geodesic' };
    await expect(runOn(levelSet, volume, { parameters })).rejects.toMatchObject({
      code: 'START_MISSING',
    });
    const segment = new Uint8Array(volume.voxels.length);
    await expect(runOn(levelSet, volume, { segment })).rejects.toMatchObject({
      code: 'START_EMPTY',
    });
    const seeds = [{ ijk: [99, 0, 0] as const, label: 1 }];
    await expect(runOn(levelSet, volume, { prompts: { seeds } })).rejects.toMatchObject({
      code: 'SEED_OUTSIDE_IMAGE',
    });
  });

  it('stops when it is cancelled, and the session goes on', async () => {
    const session = await levelSet.open({ channels: [volume] });
    const request = {
      prompts: { seeds: middle, scribbles: [] },
      region: { kind: 'volume' } as const,
    };
    const controller = new AbortController();
    const stopped = session.update(
      { ...request, parameters: { iterations: 2000 } },
      {
        quality: 'final',
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      }
    );
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const after = await session.update(
      { ...request, parameters: { iterations: 3 } },
      { quality: 'final' }
    );
    const fresh = await runOn(levelSet, volume, {
      prompts: { seeds: middle },
      parameters: { iterations: 3 },
    });
    expect(after).toEqual(fresh);
    session.close();
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const region: Region = { kind: 'slice', axis: 2, index: 7 };
    await expectSequenceEqualsFreshRuns(levelSet, volume, [
      { prompts: { seeds: middle }, parameters: { iterations: 5 } },
      { prompts: { seeds: middle }, parameters: { iterations: 6, model: 'geodesic', balloon: -1 } },
      { region, parameters: { iterations: 4, smoothing: 3 } },
    ]);
  });
});

describeWithPython(['skimage'], 'level-set against scikit-image', () => {
  const script = `
from skimage.segmentation import morphological_chan_vese, morphological_geodesic_active_contour, inverse_gaussian_gradient
image, start = I['image'].squeeze().astype('f8'), I['start'].squeeze().astype('i1')
O['chan-vese'] = morphological_chan_vese(image, P['n'], init_level_set=start, smoothing=2, lambda1=1, lambda2=1.5).astype('u1')
O['checkerboard'] = morphological_chan_vese(image, P['n'], init_level_set='checkerboard', smoothing=2).astype('u1')
g = inverse_gaussian_gradient(image, alpha=1 / 8, sigma=1.5)
for b in (1, -1, 0):
    O['geodesic%d' % b] = morphological_geodesic_active_contour(g, P['n'], init_level_set=start, smoothing=2, balloon=b).astype('u1')`;

  it.each([
    ['volume', volume],
    ['slice', plane],
  ] as const)('agrees with Dice 0.999 at least: %s', async (_, image) => {
    const [nx, ny, nz] = image.geometry.size;
    const start = paint([nx, ny, nz], Uint8Array, (i, j, k) =>
      Number(Math.hypot(i - nx / 2, j - ny / 2, k - (nz >> 1)) < nx / 5)
    ).voxels;
    const n = 9;
    const reference = await runPython({
      script,
      arrays: { image: toNpy(image), start: toNpy(image, start) },
      values: { n },
    });
    const common = { iterations: n, smoothing: 2, scaleMm: 1.5, contrast: 8 };
    const run = async (parameters: Record<string, string | number>, segment?: Uint8Array) =>
      labelsOf(await runOn(levelSet, image, { segment, parameters: { ...common, ...parameters } }));
    const chanVese = await run({ outsideWeight: 1.5 }, start);
    expect(dice(chanVese, reference.array('chan-vese').data)).toBeGreaterThanOrEqual(0.999);
    const checked = await run({});
    expect(dice(checked, reference.array('checkerboard').data)).toBeGreaterThanOrEqual(0.999);
    for (const balloon of [1, -1, 0]) {
      const found = await run({ model: 'geodesic', balloon }, start);
      const wanted = reference.array(`geodesic${balloon}`).data;
      expect(differences(wanted, start)).toBeGreaterThan(10);
      if (wanted.some((value) => value !== 0)) {
        expect(dice(found, wanted)).toBeGreaterThanOrEqual(0.999);
      } else expect(found.some((value) => value !== 0)).toBe(false);
    }
  });

  itOnRealImages('agrees', async (real) => {
    const { volume: part } = smallPart(real, [72, 64, 12]);
    const image = volumeOf(part.geometry.size, part.voxels);
    const [nx, ny, nz] = part.geometry.size;
    const start = paint([nx, ny, nz], Uint8Array, (i, j, k) =>
      Number(Math.hypot(i - nx / 2, j - ny / 2, k - (nz >> 1)) < 14)
    ).voxels;
    const n = 9;
    const arrays = { image: toNpy(image), start: toNpy(image, start) };
    const reference = await runPython({ script, arrays, values: { n } });
    const common = { iterations: n, smoothing: 2, scaleMm: 1.5, contrast: 8 };
    const run = async (parameters: Record<string, string | number>, segment?: Uint8Array) =>
      labelsOf(await runOn(levelSet, image, { segment, parameters: { ...common, ...parameters } }));
    const checked = await run({});
    expect(dice(checked, reference.array('checkerboard').data)).toBeGreaterThanOrEqual(0.999);
    const geodesic = await run({ model: 'geodesic', balloon: 1 }, start);
    const wanted = reference.array('geodesic1').data;
    expect(differences(wanted, start)).toBeGreaterThan(10);
    expect(dice(geodesic, wanted)).toBeGreaterThanOrEqual(0.999);
  });
});
