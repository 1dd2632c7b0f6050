/**
 * Invariances that every classical method shares: it does not depend on how the grid lies in memory or in the patient, it
 * moves with an offset where the mathematics says so, and a slice is a volume of one.
 */
import {
  Geometry,
  parameterFields,
  type ImageVolume,
  type MethodResult,
  type SegmentationMethod,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { runOn as runInBox, wholeLabels, type MethodCall } from '../../../../test/support/methods';
import {
  changedCall,
  changedImage,
  image,
  placeOf,
  SIZE,
  SOUND_CALLS,
  SPACING_MM,
  type Change,
} from '../../../../test/support/sound-calls';
import { volumeOf } from '../../../../test/support/volumes';
import { classicalMethods } from '../pure';

const rows = classicalMethods
  .filter(({ group }) => group !== 'pipeline')
  .map((method) => [method.id, method, SOUND_CALLS[method.id]] as const);

/** More of the ways in which a method looks at values, beside its sound call. */
const OFFSET_VARIANTS: readonly (readonly [title: string, id: string, call: MethodCall])[] = [
  ['bounds around seeds', 'region-growing', { parameters: { bounds: 'around-seeds' } }],
  [
    'a drawn range',
    'region-growing',
    { prompts: { ...SOUND_CALLS['region-growing'].prompts, range: { lower: 240, upper: 350 } } },
  ],
  ['minima', 'watershed', { parameters: { start: 'minima', depth: 20 } }],
  ['the image as relief', 'watershed', { parameters: { relief: 'image' } }],
  ['a mixture', 'graph-cut', { parameters: { region: 'gaussian-mixture' } }],
  ['basins', 'graph-cut', { parameters: { nodes: 'basins' } }],
  ['a geodesic contour', 'level-set', { parameters: { model: 'geodesic', contrast: 40 } }],
  ...(['triangle', 'isodata', 'max-entropy'] as const).map(
    (rule) => [rule, 'auto-threshold', { parameters: { rule } }] as const
  ),
  ...(['canny', 'log', 'laplacian', 'morphological'] as const).map(
    (operator) => [operator, 'edges', { parameters: { operator } }] as const
  ),
  ['edge voxels of Canny', 'edges', { parameters: { operator: 'canny', result: 'edges' } }],
  ['closed regions', 'edges', { parameters: { result: 'closed-regions', minimumMm3: 0 } }],
  ...(['gaussian', 'bilateral', 'curvature-diffusion'] as const).map(
    (filter) => [filter, 'denoise', { parameters: { filter } }] as const
  ),
];

const sound = (id: string, parameters: MethodCall['parameters']) => {
  const [, method, call] = rows.find(([other]) => other === id) ?? rows[0];
  return { method, call: { ...call, parameters: { ...call.parameters, ...parameters } } };
};

/** More of the ways in which an operation looks around itself, beside its sound call. */
const SLICE_VARIANTS = (
  [
    ['margin inwards', sound('margin', { marginMm: -2 })],
    ['margin, 2d', sound('margin', { dimension: '2d' })],
    ['hollow, inside', sound('hollow', { surface: 'inside' })],
    ['hollow, 2d', sound('hollow', { dimension: '2d' })],
    ['smoothing, opening', sound('smoothing', { method: 'opening' })],
    ['smoothing, closing', sound('smoothing', { method: 'closing' })],
    ['smoothing, joint', sound('smoothing', { method: 'joint-gaussian', radiusMm: 0.8 })],
  ] as const
).map(([title, { method, call }]) => [title, method, call] as const);

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

  const OFFSET = 512;
  const variants = [
    ...rows
      // N4 works on logarithms: a factor is what it keeps, see its own tests.
      .filter(([id]) => id !== 'bias-correction')
      .map(([id, method, call]) => [id, method, call] as const),
    ...OFFSET_VARIANTS.map(([title, id, call]) => {
      const [, method, sound] = rows.find(([other]) => other === id) ?? rows[0];
      const parameters = { ...sound.parameters, ...call.parameters };
      return [`${id}, ${title}`, method, { ...sound, ...call, parameters }] as const;
    }),
  ];
  /** Bounds are values: they move along. */
  const shiftedCall = ({ parameters = {}, ...call }: MethodCall): MethodCall => {
    const shift = (name: string) =>
      typeof parameters[name] === 'number' ? { [name]: parameters[name] + OFFSET } : {};
    const range = call.prompts?.range;
    const moved = range && { lower: range.lower + OFFSET, upper: range.upper + OFFSET };
    return {
      ...call,
      parameters: { ...parameters, ...shift('lower'), ...shift('upper') },
      prompts: { ...call.prompts, range: moved },
    };
  };
  it.each(variants)('when all values are higher by 512: %s', async (_, method, call) => {
    const value = (old: number) => old + OFFSET;
    const shifted = changedImage({ value });
    const [before, after] = [
      await runOn(method, image, call),
      await runOn(method, shifted, shiftedCall(call)),
    ];
    const still = { value: method.id === 'denoise' ? value : undefined };
    expect(before.labels ?? before.scalarMap).toBeDefined();
    if (before.labels) {
      expect(unpaired(before, after, still)).toBe(0);
      expect(before.labels.voxels.some((label) => label !== 0)).toBe(true);
    }
    if (before.scalarMap && after.scalarMap) {
      const { voxels } = before.scalarMap;
      const whole = voxels.length === image.voxels.length;
      const near = whole ? mapDifference(voxels, after.scalarMap.voxels, still) : 0;
      expect(near).toBeLessThan(1e-3);
    }
  });

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

  const oneSlice = (call: MethodCall, k: number) => {
    const [nx, ny] = SIZE;
    const inSlice = (at: number) => Math.floor(at / (nx * ny)) === k;
    const values = image.voxels.filter((_, at) => inSlice(at));
    const prompts = {
      ...call.prompts,
      seeds: (call.prompts?.seeds ?? []).map(({ ijk, label }) => ({
        label,
        ijk: [ijk[0], ijk[1], 0] as const,
      })),
      path: call.prompts?.path?.map(([i, j]) => [i, j, 0] as const),
      scribbles: (call.prompts?.scribbles ?? []).map(({ label, voxels }) => ({
        label,
        voxels: voxels.filter(inSlice).map((at) => at % (nx * ny)),
      })),
    };
    const volume = volumeOf([nx, ny, 1], values, [SPACING_MM[0], SPACING_MM[1], 2]);
    return {
      volume,
      call: { ...call, prompts, segment: call.segment?.filter((_, at) => inSlice(at)) },
    };
  };
  it.each([...rows, ...SLICE_VARIANTS])(
    'in a slice of a volume and in a volume of that slice: %s',
    async (_, method, call) => {
      const k = 4;
      const seeds = (call.prompts?.seeds ?? []).map(({ ijk, label }) => ({
        label,
        ijk: [ijk[0], ijk[1], k] as const,
      }));
      const inside = await runInBox(method, image, {
        ...call,
        prompts: { ...call.prompts, seeds },
        region: { kind: 'slice', axis: 2, index: k },
      });
      const alone = oneSlice({ ...call, region: undefined }, k);
      const region = method.inputs.regions.includes('volume')
        ? undefined
        : ({ kind: 'slice', axis: 2, index: 0 } as const);
      const slice = await runInBox(method, alone.volume, { ...alone.call, region });
      expect(slice.labels ?? slice.scalarMap).toBeDefined();
      expect(inside.labels?.voxels).toEqual(slice.labels?.voxels);
      expect(inside.scalarMap?.voxels).toEqual(slice.scalarMap?.voxels);
    }
  );

  it.each([...rows, ...SLICE_VARIANTS].filter(([, { inputs }]) => inputs.segment === 'required'))(
    'in a slice along whichever axis: %s',
    async (_, method, call) => {
      const region = { kind: 'slice', axis: 2, index: 4 } as const;
      const axial = { ...call, region };
      const before = await runOn(method, image, axial);
      expect(before.labels?.voxels).toContain(1);
      for (const change of [
        { voxel: ([i, j, k]: Vec3): Vec3 => [k, i, j], axes: ([x, y, z]: Vec3): Vec3 => [z, x, y] },
        { voxel: ([i, j, k]: Vec3): Vec3 => [i, k, j], axes: ([x, y, z]: Vec3): Vec3 => [x, z, y] },
      ]) {
        const after = await runOn(method, changedImage(change), changedCall(axial, change));
        expect([...(after.labels?.voxels ?? [])]).toEqual([...(before.labels?.voxels ?? [])]);
      }
    }
  );

  it.each(rows.filter(([, { parameters }]) => 'dimension' in parameters.shape))(
    'in 2D and in 3D for a volume of one slice: %s',
    async (_, method, call) => {
      const alone = oneSlice(call, 4);
      const [flat, solid] = await Promise.all(
        ['2d', '3d'].map((dimension) => {
          const parameters = { ...alone.call.parameters, dimension };
          return runInBox(method, alone.volume, { ...alone.call, parameters });
        })
      );
      expect(flat.labels ?? flat.scalarMap).toBeDefined();
      expect(flat).toEqual(solid);
    }
  );
});

describe('labels', () => {
  const cases = rows.flatMap(([id, method, call]) => {
    const { labelsWhen, outputs } = method;
    const field = parameterFields(method.parameters).find(
      ({ name }) => name === labelsWhen?.parameter
    );
    if (!labelsWhen || field?.kind !== 'choice')
      return [{ title: id, method, call, made: outputs.includes('labels') }];
    return field.choices.map((choice) => ({
      title: `${id}, ${choice}`,
      method,
      call: { ...call, parameters: { ...call.parameters, [field.name]: choice } },
      made: labelsWhen.is.includes(choice),
    }));
  });

  it.each(cases)('are made exactly when the method says so: $title', async (one) => {
    const { labels } = await runOn(one.method, image, one.call);
    expect(labels !== undefined).toBe(one.made);
  });
});

/** Positions in the patient are rounded, so that spacing differs in its last digits. */
const unlessNear = ({ labels, scalarMap, values }: MethodResult) => ({
  labels,
  map: scalarMap && Array.from(scalarMap.voxels, (value) => Number(value.toPrecision(4))),
  values: values.map(({ value }) => Number(value.toPrecision(6))),
});
