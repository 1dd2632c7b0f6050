/**
 * Slices of uneven distance, for every classical method: each follows one of three rules, and its page says so. Values do not know
 * spacing; filters take the mean distance; distances and volumes in millimetres take the real positions.
 */
import {
  Geometry,
  type ImageVolume,
  type MethodResult,
  type SegmentationMethod,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOn, wholeLabels, type MethodCall } from '../../../../test/support/methods';
import { image, segment, SIZE, SOUND_CALLS } from '../../../../test/support/sound-calls';
import { differences, paint } from '../../../../test/support/volumes';
import { classicalMethods } from '../pure';
import { startMask } from './level-set/start';

const [COLUMNS, ROWS] = SIZE;
const PIXEL_MM = [0.9, 1.1] as const;
/** Binary fractions, so that their mean of 1.5 is exact. */
const UNEVEN_MM = [0, 1, 2.5, 3, 5, 6.5, 8.5, 10, 12];
const MEAN_MM = 1.5;
const OTHER_MM = 6;

const geometryAt = (offsetsMm: readonly number[]) =>
  new Geometry({
    columns: COLUMNS,
    rows: ROWS,
    pixelSpacingMm: PIXEL_MM,
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: offsetsMm.map((z): Vec3 => [0, 0, z]),
  });
const evenly = (mm: number) => geometryAt(UNEVEN_MM.map((_, k) => k * mm));
const unevenly = geometryAt(UNEVEN_MM);
const on = (geometry: Geometry, from: ImageVolume = image): ImageVolume => ({ ...from, geometry });

type Rule = 'values' | 'mean' | 'positions';

interface Row {
  readonly id: string;
  readonly rule: Rule;
  readonly call: MethodCall;
  readonly what?: string;
}

const row = (id: string, rule: Rule, call: MethodCall = {}, what?: string): Row => ({
  id,
  rule,
  what,
  call: {
    ...SOUND_CALLS[id],
    ...call,
    parameters: { ...SOUND_CALLS[id]?.parameters, ...call.parameters },
  },
});

/** The segment that methods of a plane along the slices work in. */
const coronal = { kind: 'slice', axis: 1, index: 6 } as const;
const anchors: Vec3[] = [
  [8, 6, 4],
  [4, 6, 7],
  [1, 6, 4],
  [4, 6, 1],
];

const table: readonly Row[] = [
  row('threshold', 'values'),
  row('otsu', 'values'),
  row('multi-otsu', 'values'),
  row('auto-threshold', 'values'),
  row('confidence-connected', 'values'),
  row('grow-cut', 'values'),
  row('bias-correction', 'values'),
  row('connected-components', 'values'),
  row('logical', 'values'),
  ...['sobel', 'prewitt', 'roberts', 'canny', 'laplacian', 'log'].map((operator) =>
    row('edges', 'mean', { parameters: { operator, threshold: 20, lowThreshold: 10 } }, operator)
  ),
  row(
    'edges',
    'mean',
    { parameters: { operator: 'morphological', radiusMm: 3.2 } },
    'morphological'
  ),
  row('denoise', 'mean', { parameters: { filter: 'gaussian' } }, 'gaussian'),
  row('denoise', 'mean', { parameters: { filter: 'bilateral' } }, 'bilateral'),
  row('denoise', 'mean', { parameters: { filter: 'curvature-diffusion' } }, 'diffusion'),
  row('watershed', 'mean', { parameters: { start: 'minima', depth: 1, smoothingMm: 1 } }),
  row('graph-cut', 'mean', {
    parameters: { neighbours: '26', region: 'gaussian-mixture', regionWeight: 0.02, sigma: 20 },
  }),
  row('level-set', 'mean', {
    segment,
    prompts: {},
    parameters: { model: 'geodesic', scaleMm: 1, contrast: 40, balloon: 1 },
  }),
  row('edge-flow', 'mean', { region: coronal, parameters: { textureWeight: 0 } }),
  row('live-wire', 'mean', { region: coronal, prompts: { path: anchors } }),
  row('smoothing', 'mean', { parameters: { method: 'median', radiusMm: 3 } }, 'median'),
  row('smoothing', 'mean', { parameters: { method: 'joint-gaussian' } }, 'joint'),
  row('smoothing', 'positions', { parameters: { method: 'opening', radiusMm: 1.6 } }, 'opening'),
  row('smoothing', 'positions', { parameters: { method: 'closing', radiusMm: 1.6 } }, 'closing'),
  row('margin', 'positions', { parameters: { marginMm: 2.1 } }, 'growing'),
  row('margin', 'positions', { parameters: { marginMm: -1.6 } }, 'shrinking'),
  row('hollow', 'positions', { parameters: { thicknessMm: 1.6 } }),
  row('islands', 'positions', { parameters: { mode: 'drop-small', minimumMm3: 40 } }),
  row('fill-holes', 'positions', { parameters: { largestHoleMm3: 1.3 } }, 'cavities'),
  row(
    'fill-holes',
    'positions',
    { parameters: { largestHoleMm3: 1.3, dimension: '2d' } },
    'planes'
  ),
  row('region-growing', 'positions', { parameters: { leakLimitMm: 2.6 } }),
];

