/**
 * A request that each classical method answers on one small image, and the same request after the grid was changed: for
 * properties that every method shares.
 */
import type { Geometry } from '@cordon/extension-workbench/pure';
import { type ImageVolume, type Scribble, type Vec3 } from '@cordon/extension-workbench/pure';
import type { MethodCall } from './methods';
import { paint, randomFrom, volumeOf } from './volumes';

export const SIZE: Vec3 = [16, 14, 9];
export const SPACING_MM: Vec3 = [0.9, 1.1, 1.6];

const random = randomFrom(77);
const inBody = (i: number, j: number, k: number) =>
  Math.hypot((i - 4) * 0.9, (j - 6) * 1.1, (k - 4) * 1.6) < 3.6;
const inOther = (i: number, j: number, k: number) =>
  Math.hypot((i - 11) * 0.9, (j - 7) * 1.1, (k - 4) * 1.6) < 3;

/** Two bright bodies in noise without two equal values; CT-like, air at the far side. */
export const image = paint(
  SIZE,
  Float32Array,
  (i, j, k) => {
    const noise = 30 * (random() - 0.5);
    if (inBody(i, j, k)) return 300 + noise;
    if (inOther(i, j, k)) return 180 + noise;
    return (j > 11 ? -600 : 20) + noise;
  },
  SPACING_MM
);
/** A segment that is neither convex nor whole: both bodies, a hole, an island. */
export const segment = paint(SIZE, Uint8Array, (i, j, k) => {
  if (i === 4 && j === 6 && k === 4) return 0;
  return Number(inBody(i, j, k) || inOther(i, j, k) || (i === 14 && j === 1 && k === 7));
}).voxels;

const linear = ([i, j, k]: Vec3): number => i + SIZE[0] * (j + SIZE[1] * k);
const scribble = (label: number, ...voxels: Vec3[]): Scribble => ({
  label,
  voxels: Uint32Array.from(voxels.map(linear)).sort(),
});
const seeds = [
  { ijk: [4, 5, 4] as const, label: 1 },
  { ijk: [11, 7, 4] as const, label: 0 },
  { ijk: [1, 1, 1] as const, label: 0 },
];
const one = [{ ijk: [4, 5, 4] as const, label: 1 }];
const slice = { kind: 'slice', axis: 2, index: 4 } as const;
const anchors: Vec3[] = [
  [8, 6, 4],
  [4, 9, 4],
  [1, 6, 4],
  [4, 3, 4],
];

/** By method. Pipelines take an image of their own; see their tests. */
export const SOUND_CALLS: Readonly<Record<string, MethodCall>> = {
  threshold: { parameters: { lower: 100, upper: 260 } },
  otsu: {},
  'multi-otsu': {},
  'auto-threshold': {},
  'region-growing': { parameters: { lower: 220, upper: 400 }, prompts: { seeds: one } },
  'confidence-connected': { prompts: { seeds: one } },
  watershed: { prompts: { seeds }, parameters: { smoothingMm: 0 } },
  'graph-cut': { prompts: { seeds } },
  'grow-cut': { prompts: { seeds } },
  'live-wire': { region: slice, prompts: { path: anchors } },
  'level-set': { prompts: { seeds: one }, parameters: { startRadiusMm: 3, iterations: 6 } },
  'edge-flow': { region: slice, parameters: { scaleMm: 1 } },
  edges: { parameters: { result: 'edge-map' } },
  denoise: {},
  'bias-correction': { parameters: { shrinkFactor: 1, levels: 1, iterations: 2, within: 'all' } },
  islands: { segment },
  'connected-components': { segment },
  'fill-holes': { segment },
  smoothing: { segment, parameters: { radiusMm: 1.6 } },
  margin: { segment, parameters: { marginMm: 2 } },
  hollow: { segment, parameters: { thicknessMm: 2 } },
  logical: { segment, prompts: { scribbles: [scribble(1, [4, 6, 4], [5, 6, 4], [0, 0, 0])] } },
};

/** A change of the grid, of its place in the patient, or of the values. */
export interface Change {
  /** Where the voxel goes. */
  readonly voxel?: (ijk: Vec3) => Vec3;
  /** Size or spacing along the new axes. */
  readonly axes?: (old: Vec3) => Vec3;
  readonly value?: (value: number) => number;
  readonly geometry?: (geometry: Geometry) => Geometry;
}

const same = <T>(value: T): T => value;

/** Voxel `at` of the old grid lies at this linear index of the new one. */
export function placeOf({ voxel = same, axes = same }: Change, at: number): number {
  const ijk: Vec3 = [
    at % SIZE[0],
    Math.floor(at / SIZE[0]) % SIZE[1],
    Math.floor(at / (SIZE[0] * SIZE[1])),
  ];
  const [i, j, k] = voxel(ijk);
  const [columns, rows] = axes(SIZE);
  return i + columns * (j + rows * k);
}

export function changedImage(change: Change): ImageVolume {
  const { axes = same, value = same, geometry = same } = change;
  const voxels = new Float32Array(image.voxels.length);
  image.voxels.forEach((old, at) => (voxels[placeOf(change, at)] = value(old)));
  const volume = volumeOf(axes(SIZE), voxels, axes(SPACING_MM));
  return { ...volume, geometry: geometry(volume.geometry) };
}

export function changedCall(call: MethodCall, change: Change): MethodCall {
  const { voxel = same } = change;
  const { prompts = {}, region, segment: old } = call;
  const moved = new Uint8Array(old?.length ?? 0);
  old?.forEach((value, at) => (moved[placeOf(change, at)] = value));
  return {
    ...call,
    segment: old && moved,
    region: region?.kind === 'slice' ? sliceAt(voxel, region.index) : region,
    prompts: {
      ...prompts,
      seeds: (prompts.seeds ?? []).map(({ ijk, label }) => ({ ijk: voxel(ijk), label })),
      path: prompts.path?.map(voxel),
      scribbles: (prompts.scribbles ?? []).map(({ label, voxels }) => ({
        label,
        voxels: voxels.map((at) => placeOf(change, at)).sort(),
      })),
    },
  };
}

/** Where an axial slice lies after the change. */
function sliceAt(voxel: (ijk: Vec3) => Vec3, index: number) {
  const [a, b] = [voxel([0, 0, index]), voxel([1, 1, index])];
  const axis = ([0, 1, 2] as const).find((one) => a[one] === b[one]) ?? 2;
  return { kind: 'slice', axis, index: a[axis] } as const;
}

/** The image with each voxel repeated along each axis. */
export function magnified(times: number): ImageVolume {
  const [nx, ny, nz] = SIZE;
  const extent: Vec3 = [nx * times, ny * times, nz * times];
  return paint(extent, Float32Array, (i, j, k) => image.voxels[coarse(i, j, k, times)], SPACING_MM);
}

const coarse = (i: number, j: number, k: number, times: number): number =>
  Math.floor(i / times) + SIZE[0] * (Math.floor(j / times) + SIZE[1] * Math.floor(k / times));

/** The request for a magnified image. */
export function magnifiedCall(call: MethodCall, times: number): MethodCall {
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
