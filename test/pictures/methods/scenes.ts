/**
 * What the pictures of the methods show: an image, what a person draws, and the result. Positions are voxel indexes of the image.
 */
import type { Prompts, Region, Vec3 } from '../../../extensions/workbench/src/pure';

/** Chest: axial CT, every second pixel. Heart: a part of it. Head: a part of a sagittal T1 without the face. */
export type PictureImage = 'chest' | 'heart' | 'head';

export interface Call {
  readonly method: string;
  readonly parameters?: Readonly<Record<string, number | string | boolean>>;
  readonly prompts?: Partial<Prompts>;
  readonly region?: Region;
}

export interface Scene {
  readonly image: PictureImage;
  /** Axial (CT) or sagittal (MR) slice that is shown. */
  readonly slice: number;
  /** Values from black to white. */
  readonly window: readonly [number, number];
  /** What makes the segment that the method works on, one after the other. */
  readonly before?: readonly Call[];
  readonly call: Call;
}

const LUNG_WINDOW = [-1000, 400] as const;
const SOFT_WINDOW = [-150, 250] as const;
const HEAD_WINDOW = [0, 420] as const;
const seeds = (label: number, ...ijks: Vec3[]) => ijks.map((ijk) => ({ ijk, label }));
const heartSlice: Region = { kind: 'slice', axis: 2, index: 20 };

const bone: Call = { method: 'threshold', parameters: { lower: 180, upper: 3000 } };
const lung: Call = {
  method: 'region-growing',
  parameters: { lower: -1024, upper: -500 },
  prompts: { seeds: seeds(1, [60, 60, 20]) },
};
const largest: Call = { method: 'islands', parameters: { mode: 'largest' } };
const vessels: Call = { method: 'threshold', parameters: { lower: -300, upper: 3000 } };

export const SCENES: Readonly<Record<string, Scene>> = {
  threshold: {
    image: 'chest',
    slice: 70,
    window: SOFT_WINDOW,
    call: bone,
  },
  otsu: { image: 'chest', slice: 70, window: LUNG_WINDOW, call: { method: 'otsu' } },
  'multi-otsu': {
    image: 'chest',
    slice: 70,
    window: LUNG_WINDOW,
    call: { method: 'multi-otsu', parameters: { classes: 4 } },
  },
  'auto-threshold': {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: { method: 'auto-threshold', parameters: { rule: 'li' } },
  },
  'region-growing': { image: 'heart', slice: 20, window: LUNG_WINDOW, call: lung },
  'confidence-connected': {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: {
      method: 'confidence-connected',
      parameters: { multiplier: 2 },
      prompts: { seeds: seeds(1, [60, 37, 12]) },
    },
  },
  watershed: {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    call: {
      method: 'watershed',
      parameters: { smoothingMm: 1.5 },
      prompts: {
        seeds: [
          ...seeds(1, [130, 60, 20], [100, 45, 20]),
          ...seeds(2, [40, 40, 20], [40, 110, 20]),
          ...seeds(3, [190, 40, 20], [150, 140, 20]),
        ],
      },
    },
  },
  'graph-cut': {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: {
      method: 'graph-cut',
      prompts: {
        seeds: [
          ...seeds(1, [30, 47, 12], [45, 40, 12], [60, 37, 12], [75, 38, 12], [90, 52, 12]),
          ...seeds(0, [60, 28, 12], [98, 35, 12], [45, 60, 12], [66, 55, 12], [31, 62, 12]),
          ...seeds(0, [65, 46, 12], [24, 58, 12], [85, 33, 12], [35, 30, 12], [50, 48, 12]),
        ],
      },
      region: { kind: 'box', box: { fromIjk: [21, 24, 6], toIjk: [102, 66, 18] } },
    },
  },
  'grow-cut': {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: {
      method: 'grow-cut',
      prompts: {
        seeds: [
          ...seeds(1, [30, 47, 12], [45, 40, 12], [60, 37, 12], [75, 38, 12], [90, 52, 12]),
          ...seeds(2, [70, 75, 12], [75, 95, 12], [85, 110, 12], [85, 130, 12]),
          ...seeds(3, [100, 75, 12], [120, 80, 12], [110, 100, 12], [130, 100, 12]),
          ...seeds(0, [60, 25, 12], [20, 20, 12], [120, 40, 12], [30, 70, 12], [30, 110, 12]),
          ...seeds(0, [55, 60, 12], [95, 125, 12], [55, 100, 12], [120, 125, 12], [92, 95, 12]),
        ],
      },
    },
  },
  'live-wire': {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    call: {
      method: 'live-wire',
      region: heartSlice,
      prompts: {
        path: [
          [97, 12, 20],
          [84, 50, 20],
          [92, 82, 20],
          [112, 120, 20],
          [124, 143, 20],
          [142, 132, 20],
          [155, 100, 20],
          [175, 68, 20],
          [182, 40, 20],
          [150, 10, 20],
        ],
      },
    },
  },
  'level-set': {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    call: {
      method: 'level-set',
      parameters: {
        ...{ model: 'geodesic', balloon: 1, iterations: 80, startRadiusMm: 12, scaleMm: 1 },
        contrast: 100,
      },
      region: heartSlice,
      prompts: { seeds: seeds(1, [125, 70, 20]) },
    },
  },
  'edge-flow': {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    call: { method: 'edge-flow', parameters: { scaleMm: 3 }, region: heartSlice },
  },
  edges: {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: {
      method: 'edges',
      parameters: { operator: 'canny', result: 'edges', threshold: 25, lowThreshold: 10 },
    },
  },
  denoise: {
    image: 'heart',
    slice: 20,
    window: SOFT_WINDOW,
    call: {
      method: 'denoise',
      parameters: { filter: 'bilateral', sigmaMm: 1.5, rangeSigma: 80 },
    },
  },
  'bias-correction': {
    image: 'head',
    slice: 12,
    window: HEAD_WINDOW,
    call: { method: 'bias-correction', parameters: { result: 'field' } },
  },
  islands: {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [vessels],
    call: { method: 'islands', parameters: { mode: 'drop-small', minimumMm3: 20000 } },
  },
  'connected-components': {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [vessels],
    call: { method: 'connected-components', region: heartSlice },
  },
  'fill-holes': {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [lung],
    call: { method: 'fill-holes', parameters: { dimension: '2d' } },
  },
  smoothing: {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [lung],
    call: { method: 'smoothing', parameters: { method: 'closing', radiusMm: 4 } },
  },
  margin: {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [vessels, largest],
    call: { method: 'margin', parameters: { marginMm: 4 } },
  },
  hollow: {
    image: 'heart',
    slice: 20,
    window: LUNG_WINDOW,
    before: [lung, { method: 'fill-holes', parameters: { dimension: '2d' } }],
    call: { method: 'hollow', parameters: { thicknessMm: 3, surface: 'outside' } },
  },
  logical: {
    image: 'chest',
    slice: 70,
    window: LUNG_WINDOW,
    before: [{ method: 'body-outline' }],
    call: { method: 'logical', parameters: { operation: 'invert' } },
  },
  'lung-ct': { image: 'chest', slice: 70, window: LUNG_WINDOW, call: { method: 'lung-ct' } },
  'bone-ct': { image: 'chest', slice: 70, window: SOFT_WINDOW, call: { method: 'bone-ct' } },
  'body-outline': {
    image: 'chest',
    slice: 70,
    window: LUNG_WINDOW,
    call: { method: 'body-outline' },
  },
};
