import fc from 'fast-check';
import { z } from 'zod';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { volumeOf } from '../../../../test/support/volumes';
import { boxVoxels, clipBox, wholeBox } from '../volume/box';
import type { MethodSession, Region, SegmentationMethod, UpdateRequest } from './contract';
import { FITS } from './contract';
import { defineMethod, parseParameters } from './define-method';
import { defaultParameters, parameterFields } from './parameter-fields';
import { NO_PROMPTS, type Prompts } from './prompts';
import { decodePrompts, encodePrompts, parseRecipe, type Recipe } from './recipe';
import { regionBox } from './region';
import { MethodRegistry } from './registry';
import { runMethod } from './run';
import {
  ALGORITHM_FAMILIES,
  algorithmFamily,
  hasPrompts,
  segmentAlgorithm,
} from './segment-algorithm';

const parameters = z.object({
  level: z
    .number()
    .min(0)
    .max(10)
    .default(5)
    .meta({ title: 'Level', unit: 'HU', description: 'What.' }),
  count: z.int().min(1).default(3),
  side: z.enum(['left', 'right']).default('left'),
  fill: z.boolean().default(true),
  name: z.string().default('x'),
});

const seen: UpdateRequest<z.output<typeof parameters>>[] = [];
let closed = 0;
const probe = (id: string, fails = false): SegmentationMethod =>
  defineMethod({
    id,
    version: '1',
    title: id,
    summary: '',
    family: 'classical',
    group: 'threshold',
    citation: '',
    parameters,
    inputs: { channels: ['image'], regions: ['volume'], segment: 'none', prompts: [] },
    outputs: ['labels'],
    fits: () => FITS,
    estimate: () => ({ bytes: 0, operations: 0 }),
    open: (): Promise<MethodSession<z.output<typeof parameters>>> =>
      Promise.resolve({
        update: (request) => {
          seen.push(request);
          if (fails) return Promise.reject(new Error('no'));
          return Promise.resolve({ values: [], warnings: [] });
        },
        close: () => void closed++,
      }),
  });
const image = volumeOf([1, 1, 1], Uint8Array.of(1));
const request = (values: unknown) => ({
  prompts: NO_PROMPTS,
  parameters: values,
  region: { kind: 'volume' } as const,
});

describe('parameters', () => {
  it('become fields with what a form needs to know', () => {
    expect(parameterFields(parameters)).toEqual([
      {
        name: 'level',
        title: 'Level',
        description: 'What.',
        unit: 'HU',
        kind: 'number',
        default: 5,
        min: 0,
        max: 10,
        step: 0.1,
        integer: false,
      },
      {
        name: 'count',
        title: 'count',
        description: '',
        unit: '',
        kind: 'number',
        default: 3,
        min: 1,
        max: undefined,
        step: 1,
        integer: true,
      },
      {
        name: 'side',
        title: 'side',
        description: '',
        unit: '',
        kind: 'choice',
        default: 'left',
        choices: ['left', 'right'],
      },
      { name: 'fill', title: 'fill', description: '', unit: '', kind: 'boolean', default: true },
      { name: 'name', title: 'name', description: '', unit: '', kind: 'text', default: 'x' },
    ]);
  });

  it('always have a step that moves, whatever their range', () => {
    const bound = fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1000);
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [field] = parameterFields(
          z.object({ x: z.number().min(low).max(high).default(low) })
        );
        expect(field.kind === 'number' && field.step > 0 && Number.isFinite(field.step)).toBe(true);
      })
    );
  });

  it('that no form can show are refused when the method is written, not when it is used', () => {
    for (const schema of [
      z.object({ x: z.array(z.number()).default([]) }),
      z.object({ x: z.number() }),
    ]) {
      expect(() => parameterFields(schema)).toThrow(
        expect.objectContaining({ code: 'SCHEMA_UNSUPPORTED' })
      );
    }
  });

  it('are completed, and every problem is named at once', () => {
    const method = { id: 'probe', parameters };
    expect(parseParameters(method, {})).toEqual(defaultParameters(parameters));
    expect(parseParameters(method, { level: 7 })).toMatchObject({ level: 7, count: 3 });
    expect(() => parseParameters(method, { level: 11, count: 1.5, colour: 'red' })).toThrow(
      expect.objectContaining({
        code: 'PARAMETER_INVALID',
        why: expect.stringMatching(
          /level: .*; count: .*; colour: there is no such parameter/
        ) as string,
      })
    );
    for (const nonsense of [null, undefined, 3, 'x', []]) {
      if (nonsense === undefined || (Array.isArray(nonsense) && nonsense.length === 0)) continue;
      expect(() => parseParameters(method, nonsense)).toThrow(
        expect.objectContaining({ code: 'PARAMETER_INVALID' })
      );
    }
  });

  it('of a schema that throws are explained, and the method is named', () => {
    const faulty = z.object({
      level: z
        .number()
        .default(1)
        .refine((): boolean => {
          throw new TypeError('x is undefined');
        }),
    });
    expect(() => parseParameters({ id: 'vendor', parameters: faulty }, { level: 2 })).toThrow(
      expect.objectContaining({
        code: 'METHOD_BROKEN',
        what: '“vendor” cannot be used',
        why: expect.stringContaining('x is undefined') as string,
      })
    );
  });

  it('reach a method only when they are valid, and the session is closed whatever happens', async () => {
    [seen.length, closed] = [0, 0];
    await runMethod(probe('a'), { channels: [image] }, request({ level: 1 }));
    expect(seen[0].parameters).toEqual({ ...defaultParameters(parameters), level: 1 });
    await expect(
      runMethod(probe('a'), { channels: [image] }, request({ level: -1 }))
    ).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    });
    await expect(runMethod(probe('b', true), { channels: [image] }, request({}))).rejects.toThrow(
      'no'
    );
    expect(seen).toHaveLength(2);
    expect(closed).toBe(3);
  });
});