const methodOf = (id: string): SegmentationMethod => {
  const found = classicalMethods.find((method) => method.id === id);
  if (!found) throw new Error(`no method ${id}`);
  return found;
};
const titled = (rule: Rule) =>
  table
    .filter((one) => one.rule === rule)
    .map((one) => [[one.id, one.what].filter(Boolean).join(', '), one] as const);

const voxelsOf = ({ labels, scalarMap, contour }: MethodResult) => ({
  labels,
  map: scalarMap?.voxels,
  contour: contour?.pointsIjk,
});

it('every method has a rule', () => {
  const ids = classicalMethods.filter(({ steps }) => !steps).map(({ id }) => id);
  expect(ids.filter((id) => !table.some((one) => one.id === id))).toEqual([]);
});

it.each(titled('values'))('%s sees values only', async (_, { id, call }) => {
  const method = methodOf(id);
  const uneven = await runOn(method, on(unevenly), call);
  for (const mm of [MEAN_MM, OTHER_MM]) {
    expect(voxelsOf(uneven)).toEqual(voxelsOf(await runOn(method, on(evenly(mm)), call)));
  }
});

it.each(titled('mean'))('%s takes the mean distance, and says so', async (_, { id, call }) => {
  const method = methodOf(id);
  const [uneven, even, other] = [
    await runOn(method, on(unevenly), call),
    await runOn(method, on(evenly(MEAN_MM)), call),
    await runOn(method, on(evenly(OTHER_MM)), call),
  ];
  expect(voxelsOf(uneven)).toEqual(voxelsOf(even));
  expect(voxelsOf(uneven)).not.toEqual(voxelsOf(other));
  expect(pageOf(id)).toMatch(/uneven distance count with their mean/);
});

