/**
 * The limits of every classical method: it survives the smallest and the dullest image, it refuses what it cannot do before work
 * starts, with numbers and what to change, and it takes no more memory than it says.
 */
import {
  boxVoxels,
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
import { requestOf, runOn, wholeLabels, type MethodCall } from '../../../../test/support/methods';
import {
  segment,
  SIZE,
  SOUND_CALLS,
  magnified,
  magnifiedCall,
} from '../../../../test/support/sound-calls';
import { paint, volumeOf } from '../../../../test/support/volumes';
import { classicalMethods } from '../pure';

const rows = classicalMethods
  .filter(({ group }) => group !== 'pipeline')
  .map((method) => [method.id, method, SOUND_CALLS[method.id]] as const);

/** Every memory that kernels have made since the list was emptied. */
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
const takenBytes = () => kept.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

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
  // Labels may be handed out in a box around them.
  const { labels } = outcome;
  if (labels) expect(labels.voxels).toHaveLength(boxVoxels(labels.box));
  if (!outcome.scalarMap) return;
  expect(outcome.scalarMap.voxels).toHaveLength(voxels);
  expect(outcome.scalarMap.voxels.every(Number.isFinite)).toBe(true);
}

/** The whole image, or a slice for a method that works in one. */
const regionFor = ({ inputs }: SegmentationMethod): Region =>
  inputs.regions.includes('volume') ? { kind: 'volume' } : { kind: 'slice', axis: 2, index: 0 };

/** Operations that have nothing to take from a segment that is everywhere, and nothing to add. */
const KEEP_ALL = [
  'islands',
  'connected-components',
  'fill-holes',
  'smoothing',
  'margin',
  'logical',
];
const expectAll = (outcome: MethodResult | CordonError, volume: ImageVolume) => {
  if (!('values' in outcome)) throw outcome;
  expect(wholeLabels(outcome, volume).every((label) => label === 1)).toBe(true);
};

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
  it.each(outcomes)('%s, %s', async (id, name, method, volume) => {
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
      const outcome = await settle(runOn(method, volume, call));
      expectSound(outcome, count);
      if (whole[0] === 1 && KEEP_ALL.includes(id) && name !== 'a row') expectAll(outcome, volume);
    }
  });
});

