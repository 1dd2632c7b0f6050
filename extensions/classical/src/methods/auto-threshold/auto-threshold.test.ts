import type { ImageVolume } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
} from '../../../../../test/support/methods';
import {
  describeWithPython,
  runPython,
  type NpyArray,
  type PythonResult,
} from '../../../../../test/support/python';
import { differences, paint, randomFrom, toNpy } from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { autoThreshold } from './auto-threshold';

const RULES = ['li', 'triangle', 'isodata', 'max-entropy'];

function mixture(seed: number, values: readonly number[], noise: number) {
  const random = randomFrom(seed);
  return () =>
    values[Math.floor(random() * values.length)] + (random() + random() + random() - 1.5) * noise;
}

const cases: Readonly<Record<string, ImageVolume>> = {
  uint8: paint([31, 17, 5], Uint8Array, mixture(1, [40, 40, 40, 200], 60)),
  int16: paint([31, 17, 5], Int16Array, mixture(2, [-100, 60, 60, 110], 90)),
  uint16: paint([31, 17, 5], Uint16Array, mixture(4, [42000, 44000, 44000], 900)),
  float32: paint([31, 17, 5], Float32Array, mixture(3, [0.1, 0.1, 0.9], 0.5)),
};

/** Max entropy straight from Kapur's definition, the other rules by scikit-image. */
const script = `
from skimage import filters
from skimage.exposure import histogram
def max_entropy(a):
    counts, centres = histogram(a.ravel(), 256, source_range='image')
    p = counts / counts.sum()
    def entropy(part):
        part = part[part > 0] / part.sum()
        return -(part * np.log(part)).sum()
    return centres[int(np.argmax([entropy(p[:t + 1]) + entropy(p[t + 1:]) for t in range(len(p) - 1)]))]
rules = {'li': filters.threshold_li, 'triangle': filters.threshold_triangle, 'isodata': filters.threshold_isodata, 'max-entropy': max_entropy}
for name, a in I.items():
    for rule, f in rules.items():
        t = f(a.copy())
        R[name + rule] = float(t)
        O[name + rule] = (a > t).astype('u1')
`;

describe('auto-threshold', () => {
  it.each(RULES)('separates two values, and says when there is one only: %s', async (rule) => {
    const bright = (i: number, j: number) => i > 5 && j > 3;
    const image = paint([17, 9, 2], Int16Array, (i, j) => (bright(i, j) ? 80 : 20));
    const expected = paint([17, 9, 2], Uint8Array, (i, j) => Number(bright(i, j))).voxels;
    const labels = labelsOf(await runOn(autoThreshold, image, { parameters: { rule } }));
    expect(differences(labels, expected)).toBe(0);
    const parameters = { rule, side: 'dark' };
    const dark = labelsOf(await runOn(autoThreshold, image, { parameters }));
    expect(markedIn(dark)).toBe(expected.length - markedIn(expected));
    const flat = await runOn(
      autoThreshold,
      paint([3, 3, 3], Float32Array, () => 4),
      {
        parameters: { rule },
      }
    );
    expect(flat.warnings).toHaveLength(1);
    expect(markedIn(labelsOf(flat))).toBe(0);
  });

  it.each(RULES)('moves with an offset: %s', async (rule) => {
    const image = cases.int16;
    const moved = { ...image, voxels: Int16Array.from(image.voxels, (value) => value + 500) };
    const [a, b] = await Promise.all(
      [image, moved].map((one) => runOn(autoThreshold, one, { parameters: { rule } }))
    );
    expect(b.values[0].value).toBeCloseTo(a.values[0].value + 500, 6);
    expect(differences(labelsOf(a), labelsOf(b))).toBe(0);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(autoThreshold, cases.float32, [
      ...RULES.map((rule) => ({ parameters: { rule } })),
      { parameters: { rule: 'li', side: 'dark' }, region: { kind: 'slice', axis: 2, index: 1 } },
    ]);
  });
});

describeWithPython(['skimage', 'pydicom'], 'auto-threshold against scikit-image', () => {
  let reference: PythonResult;
  beforeAll(async () => {
    const arrays = Object.entries(cases).map(([name, image]): [string, NpyArray] => [
      name,
      toNpy(image),
    ]);
    reference = await runPython({ script, arrays: Object.fromEntries(arrays) });
  });

  it.each(Object.keys(cases).flatMap((name) => RULES.map((rule) => [name, rule])))(
    'gives the threshold and labels of %s by %s',
    async (name, rule) => {
      const result = await runOn(autoThreshold, cases[name], { parameters: { rule } });
      expect(result.values[0].value).toBeCloseTo(reference.values[name + rule] as number, 5);
      expect(differences(labelsOf(result), reference.array(name + rule).data)).toBe(0);
    }
  );

  itOnRealImages('gives its labels', async ({ volume }) => {
    const real = await runPython({ script, arrays: { real: toNpy(volume) } });
    for (const rule of RULES) {
      const labels = labelsOf(await runOn(autoThreshold, volume, { parameters: { rule } }));
      const wrong = differences(labels, real.array(`real${rule}`).data);
      expect({ rule, wrong }).toEqual({ rule, wrong: 0 });
    }
  });
});
