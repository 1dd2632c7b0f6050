/**
 * @file Runs Mask R-CNN: slice by slice into probabilities of each class, or tile by tile into single instances.
 */
import {
  abortError,
  boxSize,
  boxVoxels,
  CordonError,
  type Box,
  type ImageVolume,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import type { DetectorSettings, Manifest, PostprocessingStep } from '../catalog/manifest';
import type { OpenModel } from '../engine/open-model';
import { detect, type DetectorGraphs, type Instance } from '../pipeline/detector/detect';
import { paintInstances, placeInstance, type PlacedInstance } from '../pipeline/detector/instances';
import { paintClasses } from '../pipeline/detector/paint-classes';
import { tilesOf } from '../pipeline/detector/tiles';
import type { Grid } from '../pipeline/grid';
import { place } from '../pipeline/place';
import { prepare } from '../pipeline/prepare';
import { resizeLinear } from '../pipeline/resample';
import { sliceBatch } from '../pipeline/slices';

type Context = Pick<UpdateContext, 'signal' | 'onProgress'>;

/** Whether a model finds single objects, each of which becomes a segment. */
export const findsInstances = ({ cordon }: Manifest): boolean =>
  cordon.postprocessing.some(({ op }) => op === 'instances');

/** As `runVoxels`: probabilities of each class, background first, on the voxels of `box`. */
export async function runDetectorOnVoxels(
  model: OpenModel,
  manifest: Manifest,
  image: ImageVolume,
  box: Box,
  pieces: readonly Box[],
  context: Context
): Promise<readonly Float32Array[]> {
  const { settings, graphs, found } = detectorOf(model, manifest);
  const classes = manifest.cordon.classes.length + 1;
  const planes = Array.from({ length: classes }, () => new Float32Array(boxVoxels(box)));
  let filled = 0;
  for (const [index, piece] of pieces.entries()) {
    const prepared = prepare(image, piece, manifest.cordon.preprocessing);
    const { shape } = prepared.grid;
    const painted = planes.map(() => new Float32Array(prepared.grid.values.length));
    for (let slice = 0; slice < shape[0]; slice++) {
      const input = detectorInput(prepared.grid, slice, prepared.neighbours, prepared.enlarge);
      const instances = await detectIn(graphs, input, settings, found.scoreThreshold, context);
      const probabilities = paintClasses(instances, {
        maskThreshold: found.maskThreshold,
        imageSize: settings.imageSize,
        size: [shape[1], shape[2]],
        classes,
      });
      const at = slice * shape[1] * shape[2];
      for (const [channel, plane] of probabilities.entries()) painted[channel].set(plane, at);
      report(context, (index + (slice + 1) / shape[0]) / pieces.length);
    }
    for (const [channel, values] of painted.entries()) {
      const here = planes[channel].subarray(filled, filled + boxVoxels(piece));
      prepared.restore({ shape, values }, channel === 0, here);
    }
    filled += boxVoxels(piece);
  }
  return planes;
}

export interface FoundInstances {
  /** Number of the instance that owns a voxel of the box, from 1; 0 where there is none. */
  readonly owners: Uint16Array;
  /** The instances in the order of their numbers. */
  readonly instances: readonly PlacedInstance[];
}

/** Single objects in each slice of `box`. Throws `TOO_MANY_OBJECTS` when there are more than labels can tell apart. */
export async function runDetectorOnTiles(
  model: OpenModel,
  manifest: Manifest,
  image: ImageVolume,
  box: Box,
  scoreThreshold: number,
  context: Context
): Promise<FoundInstances> {
  const { settings, graphs, found } = detectorOf(model, manifest);
  const tiling = manifest.cordon.preprocessing.find((step) => step.op === 'tile');
  const size = tiling?.size.length === 2 ? tiling.size : settings.imageSize;
  const shared = tiling?.overlap ?? 0.5;
  const overlap = [size[0] * shared, size[1] * shared] as const;
  const [columns, rows, slices] = boxSize(box);
  const owners = new Uint16Array(boxVoxels(box));
  const all: PlacedInstance[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const tiles = tilesOf(sliceOf(box, slice), size, shared);
    const placed: PlacedInstance[] = [];
    for (const [index, tile] of tiles.entries()) {
      const prepared = prepare(image, tile.box, manifest.cordon.preprocessing);
      const { neighbours, enlarge } = prepared;
      // An image smaller than the network's is filled up with the mean.
      const grid = place(prepared.grid, [1, size[0], size[1]], [0, 0, 0]);
      const input = detectorInput(grid, 0, neighbours, enlarge);
      for (const instance of await detectIn(graphs, input, settings, scoreThreshold, context)) {
        const one = placeInstance(instance, tile, index, overlap, found.maskThreshold);
        if (one) placed.push(one);
      }
      report(context, (slice + (index + 1) / tiles.length) / slices);
    }
    const plane = owners.subarray(slice * rows * columns, (slice + 1) * rows * columns);
    const frame = { left: box.fromIjk[0], top: box.fromIjk[1], columns };
    all.push(...paintInstances(placed, plane, frame, all.length));
    if (all.length > MOST_OBJECTS) throw tooMany(all.length);
  }
  return { owners, instances: all };
}

const MOST_OBJECTS = 65_000;

function detectorOf(model: OpenModel, manifest: Manifest) {
  const { inference, postprocessing } = manifest.cordon;
  const found = postprocessing.find((step) => step.op === 'detections');
  if (!inference.detector || !found) throw incomplete(manifest);
  const graphs: DetectorGraphs = {
    proposals: model.graph('proposals'),
    boxes: model.graph('boxes'),
    masks: model.graph('masks'),
  };
  return { settings: inference.detector, graphs, found } satisfies {
    settings: DetectorSettings;
    graphs: DetectorGraphs;
    found: Extract<PostprocessingStep, { op: 'detections' }>;
  };
}

/** One slice with its neighbours as channels, as large as the network wants it. */
function detectorInput(
  grid: Grid,
  slice: number,
  neighbours: readonly number[],
  enlarge: number
): Grid {
  const [, rows, columns] = grid.shape;
  const values = sliceBatch([grid], slice, slice + 1, neighbours);
  const input: Grid = { shape: [neighbours.length, rows, columns], values };
  if (enlarge === 1) return input;
  return resizeLinear(input, [neighbours.length, rows * enlarge, columns * enlarge]);
}

async function detectIn(
  graphs: DetectorGraphs,
  input: Grid,
  settings: DetectorSettings,
  scoreThreshold: number,
  { signal }: Context
): Promise<readonly Instance[]> {
  // A worker hears of a cancellation only between two tasks.
  await new Promise((resolve) => setTimeout(resolve));
  if (signal?.aborted) throw abortError();
  const [channels, rows, columns] = input.shape;
  const [wantedRows, wantedColumns] = settings.imageSize;
  if (rows !== wantedRows || columns !== wantedColumns) {
    throw new CordonError({
      code: 'MODEL_MANIFEST_INVALID',
      what: 'The description of the model cannot be used',
      why: `its steps make images of ${columns} × ${rows}, its detector wants ${wantedColumns} × ${wantedRows}`,
      remedy: 'ask the author of the model for a corrected metadata.json',
    });
  }
  return detect(graphs, input.values, channels, settings, { scoreThreshold, signal });
}

const report = ({ onProgress }: Context, fraction: number) =>
  onProgress?.({ fraction, message: 'The network is running' });

function sliceOf({ fromIjk, toIjk }: Box, step: number): Box {
  const k = fromIjk[2] + step;
  return { fromIjk: [fromIjk[0], fromIjk[1], k], toIjk: [toIjk[0], toIjk[1], k + 1] };
}

const incomplete = (manifest: Manifest) =>
  new CordonError({
    code: 'MODEL_MANIFEST_INVALID',
    what: `The model "${manifest.cordon.title}" cannot run here`,
    why: 'its manifest lacks the numbers of the detector or the step "detections"',
    remedy: 'ask the author of the model for a corrected metadata.json',
  });

const tooMany = (count: number) =>
  new CordonError({
    code: 'TOO_MANY_OBJECTS',
    what: 'The objects could not be told apart',
    why: `more than ${count} were found, labels hold ${MOST_OBJECTS}`,
    remedy: 'choose a slice or a box instead of the whole volume',
  });