describe('the registry', () => {
  it('keeps the order, refuses an id twice and names what there is', () => {
    const registry = new MethodRegistry();
    let told = 0;
    const stop = registry.subscribe(() => told++);
    registry.register({ method: probe('b') });
    registry.register({ method: probe('a') });
    expect(() => {
      registry.register({ method: probe('b') });
    }).toThrow(expect.objectContaining({ code: 'METHOD_EXISTS' }));
    stop();
    registry.register({ method: probe('c') });
    expect(told).toBe(2);
    expect(registry.list().map(({ method }) => method.id)).toEqual(['b', 'a', 'c']);
    expect(registry.get('a').method.id).toBe('a');
    expect(() => registry.get('z')).toThrow(
      expect.objectContaining({ code: 'METHOD_UNKNOWN', why: 'known are b, a, c' })
    );
  });
});

const coordinate = fc.integer({ min: -3, max: 9 });
const ijk = fc.tuple(coordinate, coordinate, coordinate);
const regions: fc.Arbitrary<Region> = fc.oneof(
  fc.constant({ kind: 'volume' } as const),
  fc.record({
    kind: fc.constant('slice' as const),
    axis: fc.constantFrom(0 as const, 1 as const, 2 as const),
    index: coordinate,
  }),
  fc.record({ kind: fc.constant('box' as const), box: fc.record({ fromIjk: ijk, toIjk: ijk }) })
);

describe('a region', () => {
  it('is a box of at least one voxel inside the image, or is refused', () => {
    const size = [5, 4, 3] as const;
    fc.assert(
      fc.property(regions, (region) => {
        try {
          const box = regionBox(region, size);
          expect(boxVoxels(box)).toBeGreaterThan(0);
          expect(clipBox(box, size)).toEqual(box);
          if (region.kind === 'volume') expect(box).toEqual(wholeBox(size));
          if (region.kind === 'slice') expect(boxVoxels(box)).toBe(60 / size[region.axis]);
          if (region.kind === 'box') expect(box).toEqual(clipBox(region.box, size));
        } catch (error) {
          expect(error).toMatchObject({ code: 'REGION_EMPTY' });
          expect(region.kind).not.toBe('volume');
        }
      })
    );
  });
});

const voxelSets = fc
  .uniqueArray(fc.integer({ min: 0, max: 400 }))
  .map((voxels) => Uint32Array.from(voxels.sort((a, b) => a - b)));
