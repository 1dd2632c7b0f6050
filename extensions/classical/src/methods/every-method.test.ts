/**
 * Properties that every classical method shares: it does not depend on how the grid lies in memory or in the patient, it
 * moves with an offset where the mathematics says so, it survives the smallest and the dullest image, it refuses before work
 * starts, and it takes no more memory than it says.
 */
import {
  Geometry,
  requireMemory,
  toCordonError,
  type CordonError,
  type ImageVolume,
  type MethodResult,
  type Region,
  type SegmentationMethod,
  type Vec3,
  type WorkSize,
} from '@cordon/extension-workbench/pure';
import { runOn as runInBox, wholeLabels, type MethodCall } from '../../../../test/support/methods';
import {
  changedCall,
  changedImage,
  image,
  placeOf,
  segment,
  SIZE,
  SOUND_CALLS,
  SPACING_MM,
  type Change,
} from '../../../../test/support/sound-calls';
import { paint, volumeOf } from '../../../../test/support/volumes';
import { classicalMethods } from '../pure';

const rows = classicalMethods
  .filter(({ group }) => group !== 'pipeline')
  .map((method) => [method.id, method, SOUND_CALLS[method.id]] as const);

/** Runs a method; labels of a volume are on its whole grid, also where the method hands out a box of it. */
async function runOn(method: SegmentationMethod, volume: ImageVolume, call: MethodCall) {
  const result = await runInBox(method, volume, call);
  if (!result.labels || (call.region ?? { kind: 'volume' }).kind !== 'volume') return result;
  const box = { fromIjk: [0, 0, 0] as const, toIjk: volume.geometry.size };
  return { ...result, labels: { ...result.labels, box, voxels: wholeLabels(result, volume) } };
}

/** The largest difference of two maps as a share of their range. */
function mapDifference(a: Float32Array, b: Float32Array, change: Change): number {
  let [most, least, top] = [0, Infinity, -Infinity];
  a.forEach((value, at) => {
    [least, top] = [Math.min(least, value), Math.max(top, value)];
    const wanted = change.value ? change.value(value) : value;
    most = Math.max(most, Math.abs(b[placeOf(change, at)] - wanted));
  });
  return most / Math.max(top - least, 1e-9);
}

/** Voxels whose label has no one-to-one partner: numbers of regions may change places. */
function unpaired(a: MethodResult, b: MethodResult, change: Change): number {
  const [from, to] = [a.labels, b.labels];
  if (!from || !to || from.voxels.length !== to.voxels.length) return Infinity;
  const whole = from.voxels.length === image.voxels.length;
  const pairs = new Map<string, number>();
  from.voxels.forEach((label: number, at: number) => {
    const key = `${label} ${to.voxels[whole ? placeOf(change, at) : at]}`;
    pairs.set(key, (pairs.get(key) ?? 0) + 1);
  });
  const ordered = [...pairs].sort((x, y) => y[1] - x[1]);
  const [left, right] = [new Set<string>(), new Set<string>()];
  let without = 0;
  for (const [key, count] of ordered) {
    const [mine, yours] = key.split(' ');
    if (left.has(mine) || right.has(yours)) without += count;
    left.add(mine);
    right.add(yours);
  }
  return without;
}

async function expectUnchanged(
  method: SegmentationMethod,
  call: MethodCall,
  change: Change,
  nearness = 0
): Promise<void> {
  const before = await runOn(method, image, call);
  const after = await runOn(method, changedImage(change), changedCall(call, change));
  if (before.labels) {
    expect(unpaired(before, after, change)).toBeLessThanOrEqual(
      nearness * before.labels.voxels.length
    );
  }
  if (
    before.scalarMap &&
    after.scalarMap &&
    before.scalarMap.voxels.length === image.voxels.length
  ) {
    const { voxels } = before.scalarMap;
    // float32 sums in another order
    expect(mapDifference(voxels, after.scalarMap.voxels, change)).toBeLessThan(2e-5 + nearness);
  }
}