describe('real positions, by the definition', () => {
  const centres = Array.from(segment, (_, at): Vec3 => [
    (at % COLUMNS) * PIXEL_MM[0],
    (Math.floor(at / COLUMNS) % ROWS) * PIXEL_MM[1],
    UNEVEN_MM[Math.floor(at / (COLUMNS * ROWS))],
  ]);
  const indexes = Array.from(segment, (_, at) => at);
  const volumeMm3 = (at: number) => unevenly.voxelVolumeMm3(Math.floor(at / (COLUMNS * ROWS)));
  const within = (mask: Uint8Array, mm: number) => {
    const marked = indexes.filter((at) => mask[at] !== 0);
    return Uint8Array.from(centres, ([x, y, z]) =>
      Number(
        marked.some((at) => {
          const [a, b, c] = centres[at];
          return Math.hypot(x - a, y - b, z - c) <= mm;
        })
      )
    );
  };
  const not = (mask: Uint8Array) => mask.map((value) => 1 - value);
  const eroded = (mask: Uint8Array, mm: number) => not(within(not(mask), mm));
  /** Parts of `mask` that hang together through faces, each a list of voxels. */
  const parts = (mask: Uint8Array, planar = false): number[][] => {
    const left = new Set(indexes.filter((at) => mask[at] !== 0));
    const steps = [1, COLUMNS, ...(planar ? [] : [COLUMNS * ROWS])];
    const adjoins = (a: number, b: number) => {
      const apart = [a % COLUMNS, Math.floor(a / COLUMNS) % ROWS, Math.floor(a / (COLUMNS * ROWS))];
      const other = [b % COLUMNS, Math.floor(b / COLUMNS) % ROWS, Math.floor(b / (COLUMNS * ROWS))];
      return apart.reduce((sum, value, axis) => sum + Math.abs(value - other[axis]), 0) === 1;
    };
    const found: number[][] = [];
    for (const first of left) {
      left.delete(first);
      const part = [first];
      for (const at of part) {
        for (const next of steps.flatMap((step) => [at + step, at - step])) {
          if (left.has(next) && adjoins(at, next)) {
            left.delete(next);
            part.push(next);
          }
        }
      }
      found.push(part);
    }
    return found;
  };
  const maskOf = (voxels: readonly number[]) => {
    const mask = new Uint8Array(segment.length);
    for (const at of voxels) mask[at] = 1;
    return mask;
  };
  const volumeOf = (part: readonly number[]) => part.reduce((sum, at) => sum + volumeMm3(at), 0);

  /** Holes of one voxel in slices that stand for 0.99 to 1.98 mm³, one hole of two voxels across slices, all in a block. */
  const holes = [1, 2, 3, 4, 7].map((k) => 2 * k + COLUMNS * (6 + ROWS * k));
  const cavity = [1, 2].map((k) => 13 + COLUMNS * (6 + ROWS * k));
  const porous = Uint8Array.from(segment, (_, at) => Number(![...holes, ...cavity].includes(at)));
  /** Bars of 4 voxels, one a slice: their volume is that of their slice. */
  const bars = paint(SIZE, Uint8Array, (i, j, k) => Number(i < 4 && j === k && k !== 0)).voxels;
  const barLimit = 4 * PIXEL_MM[0] * PIXEL_MM[1] * MEAN_MM;

  const wanted: Readonly<Record<string, (call: MethodCall) => Uint8Array>> = {
    'smoothing, opening': () => within(eroded(segment, 1.6), 1.6),
    'smoothing, closing': () => eroded(within(segment, 1.6), 1.6),
    'margin, growing': () => within(segment, 2.1),
    'margin, shrinking': () => eroded(segment, 1.6),
    hollow: () => {
      const inner = eroded(segment, 1.6);
      return segment.map((value, at) => value & (1 - inner[at]));
    },
    islands: () =>
      maskOf(
        parts(bars)
          .filter((part) => volumeOf(part) >= barLimit)
          .flat()
      ),
    'fill-holes, cavities': () => fillUpTo(1.3, false),
    'fill-holes, planes': () => fillUpTo(1.3, true),
    'region-growing': () => {
      const bright = Uint8Array.from(image.voxels, (value) => Number(value >= 220 && value <= 400));
      const seed = 4 + COLUMNS * (5 + ROWS * 4);
      const near = within(maskOf([seed]), 2.6);
      const reached = parts(bright.map((value, at) => value & near[at]));
      return maskOf(reached.find((part) => part.includes(seed)) ?? []);
    },
  };
  const fillUpTo = (mm3: number, planar: boolean) => {
    const small = parts(not(porous), planar).filter((part) => volumeOf(part) <= mm3);
    return maskOf([...indexes.filter((at) => porous[at] !== 0), ...small.flat()]);
  };

  it.each(titled('positions'))('%s', async (title, { id, call }) => {
    const method = methodOf(id);
    const request =
      {
        islands: {
          ...call,
          segment: bars,
          parameters: { ...call.parameters, minimumMm3: barLimit },
        },
        'fill-holes': { ...call, segment: porous },
      }[id] ?? call;
    const labels = wholeLabels(await runOn(method, on(unevenly), request), on(unevenly));
    const expected = wanted[title](call);
    expect(differences(labels, expected)).toBe(0);
    // With the mean distance it would be another one.
    const even = wholeLabels(await runOn(method, on(evenly(MEAN_MM)), request), on(unevenly));
    expect(differences(labels, even)).toBeGreaterThan(0);
    expect(expected.some((value) => value !== 0)).toBe(true);
    expect(pageOf(id)).toMatch(/uneven/);
    expect(pageOf(id)).toMatch(/(true|real) (slice )?(positions|extent)|\(see margin\)/);
  });

  it('level-set, the balls around seeds', () => {
    const seeds = [{ ijk: [4, 5, 4] as const, label: 1 }];
    const start = startMask(
      { prompts: { seeds, scribbles: [] }, radiusMm: 2.6, mayBeChecked: false },
      unevenly,
      { fromIjk: [0, 0, 0], toIjk: SIZE }
    );
    const seed = 4 + COLUMNS * (5 + ROWS * 4);
    expect(differences(start, within(maskOf([seed]), 2.6))).toBe(0);
  });

  it('closed regions of edges, from a smallest volume on', async () => {
    // Bright cells of 3 × 3 voxels in one slice each; their inside is one voxel of that slice.
    const cells = paint(SIZE, Int16Array, (i, j, k) =>
      k % 2 === 1 && Math.abs(i - 4) < 2 && Math.abs(j - 6) < 2 ? 500 : 0
    );
    const smallest = PIXEL_MM[0] * PIXEL_MM[1] * MEAN_MM;
    const call = {
      parameters: {
        operator: 'morphological',
        radiusMm: 0,
        dimension: '2d',
        result: 'closed-regions',
        threshold: 100,
        minimumMm3: smallest,
      },
    };
    const labels = wholeLabels(
      await runOn(methodOf('edges'), on(unevenly, cells), call),
      on(unevenly)
    );
    const kept = new Set(
      indexes.filter((at) => labels[at] !== 0).map((at) => Math.floor(at / (COLUMNS * ROWS)))
    );
    const large = [1, 3, 5, 7].filter((k) => unevenly.sliceExtentMm(k) >= MEAN_MM);
    expect([...kept]).toEqual(large);
    expect(large.length).toBeLessThan(4);
  });
});

/** The page of a method. */
const pageOf = (id: string): string => readFileSync(join(__dirname, id, 'README.md'), 'utf8');
