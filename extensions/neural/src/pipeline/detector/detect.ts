/**
 * @file Mask R-CNN from its three graphs: proposals, boxes, masks. The logic between them is torchvision's.
 */
import { abortError, CordonError } from '@cordon/extension-workbench/pure';
import type { DetectorSettings } from '../../catalog/manifest';
import {
  clipBoxes,
  decodeBoxes,
  isLargeEnough,
  largest,
  makeAnchors,
  suppressNonMaxima,
} from './boxes';
import { allFinite } from '../scores';
import { pasteMask, type PastedMask } from './paste-masks';
import { featureMap, pyramidLevel, roiAlign, type FeatureMap } from './roi-align';

interface Output {
  readonly values: Float32Array;
  readonly dimensions: readonly number[];
}

/** A graph with named outputs. */
export interface Graph {
  runAll(input: Float32Array, dimensions: readonly number[]): Promise<ReadonlyMap<string, Output>>;
}

export interface DetectorGraphs {
  readonly proposals: Graph;
  readonly boxes: Graph;
  readonly masks: Graph;
}

export interface Instance {
  /** Class, 1 … */
  readonly label: number;
  /** 0 … 1. */
  readonly score: number;
  /** Where it is in the network's image. */
  readonly mask: PastedMask;
}

/** First level of the pyramid: p2 has a stride of 4. */
const FIRST_LEVEL = 2;
/** Regions a batch, so that memory stays bounded. */
const REGIONS_AT_ONCE = 64;

export interface DetectOptions {
  /** Instances below this score (0 … 1) are not asked for their masks and left out; none by default. */
  readonly scoreThreshold?: number;
  readonly signal?: AbortSignal;
}

/**
 * Instances in one image of channels × rows × columns, best first. Throws `MODEL_OUTPUT_INVALID` when the graphs lack an
 * output.
 */
export async function detect(
  graphs: DetectorGraphs,
  image: Float32Array,
  channels: number,
  settings: DetectorSettings,
  { scoreThreshold = 0, signal }: DetectOptions = {}
): Promise<readonly Instance[]> {
  const [rows, columns] = settings.imageSize;
  const outputs = await graphs.proposals.runAll(image, [1, channels, rows, columns]);
  const maps = settings.strides.map((_, at) => toMap(named(outputs, `p${FIRST_LEVEL + at}`)));
  const regions = propose(outputs, maps, settings);
  if (signal?.aborted) throw abortError();
  const found = await classify(graphs.boxes, maps, regions, settings, scoreThreshold);
  if (signal?.aborted) throw abortError();
  return addMasks(graphs.masks, maps, found, settings);
}

interface Detections {
  readonly boxes: Float32Array;
  readonly labels: readonly number[];
  readonly scores: readonly number[];
}

/** Region proposal: the best anchors of each level, moved by their deltas, without near duplicates. */
function propose(
  outputs: ReadonlyMap<string, Output>,
  maps: readonly FeatureMap[],
  { imageSize, strides, anchorSizes, aspectRatios, proposals }: DetectorSettings
): Float32Array {
  const most = strides.length * proposals.preNmsPerLevel;
  const boxes = new Float32Array(4 * most);
  const scores = new Float64Array(most);
  const levels = new Uint8Array(most);
  let count = 0;
  for (const [at, stride] of strides.entries()) {
    const { rows, columns } = maps[at];
    const level = { rows, columns, stride, anchorSize: anchorSizes[at] };
    const anchors = makeAnchors(level, aspectRatios);
    const ratios = aspectRatios.length;
    const objectness = cellsLast(named(outputs, `o${FIRST_LEVEL + at}`).values, ratios, 1);
    const deltas = cellsLast(named(outputs, `d${FIRST_LEVEL + at}`).values, ratios, 4);
    const best = largest(objectness, proposals.preNmsPerLevel);
    const decoded = decodeBoxes(
      gather(anchors, best, 4),
      gather(deltas, best, 4),
      proposals.boxWeights
    );
    clipBoxes(decoded, imageSize[0], imageSize[1]);
    for (const [index, anchor] of best.entries()) {
      const score = 1 / (1 + Math.exp(-objectness[anchor]));
      if (!isLargeEnough(decoded, index, proposals.minimumSize)) continue;
      if (score < proposals.scoreThreshold) continue;
      for (let corner = 0; corner < 4; corner++) {
        boxes[4 * count + corner] = decoded[4 * index + corner];
      }
      scores[count] = score;
      levels[count++] = at;
    }
  }
  const kept = suppressNonMaxima(boxes, scores.subarray(0, count), proposals.nmsIou, {
    groups: levels,
    maximum: proposals.postNms,
  });
  return gather(boxes, kept, 4);
}