describe('the result is the same', () => {
  /** A path and a flow in a slice are ties broken by the order of pixels; rows of their slice stay rows. */
  const planar = ['live-wire', 'edge-flow'];

  it.each(rows.filter(([id]) => !planar.includes(id)))(
    'when axes change places: %s',
    async (_, method, call) => {
      await expectUnchanged(method, call, {
        voxel: ([i, j, k]) => [k, i, j],
        axes: ([x, y, z]) => [z, x, y],
      });
    }
  );

  it.each(rows)('when slices come in the other order: %s', async (_, method, call) => {
    await expectUnchanged(method, call, {
      voxel: ([i, j, k]) => [i, j, SIZE[2] - 1 - k],
    });
  });

  it.each(rows)('when the image lies obliquely in the patient: %s', async (_, method, call) => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const rowDirection: Vec3 = [c, s, 0];
    const columnDirection: Vec3 = [-s * c, c * c, s];
    const normal: Vec3 = [s * s, -s * c, c];
    const geometry = (old: Geometry) =>
      new Geometry({
        ...old.toOptions(),
        rowDirection,
        columnDirection,
        slicePositionsLps: Array.from({ length: SIZE[2] }, (_, k): Vec3 => [
          normal[0] * k * SPACING_MM[2] - 40,
          normal[1] * k * SPACING_MM[2] + 70,
          normal[2] * k * SPACING_MM[2] + 12,
        ]),
      });
    const before = await runOn(method, image, call);
    const after = await runOn(method, changedImage({ geometry }), call);
    expect(unlessNear(after)).toEqual(unlessNear(before));
  });

  /** Bounds are values; N4 works on logarithms. */
  const absolute = ['threshold', 'region-growing', 'bias-correction'];
  it.each(rows.filter(([id]) => !absolute.includes(id)))(
    'when all values are higher by 512: %s',
    async (id, method, call) => {
      const value = (old: number) => old + 512;
      const moved = id === 'denoise' ? value : undefined;
      const shifted = changedImage({ value });
      const [before, after] = [
        await runOn(method, image, call),
        await runOn(method, shifted, call),
      ];
      const still = { value: moved };
      if (before.labels) expect(unpaired(before, after, still)).toBe(0);
      if (before.scalarMap && after.scalarMap) {
        const { voxels } = before.scalarMap;
        const whole = voxels.length === image.voxels.length;
        const near = whole ? mapDifference(voxels, after.scalarMap.voxels, still) : 0;
        expect(near).toBeLessThan(1e-3);
      }
    }
  );

  it.each(rows.filter(([, { inputs }]) => inputs.regions.includes('volume')))(
    'for a plane, along whichever axis it has one voxel: %s',
    async (_, method, call) => {
      const flat = (at: number) => Math.floor(at / (SIZE[0] * SIZE[1])) === 4;
      const values = image.voxels.filter((_, at) => flat(at));
      const marked = call.segment?.filter((_, at) => flat(at));
      const [nx, ny] = SIZE;
      const [x, y] = SPACING_MM;
      const into = (order: (ijk: Vec3) => Vec3, extent: Vec3, spacing: Vec3) => {
        const seeds = call.prompts?.seeds?.map(({ ijk, label }) => ({
          label,
          ijk: order([ijk[0], ijk[1], 0]),
        }));
        const scribbles = call.prompts?.scribbles?.map(({ label, voxels }) => ({
          label,
          voxels: voxels.map((at) => at % (nx * ny)).sort(),
        }));
        const prompts = { ...call.prompts, seeds: seeds ?? [], scribbles: scribbles ?? [] };
        const volume = volumeOf(extent, values, spacing);
        return runOn(method, volume, { ...call, segment: marked, prompts });
      };
      const axial = await into((ijk) => ijk, [nx, ny, 1], [x, y, 2]);
      const coronal = await into(([i, j]) => [i, 0, j], [nx, 1, ny], [x, 2, y]);
      const sagittal = await into(([i, j]) => [0, i, j], [1, nx, ny], [2, x, y]);
      for (const other of [coronal, sagittal]) {
        expect([...(other.labels?.voxels ?? [])]).toEqual([...(axial.labels?.voxels ?? [])]);
        expect(other.scalarMap?.voxels).toEqual(axial.scalarMap?.voxels);
      }
    }
  );
});