const anyPrompts: fc.Arbitrary<Prompts> = fc.record(
  {
    seeds: fc.array(fc.record({ ijk, label: fc.nat(5) })),
    scribbles: fc.array(fc.record({ label: fc.nat(5), voxels: voxelSets })),
    box: fc.record({ fromIjk: ijk, toIjk: ijk }),
    path: fc.array(ijk),
    range: fc.record({ lower: fc.integer(), upper: fc.integer() }),
  },
  { requiredKeys: ['seeds', 'scribbles'] }
);

describe('recipes', () => {
  const recipe = (prompts: Prompts): Recipe => ({
    cordonRecipe: 1,
    steps: [
      {
        method: 'otsu',
        version: '1',
        parameters: { side: 'bright', level: 1, fill: true },
        prompts: encodePrompts(prompts),
        region: { kind: 'slice', axis: 2, index: 3 },
        label: 1,
        runtime: 'wasm',
      },
    ],
    source: { seriesInstanceUid: '1.2', sopInstanceUids: ['1.2.3'], pixelsSha256: '' },
    handEdited: false,
  });

  it('give back every prompt through JSON text', () => {
    fc.assert(
      fc.property(anyPrompts, (prompts) => {
        const read = parseRecipe(JSON.stringify(recipe(prompts)));
        expect(decodePrompts(read.steps[0].prompts)).toEqual(prompts);
        expect(hasPrompts(prompts)).toBe(
          prompts.seeds.length + prompts.scribbles.length > 0 ||
            [prompts.box, prompts.path, prompts.range].some((one) => one !== undefined)
        );
      })
    );
  });

  it('code runs by the gap before them and their length', () => {
    const scribbles = [{ label: 1, voxels: Uint32Array.of(3, 4, 5, 9, 11, 12) }];
    expect(encodePrompts({ ...NO_PROMPTS, scribbles }).scribbles).toEqual([
      { label: 1, runs: [3, 3, 3, 1, 1, 2] },
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ ...recipe(NO_PROMPTS), cordonRecipe: 2 })],
    ['no steps', JSON.stringify({ ...recipe(NO_PROMPTS), steps: undefined })],
    ['null', 'null'],
  ])('that cannot be used are refused: %s', (_, text) => {
    expect(() => parseRecipe(text)).toThrow(expect.objectContaining({ code: 'RECIPE_INVALID' }));
  });

  it.each([[[0, 2 ** 40]], [[5, 1, 2]], [[2 ** 32, 1]]])(
    'runs that no image has are refused before memory is taken: %p',
    (runs) => {
      const coded = { seeds: [], scribbles: [{ label: 1, runs }] };
      expect(() => decodePrompts(coded)).toThrow(
        expect.objectContaining({ code: 'RECIPE_INVALID' })
      );
    }
  );
});

describe('how a segment says what made it', () => {
  it('takes the family from the kind and the group of the method', () => {
    expect(algorithmFamily({ family: 'neural', group: 'network' }).value).toBe('123110');
    expect(algorithmFamily({ family: 'classical', group: 'threshold' }).value).toBe('123105');
    expect(algorithmFamily({ family: 'operation', group: 'clean-up' }).value).toBe('123104');
    expect(segmentAlgorithm(probe('otsu'), false, '{}')).toEqual({
      type: 'SEMIAUTOMATIC',
      name: 'otsu',
      version: '1',
      family: ALGORITHM_FAMILIES.histogramAnalysis,
      parameters: '{}',
    });
  });

  describeWithPython(['pydicom'], 'with codes that pydicom knows', () => {
    it('as CID 7162', async () => {
      const script = `
from pydicom.sr._concepts_dict import concepts
R['families'] = {code: [meaning, groups] for item in concepts['DCM'].values() for code, (meaning, groups) in item.items() if 7162 in groups}
`;
      const { values } = await runPython({ script });
      const families = values.families as Readonly<Record<string, readonly [string, unknown]>>;
      for (const { value, scheme, meaning } of Object.values(ALGORITHM_FAMILIES)) {
        expect([scheme, families[value]?.[0]]).toEqual(['DCM', meaning]);
      }
    });
  });
});