/** Second stage: class and box of each region, without duplicates of the same class; those that reach the score. */
async function classify(
  graph: Graph,
  maps: readonly FeatureMap[],
  regions: Float32Array,
  settings: DetectorSettings,
  scoreThreshold: number
): Promise<Detections> {
  const boxes: number[] = [];
  const scores: number[] = [];
  const labels: number[] = [];
  await inBatches(regions, async (batch) => {
    const { boxSize } = settings.roiAlign;
    const outputs = await runOnRegions(graph, maps, batch, boxSize, settings);
    const probabilities = named(outputs, 'probabilities');
    const deltas = named(outputs, 'deltas').values;
    const classes = probabilities.dimensions[1];
    for (let region = 0; region < batch.length / 4; region++) {
      const own = batch.subarray(4 * region, 4 * region + 4);
      for (let label = 1; label < classes; label++) {
        const score = probabilities.values[region * classes + label];
        if (!(score > settings.boxes.scoreThreshold)) continue;
        const from = (region * classes + label) * 4;
        const moved = decodeBoxes(own, deltas.subarray(from, from + 4), settings.boxes.boxWeights);
        clipBoxes(moved, settings.imageSize[0], settings.imageSize[1]);
        if (!isLargeEnough(moved, 0, settings.boxes.minimumSize)) continue;
        boxes.push(...moved);
        scores.push(score);
        labels.push(label);
      }
    }
  });
  const all = Float32Array.from(boxes);
  const { nmsIou, maximum } = settings.boxes;
  const kept = suppressNonMaxima(all, scores, nmsIou, { groups: labels, maximum }).filter(
    (index) => scores[index] >= scoreThreshold
  );
  return {
    boxes: gather(all, kept, 4),
    labels: kept.map((index) => labels[index]),
    scores: kept.map((index) => scores[index]),
  };
}

async function addMasks(
  graph: Graph,
  maps: readonly FeatureMap[],
  found: Detections,
  settings: DetectorSettings
): Promise<readonly Instance[]> {
  const instances: Instance[] = [];
  await inBatches(found.boxes, async (batch) => {
    const { maskSize } = settings.roiAlign;
    const outputs = await runOnRegions(graph, maps, batch, maskSize, settings);
    const { values, dimensions } = named(outputs, 'masks');
    const [, classes, size] = dimensions;
    for (let region = 0; region < batch.length / 4; region++) {
      const label = found.labels[instances.length];
      const from = (region * classes + label) * size * size;
      const small = values.subarray(from, from + size * size);
      const box = batch.subarray(4 * region, 4 * region + 4);
      const mask = pasteMask(small, size, box, settings.imageSize[0], settings.imageSize[1]);
      instances.push({ label, score: found.scores[instances.length], mask });
    }
  });
  return instances;
}

/** Pools the regions from the pyramid and runs a head on them. */
function runOnRegions(
  graph: Graph,
  maps: readonly FeatureMap[],
  regions: Float32Array,
  size: number,
  { imageSize, roiAlign: { samplingRatio } }: DetectorSettings
): Promise<ReadonlyMap<string, Output>> {
  const count = regions.length / 4;
  const { channels } = maps[0];
  const pooled = new Float32Array(count * channels * size * size);
  for (let region = 0; region < count; region++) {
    const box = regions.subarray(4 * region, 4 * region + 4);
    const level = pyramidLevel(box, FIRST_LEVEL, FIRST_LEVEL + maps.length - 1) - FIRST_LEVEL;
    const scale = maps[level].rows / imageSize[0];
    const offset = region * channels * size * size;
    roiAlign(maps[level], box, scale, size, samplingRatio, pooled, offset);
  }
  return graph.runAll(pooled, [count, channels, size, size]);
}

async function inBatches(
  boxes: Float32Array,
  work: (batch: Float32Array) => Promise<void>
): Promise<void> {
  for (let at = 0; at < boxes.length; at += 4 * REGIONS_AT_ONCE) {
    await work(boxes.slice(at, at + 4 * REGIONS_AT_ONCE));
  }
}

/** Values of `indexes`, `width` floats each. */
function gather(values: Float32Array, indexes: readonly number[], width: number): Float32Array {
  const gathered = new Float32Array(indexes.length * width);
  let at = 0;
  for (const index of indexes) {
    for (let from = index * width; from < (index + 1) * width; from++)
      gathered[at++] = values[from];
  }
  return gathered;
}

/** (ratios · width, rows, columns) as (rows, columns, ratios, width): the order of the anchors. */
function cellsLast(values: Float32Array, ratios: number, width: number): Float32Array {
  const planes = ratios * width;
  const cells = values.length / planes;
  const ordered = new Float32Array(values.length);
  for (let plane = 0; plane < planes; plane++) {
    for (let cell = 0; cell < cells; cell++) {
      ordered[cell * planes + plane] = values[plane * cells + cell];
    }
  }
  return ordered;
}

const toMap = ({ values, dimensions: [, channels, rows, columns] }: Output): FeatureMap =>
  featureMap(values, [channels, rows, columns]);

function named(outputs: ReadonlyMap<string, Output>, name: string): Output {
  const output = outputs.get(name);
  if (output && allFinite(output.values)) return output;
  throw new CordonError({
    code: 'MODEL_OUTPUT_INVALID',
    what: 'The network gave no usable result',
    why: output
      ? `its output "${name}" holds numbers that are not finite`
      : `its graph has no output "${name}", only ${[...outputs.keys()].join(', ')}`,
    remedy: 'use another model, and tell the author of this one',
  });
}
