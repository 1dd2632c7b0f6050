import {
  parameterFields,
  runMethod,
  type ImageVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  chestCt,
  differences,
  itWithData,
  paint,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { bodyOutline } from '../body-outline/body-outline';
import { boneCt } from '../bone-ct/bone-ct';
import { lungCt } from '../lung-ct/lung-ct';

const size: Vec3 = [80, 64, 30];
const spacingMm: Vec3 = [4, 4, 5];
const ellipse = (i: number, j: number, ci: number, cj: number, a: number, b: number) =>
  ((i - ci) / a) ** 2 + ((j - cj) / b) ** 2;
const inBody = (i: number, j: number) => ellipse(i, j, 40, 30, 32, 22) < 1;
const inLung = (i: number, j: number, k: number) =>
  k > 4 && k < 26 && Math.min(ellipse(i, j, 26, 29, 9, 13), ellipse(i, j, 54, 29, 9, 13)) < 1;
/** A chest: body, two lungs, a vessel in one, a spine with marrow, below it a table as dense as bone, air around. */
const chest = paint(
  size,
  Int16Array,
  (i, j, k) => {
    if (j >= 56 && j < 59 && i > 10 && i < 70) return 400;
    if (!inBody(i, j)) return -1000;
    if (inLung(i, j, k)) return Math.hypot(i - 26, j - 29) < 1.2 ? 40 : -850;
    const spine = Math.hypot(i - 40, j - 46);
    return spine < 5 ? (spine < 3 ? 100 : 600) : 40;
  },
  spacingMm
);
const volumeOfTruth = (inside: (i: number, j: number, k: number) => boolean) =>
  paint(size, Uint8Array, (i, j, k) => Number(inside(i, j, k))).voxels;

function dice(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += a[at] && b[at];
    sum += a[at] + b[at];
  }
  return (2 * both) / sum;
}