/** Positions in the patient are rounded, so that spacing differs in its last digits. */
const unlessNear = ({ labels, scalarMap, values }: MethodResult) => ({
  labels,
  map: scalarMap && Array.from(scalarMap.voxels, (value) => Number(value.toPrecision(4))),
  values: values.map(({ value }) => Number(value.toPrecision(6))),
});

/** The answer, or the refusal. Anything else that is thrown fails the test. */
async function settle(answer: Promise<MethodResult>): Promise<MethodResult | CordonError> {
  try {
    return await answer;
  } catch (error) {
    const refusal = toCordonError(error);
    expect(refusal.code).not.toBe('UNEXPECTED');
    for (const text of [refusal.what, refusal.why, refusal.remedy]) expect(text).not.toBe('');
    return refusal;
  }
}

function expectSound(outcome: MethodResult | CordonError, voxels: number): void {
  if (!('values' in outcome)) return;
  expect(outcome.values.every(({ value }) => Number.isFinite(value))).toBe(true);
  if (outcome.labels) expect(outcome.labels.voxels).toHaveLength(voxels);
  if (!outcome.scalarMap) return;
  expect(outcome.scalarMap.voxels).toHaveLength(voxels);
  expect(outcome.scalarMap.voxels.every(Number.isFinite)).toBe(true);
}

/** The whole image, or a slice for a method that works in one. */
const regionFor = ({ inputs }: SegmentationMethod): Region =>
  inputs.regions.includes('volume') ? { kind: 'volume' } : { kind: 'slice', axis: 2, index: 0 };

describe('the dullest images are answered, or refused with a reason', () => {
  const dull: readonly (readonly [string, ImageVolume])[] = [
    ['one voxel', volumeOf([1, 1, 1], Int16Array.of(120))],
    ['a row', volumeOf([7, 1, 1], Int16Array.of(1, 2, 3, 200, 5, 6, 7))],
    ['a constant image', paint([6, 5, 4], Int16Array, () => 120)],
    ['zeros', paint([6, 5, 4], Float32Array, () => 0)],
  ];
  const outcomes = classicalMethods.flatMap((method) =>
    dull.map(([name, volume]) => [method.id, name, method, volume] as const)
  );
  it.each(outcomes)('%s, %s', async (id, _, method, volume) => {
    const { voxels } = volume;
    const [last] = volume.geometry.size;
    const ijk: Vec3 = [last - 1, 0, 0];
    const prompts = {
      seeds: [
        { ijk: [0, 0, 0] as const, label: 1 },
        ...(method.inputs.prompts.includes('seeds') && last > 1 ? [{ ijk, label: 0 }] : []),
      ],
      path: [[0, 0, 0] as const, ijk],
      scribbles: [{ label: 1, voxels: Uint32Array.of(0) }],
    };
    const region = regionFor(method);
    const inSlice = volume.geometry.size[0] * volume.geometry.size[1];
    const count = region.kind === 'volume' ? voxels.length : inSlice;
    const parameters = { ...SOUND_CALLS[id]?.parameters };
    for (const whole of [new Uint8Array(voxels.length).fill(1), new Uint8Array(voxels.length)]) {
      const full = method.inputs.segment === 'none' ? undefined : whole;
      const call = { prompts, region, parameters, segment: full };
      expectSound(await settle(runOn(method, volume, call)), count);
    }
  });
});

