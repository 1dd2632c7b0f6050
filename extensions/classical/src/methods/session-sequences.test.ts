/**
 * Property of every method of this package: whatever a session was asked before — other parameters, prompts, regions, segments,
 * requests that it refused — its next answer is that of a fresh run.
 */
import {
  parameterFields,
  toCordonError,
  type MethodResult,
  type ParameterField,
  type Region,
  type SegmentationMethod,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { requestOf, runOn, type MethodCall } from '../../../../test/support/methods';
import { paint, randomFrom } from '../../../../test/support/volumes';
import { classicalMethods } from '../pure';

const SIZE: Vec3 = [13, 11, 5];
const VOXELS = SIZE[0] * SIZE[1] * SIZE[2];
/** Sequences a method, and their length; N4 takes a second for a sequence. */
const sequencesOf = (id: string) => (id === 'bias-correction' ? 3 : 16);
const LENGTH = 4;

/** Two bright bodies and a dark one in noise, on anisotropic voxels. */
function image(seed: number) {
  const random = randomFrom(seed);
  return paint(
    SIZE,
    Int16Array,
    (i, j, k) => {
      const noise = 40 * (random() - 0.5);
      if (Math.hypot(i - 3, j - 4, k - 2) < 3) return 300 + noise;
      if (Math.hypot(i - 9, j - 6, k - 2) < 3) return 220 + noise;
      return (j > 9 ? -700 : 0) + noise;
    },
    [0.8, 1, 2.5]
  );
}

const ijk = fc.tuple(...SIZE.map((count) => fc.integer({ min: 0, max: count - 1 })));
const seed = fc.record({ ijk, label: fc.integer({ min: 0, max: 2 }) });
const voxels = fc
  .uniqueArray(fc.integer({ min: 0, max: VOXELS - 1 }), { minLength: 1, maxLength: 40 })
  .map((list) => Uint32Array.from(list).sort());
const scribble = fc.record({ label: fc.integer({ min: 0, max: 2 }), voxels });
/** A mask of short rows. */
const segment = voxels.map((list) => {
  const mask = new Uint8Array(VOXELS);
  for (const at of list) mask.fill(1, at, at + 9);
  return mask;
});
const boxOf = ijk.chain((a) =>
  ijk.map((b) => ({
    fromIjk: a.map((value, axis) => Math.min(value, b[axis])) as unknown as Vec3,
    toIjk: a.map((value, axis) => Math.max(value, b[axis]) + 1) as unknown as Vec3,
  }))
);

/** A value of the form: the default most of the time, else one that the form allows near it. */
function valueOf(field: ParameterField): fc.Arbitrary<number | boolean | string> {
  switch (field.kind) {
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.choices);
    case 'text':
      return fc.constant(field.default);
    case 'number': {
      const reach = Math.max(Math.abs(field.default), field.integer ? 2 : 0.5);
      const min = Math.max(field.min ?? -Infinity, field.default - reach);
      const max = Math.min(field.max ?? Infinity, field.default + reach);
      const varied = field.integer
        ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
        : fc.double({ min, max, noNaN: true }).map((value) => Number(value.toPrecision(4)));
      return fc.oneof({ weight: 5, arbitrary: fc.constant(field.default) }, varied);
    }
  }
}

function regionOf(kinds: readonly Region['kind'][]): fc.Arbitrary<Region> {
  const of: Record<Region['kind'], fc.Arbitrary<Region>> = {
    volume: fc.constant({ kind: 'volume' }),
    slice: fc.constantFrom(0, 1, 2).chain((axis) =>
      fc.integer({ min: 0, max: SIZE[axis] - 1 }).map((index): Region => ({
        kind: 'slice',
        axis: axis as 0 | 1 | 2,
        index,
      }))
    ),
    box: boxOf.map((box): Region => ({ kind: 'box', box })),
  };
  return fc.oneof(...kinds.map((kind) => of[kind]));
}

/** A voxel moved to the nearest one of the region. */
function into(region: Region, voxel: Vec3): Vec3 {
  if (region.kind === 'volume') return voxel;
  const [from, to] =
    region.kind === 'box'
      ? [region.box.fromIjk, region.box.toIjk]
      : [
          SIZE.map((_, axis) => (axis === region.axis ? region.index : 0)),
          SIZE.map((count, axis) => (axis === region.axis ? region.index + 1 : count)),
        ];
  return voxel.map((value, axis) =>
    Math.max(from[axis], Math.min(to[axis] - 1, value))
  ) as unknown as Vec3;
}

function callOf({ parameters, inputs }: SegmentationMethod): fc.Arbitrary<MethodCall> {
  const fields = parameterFields(parameters);
  const takes = (kind: (typeof inputs.prompts)[number]) => inputs.prompts.includes(kind);
  const needsSegment = inputs.segment === 'required';
  return fc
    .record({
      parameters: fc.record(
        Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]))
      ),
      region: regionOf(inputs.regions),
      seeds: fc.array(seed, { minLength: 1, maxLength: 4 }),
      scribbles: fc.array(scribble, { maxLength: 3 }),
      box: fc.option(boxOf, { nil: undefined }),
      path: fc.array(ijk, { minLength: 1, maxLength: 4 }),
      segment: fc.option(segment, { nil: undefined, freq: needsSegment ? 9 : 1 }),
      /** One time in four, prompts lie anywhere. */
      isLoose: fc.nat(3).map((value) => value === 0),
    })
    .map(({ seeds, scribbles, box, path, isLoose, ...call }) => {
      const place = (voxel: readonly number[]) =>
        isLoose ? (voxel as unknown as Vec3) : into(call.region, voxel as unknown as Vec3);
      return {
        ...call,
        segment: inputs.segment === 'none' ? undefined : call.segment,
        prompts: {
          seeds: takes('seeds')
            ? seeds.map((one, n) => ({ ijk: place(one.ijk), label: isLoose ? one.label : n % 2 }))
            : [],
          scribbles: takes('scribbles') ? scribbles : [],
          ...(takes('box') && box && { box }),
          ...(takes('path') && { path: path.map(place) }),
        },
      };
    });
}

/** The answer, or the code of the refusal. */
const settle = (answer: Promise<MethodResult>): Promise<MethodResult | string> =>
  answer.catch((error: unknown) => toCordonError(error).code);

describe('any sequence of updates of a session equals a fresh run', () => {
  it.each(classicalMethods.map((method) => [method.id, method] as const))(
    '%s',
    async (_, method) => {
      let answered = 0;
      const sequence = fc.tuple(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.tuple(callOf(method), fc.boolean()), { minLength: 2, maxLength: LENGTH })
      );
      await fc.assert(
        fc.asyncProperty(sequence, async ([seedOfImage, calls]) => {
          const volume = image(seedOfImage);
          const session = await method.open({ channels: [volume] });
          try {
            for (const [call, previewFirst] of calls) {
              const request = requestOf(call);
              if (previewFirst) await settle(session.update(request, { quality: 'preview' }));
              const warm = await settle(session.update(request, { quality: 'final' }));
              expect(warm).toEqual(await settle(runOn(method, volume, call)));
              if (typeof warm !== 'string') answered++;
            }
          } finally {
            session.close();
          }
        }),
        { numRuns: sequencesOf(method.id), seed: 20 }
      );
      // Refusals alone would prove nothing.
      expect(answered).toBeGreaterThan(0);
    }
  );
});