describe('pipelines', () => {
  it('find body, lungs and bone of a phantom chest', async () => {
    const body = await runOn(bodyOutline, chest);
    expect(dice(labelsOf(body), volumeOfTruth(inBody))).toBeGreaterThan(0.99);
    const lungs = await runOn(lungCt, chest);
    expect(dice(labelsOf(lungs), volumeOfTruth(inLung))).toBeGreaterThan(0.98);
    const bone = await runOn(boneCt, chest);
    const truth = volumeOfTruth((i, j) => Math.hypot(i - 40, j - 46) < 5);
    expect(dice(labelsOf(bone), truth)).toBeGreaterThan(0.98);
    expect(lungs.labels?.classes[0].segment?.type?.value).toBe('39607008');
  });

  it.each([
    ['thick', spacingMm],
    ['thin', [2, 2, 1] as Vec3],
  ])('find them in one of many %s slices', async (_, spacing) => {
    const image = volumeOf(size, chest.voxels, spacing);
    const index = 15;
    const truthOf = (inside: (i: number, j: number) => boolean) =>
      Uint8Array.from({ length: size[0] * size[1] }, (_, at) =>
        Number(inside(at % size[0], Math.floor(at / size[0])))
      );
    for (const [pipeline, inside, accuracy] of [
      [bodyOutline, inBody, 0.99],
      [lungCt, (i: number, j: number) => inLung(i, j, index), 0.98],
      [boneCt, (i: number, j: number) => Math.hypot(i - 40, j - 46) < 5, 0.98],
    ] as const) {
      const result = await runOn(pipeline, image, { region: { kind: 'slice', axis: 2, index } });
      expect(result.labels?.box).toEqual({
        fromIjk: [0, 0, index],
        toIjk: [size[0], size[1], index + 1],
      });
      expect(dice(labelsOf(result), truthOf(inside))).toBeGreaterThan(accuracy);
    }
  });

  it('show each step and make each of its parameters editable', async () => {
    const names = parameterFields(lungCt.parameters).map(({ name }) => name);
    for (const step of lungCt.steps ?? []) {
      expect(names.some((name) => name.startsWith(`${step.name}.`))).toBe(true);
    }
    const lower = parameterFields(lungCt.parameters).find(({ name }) => name === 'tissue.lower');
    expect(lower).toMatchObject({ default: -400, title: 'Tissue: lower bound', unit: 'modality' });
    const parameters = { 'lungs.count': 1 };
    const [one, two] = [
      labelsOf(await runOn(lungCt, chest, { parameters })),
      labelsOf(await runOn(lungCt, chest)),
    ];
    const sum = (voxels: ArrayLike<number>) => Array.from(voxels).reduce((a, b) => a + b, 0);
    expect(sum(one) / sum(two)).toBeCloseTo(0.5, 1);
    await expect(runOn(lungCt, chest, { parameters: { 'lungs.count': 0 } })).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    });
  });

  it('is the same as its steps, one after the other', async () => {
    const input = { channels: [chest] };
    const region = { kind: 'volume' } as const;
    const prompts = { seeds: [], scribbles: [] };
    const { threshold } = await import('../threshold/threshold');
    const { smoothing } = await import('../smoothing/smoothing');
    const { islands } = await import('../islands/islands');
    const { fillHoles } = await import('../fill-holes/fill-holes');
    let segment: Uint8Array | undefined;
    for (const [method, parameters] of [
      [threshold, { lower: -300, upper: 32767 }],
      [smoothing, { method: 'opening', radiusMm: 3 }],
      [islands, { mode: 'largest' }],
      [fillHoles, { dimension: '2d' }],
    ] as const) {
      const result = await runMethod(method, input, { parameters, region, prompts, segment });
      segment = Uint8Array.from(labelsOf(result));
    }
    expect(
      differences(labelsOf(await runOn(bodyOutline, chest)), segment ?? new Uint8Array())
    ).toBe(0);
  });

  it('fit CT only, and say where they fail', async () => {
    const series = { geometry: chest.geometry, bodyPart: '', description: '' };
    expect(lungCt.fits({ ...series, modality: 'CT' })).toEqual({ fits: true });
    expect(lungCt.fits({ ...series, modality: 'MR' })).toMatchObject({ fits: false });
    const air = paint(size, Int16Array, () => -1000, spacingMm);
    await expect(runOn(lungCt, air)).rejects.toMatchObject({
      code: 'STEP_WITHOUT_LABELS',
      what: 'Nothing is left after the step "Tissue"',
    });
    // Lungs that are open to the air around are no holes of the body.
    const open = paint(
      size,
      Int16Array,
      (i, j) => (inBody(i, j) && i > 40 ? 40 : -1000),
      spacingMm
    );
    await expect(runOn(lungCt, open)).rejects.toMatchObject({
      what: 'Nothing is left after the step "Air inside"',
    });
  });

  it('report progress over all steps, and stop when cancelled', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const run = runOn(
      lungCt,
      chest,
      {},
      {
        signal: controller.signal,
        onProgress: ({ fraction }) => {
          seen.push(fraction);
          if (fraction > 0.4) controller.abort();
        },
      }
    );
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('give the same after any sequence of updates as a fresh run', async () => {
    const box = { fromIjk: [0, 0, 5], toIjk: [80, 64, 20] } as const;
    await expectSequenceEqualsFreshRuns(boneCt, chest, [
      {},
      { parameters: { 'bright.lower': 400 } },
      { region: { kind: 'box', box } },
    ]);
  });
});