describe('a request that cannot be met is refused before work starts, with numbers and what to change', () => {
  const COPIES = 5;
  const large = magnified(COPIES);

  /** The code of the refusal. It comes before the voxels were even copied, and says how many there are of what. */
  async function refused(
    method: SegmentationMethod,
    call: MethodCall,
    { looksAtVoxels = false } = {}
  ): Promise<string> {
    kept.length = 0;
    const session = await method.open({ channels: [large] });
    const opened = takenBytes();
    const update = session.update(requestOf(call), { quality: 'final' });
    const outcome = await settle(update);
    if (!('code' in outcome)) return 'answered';
    if (!looksAtVoxels) expect(takenBytes()).toBe(opened);
    if (!WITHOUT_NUMBERS.includes(outcome.code)) expect(outcome.what + outcome.why).toMatch(/\d/);
    session.close();
    return outcome.code;
  }
  /** There is nothing to count. */
  const WITHOUT_NUMBERS = [
    ...['SEEDS_MISSING', 'SEGMENT_MISSING', 'START_MISSING', 'ANCHORS_MISSING'],
    ...['OTHER_SEGMENT_MISSING'],
  ];
  const grown = (id: string): MethodCall => magnifiedCall(SOUND_CALLS[id] ?? {}, COPIES);
  const extent = large.geometry.size;

  const empty: readonly (readonly [string, Region])[] = [
    [
      'a box outside of the image',
      { kind: 'box', box: { fromIjk: [200, 0, 0], toIjk: [210, 5, 5] } },
    ],
    ['a box without extent', { kind: 'box', box: { fromIjk: [5, 5, 5], toIjk: [5, 9, 9] } }],
    ['a box turned inside out', { kind: 'box', box: { fromIjk: [9, 9, 9], toIjk: [5, 5, 5] } }],
    ['a slice beyond the last', { kind: 'slice', axis: 2, index: 99 }],
    ['a slice before the first', { kind: 'slice', axis: 0, index: -1 }],
  ];
  const emptyRows = classicalMethods.flatMap((method) =>
    empty
      .filter(([, { kind }]) => method.inputs.regions.includes(kind))
      .map(([title, region]) => [method.id, title, method, region] as const)
  );
  it.each(emptyRows)('%s, %s', async (id, _, method, region) => {
    expect(await refused(method, { ...grown(id), region })).toBe('REGION_EMPTY');
  });

  it.each(classicalMethods.map((method) => [method.id, method] as const))(
    '%s, too little memory',
    (_, method) => {
      const work = { size: SIZE, channels: 1, bytesPerVoxel: 4, region: regionFor(method) };
      expect(() => {
        requireMemory(method, work, 4096);
      }).toThrow(/GiB for 16 × 14 × 9 voxels.*GiB are allowed.*choose/s);
    }
  );

  const seeded = rows.filter(([, , call]) => call.prompts?.seeds);
  const [, , depth] = extent;
  const outside: readonly (readonly [string, Vec3])[] = [
    ['beyond the last column', [extent[0], 3, 3]],
    ['before the first row', [3, -1, 3]],
    ['beyond the last slice', [3, 3, depth]],
  ];
  it.each(
    seeded.flatMap(([id, method]) =>
      outside.map(([title, ijk]) => [id, title, method, ijk] as const)
    )
  )('%s, a seed %s', async (id, _, method, ijk) => {
    const [, ...others] = grown(id).prompts?.seeds ?? [];
    const seeds = [{ ijk, label: 1 }, ...others];
    expect(await refused(method, { ...grown(id), prompts: { seeds } })).toBe('SEED_OUTSIDE_IMAGE');
  });

  it.each(seeded)('%s, a seed outside of the region, and none', async (id, method) => {
    const slice = { kind: 'slice', axis: 2, index: 0 } as const;
    expect(await refused(method, { ...grown(id), region: slice })).toBe('SEED_OUTSIDE_REGION');
    const box = { kind: 'box', box: { fromIjk: [0, 0, 0], toIjk: [9, 9, 9] } } as const;
    expect(await refused(method, { ...grown(id), region: box })).toBe('SEED_OUTSIDE_REGION');
    if (method.id === 'level-set') return;
    expect(await refused(method, { ...grown(id), prompts: {} })).toBe('SEEDS_MISSING');
    const background = [{ ijk: [3, 3, 3] as const, label: 0 }];
    const call = { ...grown(id), prompts: { seeds: background } };
    expect(await refused(method, call)).toBe('SEEDS_MISSING');
  });

  it.each(seeded.filter(([, { inputs }]) => (inputs.promptLabels ?? 'target') !== 'target'))(
    '%s, one class only',
    async (id, method) => {
      const seeds = [
        { ijk: [20, 25, 20] as const, label: 1 },
        { ijk: [21, 25, 20] as const, label: 1 },
      ];
      expect(await refused(method, { ...grown(id), prompts: { seeds } })).toBe('ONE_CLASS_ONLY');
    }
  );

  const others: readonly (readonly [id: string, title: string, code: string, call: MethodCall])[] =
    [
      ['threshold', 'no range', 'RANGE_EMPTY', { parameters: { lower: 3, upper: 2 } }],
      ['region-growing', 'no range', 'RANGE_EMPTY', { parameters: { lower: 3, upper: 2 } }],
      [
        'level-set',
        'no start',
        'START_MISSING',
        { parameters: { model: 'geodesic' }, prompts: {} },
      ],
      [
        'level-set',
        'seeds of the background only',
        'SEEDS_MISSING',
        { prompts: { seeds: [{ ijk: [3, 3, 3], label: 0 }] } },
      ],
      ['live-wire', 'a volume', 'SLICE_NEEDED', { region: { kind: 'volume' } }],
      ['live-wire', 'no point', 'ANCHORS_MISSING', { prompts: {} }],
      [
        'live-wire',
        'a point elsewhere',
        'ANCHOR_OUTSIDE_REGION',
        { prompts: { path: [[3, 3, 9]] } },
      ],
      [
        'live-wire',
        'a point outside',
        'ANCHOR_OUTSIDE_IMAGE',
        { prompts: { path: [[-3, 3, 20]] } },
      ],
      ['edge-flow', 'a volume', 'SLICE_NEEDED', { region: { kind: 'volume' } }],
      ['logical', 'nothing to combine with', 'OTHER_SEGMENT_MISSING', { prompts: {} }],
      [
        'edges',
        'a line',
        'REGION_TOO_THIN',
        { region: { kind: 'box', box: { fromIjk: [0, 3, 3], toIjk: [80, 4, 4] } } },
      ],
      [
        'smoothing',
        'a window that cannot be counted',
        'WINDOW_TOO_LARGE',
        { parameters: { radiusMm: 50 } },
      ],
    ];
  it.each(others)('%s, %s: %s', async (id, _, code, call) => {
    const [, method] = rows.find(([other]) => other === id) ?? rows[0];
    const sound = grown(id);
    const parameters = { ...sound.parameters, ...call.parameters };
    expect(await refused(method, { ...sound, ...call, parameters })).toBe(code);
  });

  it('region-growing, a seed outside of the range', async () => {
    const [, method] = rows.find(([id]) => id === 'region-growing') ?? rows[0];
    const parameters = { lower: -1000, upper: -900 };
    const call = { ...grown('region-growing'), parameters };
    expect(await refused(method, call, { looksAtVoxels: true })).toBe('SEED_OUTSIDE_RANGE');
  });

  it.each(rows.filter(([, { inputs }]) => inputs.segment === 'required'))(
    '%s, no segment, one of another grid, and an empty one',
    async (id, method) => {
      const call = grown(id);
      expect(await refused(method, { ...call, segment: undefined })).toBe('SEGMENT_MISSING');
      expect(await refused(method, { ...call, segment: segment.slice(1) })).toBe('SEGMENT_GRID');
    }
  );
});

describe('a method takes no more memory than it says', () => {
  /** Whole pages, small tables, a stack of fixed length. */
  const FIXED_BYTES = 2 ** 20;
  const COPIES = 5;
  it.each(rows)('%s', async (_, method, call) => {
    const large = magnified(COPIES);
    const grown = magnifiedCall(call, COPIES);
    kept.length = 0;
    await runOn(method, large, grown);
    const work: WorkSize = {
      size: large.geometry.size,
      channels: 1,
      bytesPerVoxel: 4,
      region: grown.region ?? { kind: 'volume' },
    };
    expect(takenBytes()).toBeLessThanOrEqual(method.estimate(work).bytes + FIXED_BYTES);
  });
});