describe('a request that cannot be met is refused before work starts, with numbers and what to change', () => {
  const codeOf = async (method: SegmentationMethod, call: MethodCall) => {
    const outcome = await settle(runOn(method, image, call));
    return 'code' in outcome ? outcome.code : 'answered';
  };

  it.each(classicalMethods.map((method) => [method.id, method] as const))(
    'a box outside of the image, and too little memory: %s',
    async (id, method) => {
      const beyond = { fromIjk: [40, 0, 0], toIjk: [50, 5, 5] } as const;
      const region = method.inputs.regions.includes('box')
        ? ({ kind: 'box', box: beyond } as const)
        : ({ kind: 'slice', axis: 2, index: 99 } as const);
      const call = { ...SOUND_CALLS[id], region };
      expect(await codeOf(method, call)).toBe('REGION_EMPTY');
      const work = { size: SIZE, channels: 1, bytesPerVoxel: 4, region: regionFor(method) };
      expect(() => {
        requireMemory(method, work, 4096);
      }).toThrow(/16 × 14 × 9 voxels.*choose/s);
    }
  );

  const seeded = rows.filter(([, , call]) => call.prompts?.seeds);
  it.each(seeded)('seeds outside of image or region, and none: %s', async (_, method, call) => {
    const [, ...others] = call.prompts?.seeds ?? [];
    const seeds = [{ ijk: [16, 3, 3] as const, label: 1 }, ...others];
    expect(await codeOf(method, { ...call, prompts: { seeds } })).toBe('SEED_OUTSIDE_IMAGE');
    const slice = { kind: 'slice', axis: 2, index: 0 } as const;
    expect(await codeOf(method, { ...call, region: slice })).toBe('SEED_OUTSIDE_REGION');
    const none = await codeOf(method, { ...call, prompts: {} });
    expect(none).toBe(method.id === 'level-set' ? 'answered' : 'SEEDS_MISSING');
  });

  it.each(seeded.filter(([, , call]) => (call.prompts?.seeds?.length ?? 0) > 1))(
    'one class only: %s',
    async (_, method, call) => {
      const seeds = [{ ijk: [4, 5, 4] as const, label: 1 }];
      expect(await codeOf(method, { ...call, prompts: { seeds } })).toBe('ONE_CLASS_ONLY');
    }
  );

  it.each(rows.filter(([, { inputs }]) => inputs.segment === 'required'))(
    'no segment, and one of another grid: %s',
    async (_, method, call) => {
      expect(await codeOf(method, { ...call, segment: undefined })).toBe('SEGMENT_MISSING');
      const other = segment.slice(1);
      expect(await codeOf(method, { ...call, segment: other })).toBe('SEGMENT_GRID');
    }
  );
});

describe('a method takes no more memory than it says', () => {
  /** Every memory that kernels make from now on. */
  const kept: WebAssembly.Memory[] = [];
  const Real = WebAssembly.Memory;
  beforeAll(() => {
    WebAssembly.Memory = class extends Real {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        kept.push(this);
      }
    };
  });
  afterAll(() => {
    WebAssembly.Memory = Real;
  });

  /** Whole pages, small tables, a stack of fixed length. */
  const FIXED_BYTES = 2 ** 20;
  const COPIES = 5;
  it.each(rows)('%s', async (_, method, call) => {
    const large = magnified(COPIES);
    const grown = magnifiedCall(call, COPIES);
    kept.length = 0;
    await runOn(method, large, grown);
    const taken = kept.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    const work: WorkSize = {
      size: large.geometry.size,
      channels: 1,
      bytesPerVoxel: 4,
      region: grown.region ?? { kind: 'volume' },
    };
    expect(taken).toBeLessThanOrEqual(method.estimate(work).bytes + FIXED_BYTES);
  });
});

/** The image with each voxel repeated along each axis. */
function magnified(times: number): ImageVolume {
  const [nx, ny, nz] = SIZE;
  const extent: Vec3 = [nx * times, ny * times, nz * times];
  return paint(extent, Float32Array, (i, j, k) => image.voxels[coarse(i, j, k, times)], SPACING_MM);
}

const coarse = (i: number, j: number, k: number, times: number): number =>
  Math.floor(i / times) + SIZE[0] * (Math.floor(j / times) + SIZE[1] * Math.floor(k / times));

function magnifiedCall(call: MethodCall, times: number): MethodCall {
  const far = (ijk: Vec3): Vec3 => [ijk[0] * times, ijk[1] * times, ijk[2] * times];
  const extent: Vec3 = far(SIZE);
  const { segment: mask, region } = call;
  return {
    ...call,
    segment: mask && paint(extent, Uint8Array, (i, j, k) => mask[coarse(i, j, k, times)]).voxels,
    region: region?.kind === 'slice' ? { ...region, index: region.index * times } : region,
    prompts: {
      seeds: call.prompts?.seeds?.map(({ ijk, label }) => ({ ijk: far(ijk), label })) ?? [],
      path: call.prompts?.path?.map(far),
      scribbles: (call.prompts?.scribbles ?? []).map(({ label }) => ({
        label,
        voxels: Uint32Array.of(0, 1),
      })),
    },
  };
}