describeWithPython(['scipy'], 'pipelines against scipy', () => {
  itWithData('dicom-chest-ct-lidc', 'are the same steps on a real CT', async () => {
    const ct = await chestCt();
    const half = thinned(ct, [3, 3, 4]);
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
ct = I['ct']
sp = P['spacing'][::-1]
volume = np.prod(sp)
def largest(mask, n=1):
    labels, count = nd.label(mask)
    sizes = np.bincount(labels.ravel()); sizes[0] = 0
    return np.isin(labels, np.argsort(-sizes, kind='stable')[:n]) & (labels > 0)
def drop(mask, mm3):
    labels, count = nd.label(mask)
    sizes = np.bincount(labels.ravel()) * volume; sizes[0] = 0
    return (sizes >= mm3)[labels]
fill = lambda mask: np.stack([nd.binary_fill_holes(s) for s in mask])
def closing(mask, r):
    m = np.pad(mask, 12)
    grown = nd.distance_transform_edt(~m, sampling=sp) <= r + 1e-6
    # The image's outside is unknown: it eats nothing.
    inside = np.pad(grown[12:-12, 12:-12, 12:-12], 12, constant_values=True)
    return (nd.distance_transform_edt(inside, sampling=sp) > r + 1e-6)[12:-12, 12:-12, 12:-12]
tissue = ct >= -400
filled = fill(largest(tissue))
lungs = largest(drop(filled & ~tissue, 200000), 2)
O['lungs'] = nd.binary_fill_holes(closing(lungs, 5)).astype('u1')
def opening(mask, r):
    inside = np.pad(mask, 12, constant_values=True)
    eroded = (nd.distance_transform_edt(inside, sampling=sp) > r + 1e-6)[12:-12, 12:-12, 12:-12]
    return nd.distance_transform_edt(~eroded, sampling=sp) <= r + 1e-6
body = fill(largest(opening(ct >= -300, 3)))
O['body'] = body.astype('u1')
def fill_small(mask, mm3):
    holes = fill(mask) & ~mask
    for k, s in enumerate(holes):
        labels, count = nd.label(s)
        sizes = np.bincount(labels.ravel()) * volume; sizes[0] = np.inf
        mask = mask.copy(); mask[k] |= (sizes <= mm3)[labels]
    return mask
labels, count = nd.label((ct >= 200) & body, np.ones((3, 3, 3)))
sizes = np.bincount(labels.ravel()) * volume; sizes[0] = 0
O['bone'] = fill_small(closing((sizes >= 500)[labels], 2), 3000).astype('u1')`,
      arrays: { ct: toNpy(half) },
      values: { spacing: half.geometry.spacingMm },
    });
    const lungs = labelsOf(await runOn(lungCt, half));
    const wanted = reference.array('lungs').data as Uint8Array;
    const ml = (wanted.reduce((a, b) => a + b, 0) * 3 * 0.78125 * 3 * 0.78125 * 4) / 1000;
    expect(ml).toBeGreaterThan(2000);
    expect(ml).toBeLessThan(9000);
    expect(differences(lungs, wanted)).toBe(0);
    for (const [name, pipeline] of [
      ['body', bodyOutline],
      ['bone', boneCt],
    ] as const) {
      const labels = labelsOf(await runOn(pipeline, half));
      expect({ name, wrong: differences(labels, reference.array(name).data) }).toEqual({
        name,
        wrong: 0,
      });
      expect(markedIn(labels)).toBeGreaterThan(1000);
    }
  });
});

/** Every n-th voxel along each axis. */
function thinned({ geometry, voxels }: ImageVolume, step: Vec3): ImageVolume {
  const extent = geometry.size.map((length, axis) => Math.ceil(length / step[axis]));
  const [columns, rows, slices] = extent;
  const spacing = geometry.spacingMm.map((mm, axis) => mm * step[axis]);
  const thin = new Int16Array(columns * rows * slices);
  for (let at = 0; at < thin.length; at++) {
    const i = (at % columns) * step[0];
    const j = (Math.floor(at / columns) % rows) * step[1];
    const k = Math.floor(at / (columns * rows)) * step[2];
    thin[at] = voxels[i + geometry.size[0] * (j + geometry.size[1] * k)];
  }
  return volumeOf([columns, rows, slices], thin, [spacing[0], spacing[1], spacing[2]]);
}
