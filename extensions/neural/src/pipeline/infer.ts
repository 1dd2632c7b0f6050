/**
 * @file Runs a network over a prepared grid: slice by slice or as a whole, with test-time flips, and gathers the
 * probabilities of each class.
 */
import { abortError, CordonError } from '@cordon/extension-workbench/pure';
import type { Grid } from './grid';
import { allFinite, areProbabilities, softmax } from './scores';
import { sliceBatch, stackGrids } from './slices';

/** A network: scores for one input tensor. Dimensions are N, C, then two or three of space. */
export interface Network {
  run(input: Float32Array, dimensions: readonly number[]): Promise<Float32Array>;
}

export interface InferOptions {
  readonly mode: 'slices' | 'volume';
  /** Slices at once. */
  readonly batch: number;
  readonly neighbours: readonly number[];
  /** Classes of the output, the background included. */
  readonly classes: number;
  /** The network ends in a softmax of its own. */
  readonly givesProbabilities?: boolean;
  readonly signal?: AbortSignal;
  /** Called with the share that is done, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Probabilities of each class on the grid of `grids`: one an image, all of one shape. Throws `MODEL_OUTPUT_INVALID` when shape or numbers are not what they must be. */
export async function infer(
  network: Network,
  grids: readonly Grid[],
  options: InferOptions
): Promise<readonly Grid[]> {
  const [{ shape, values: first }] = grids;
  const samples = first.length;
  const planes = Array.from({ length: options.classes }, () => new Float32Array(samples));
  const [slices, rows, columns] = shape;
  const step = options.mode === 'volume' ? slices : options.batch;
  const plane = rows * columns;
  for (let from = 0; from < slices; from += step) {
    if (options.signal?.aborted) throw abortError();
    const to = Math.min(slices, from + step);
    const scores =
      options.mode === 'volume'
        ? await network.run(stackGrids(grids), [1, grids.length, slices, rows, columns])
        : await network.run(sliceBatch(grids, from, to, options.neighbours), [
            to - from,
            grids.length * options.neighbours.length,
            rows,
            columns,
          ]);
    requireScores(scores, (to - from) * plane * options.classes);
    // Scores are (N, C, space): each item of the batch has its own channels.
    const items = options.mode === 'volume' ? 1 : to - from;
    const perItem = ((to - from) * plane) / items;
    for (let item = 0; item < items; item++) {
      const start = item * perItem * options.classes;
      const own = scores.subarray(start, start + perItem * options.classes);
      if (!options.givesProbabilities) softmax(own, options.classes, perItem);
      else if (!areProbabilities(own, options.classes, perItem)) {
        throw unusable('its numbers are no probabilities, and its manifest asks for no softmax');
      }
      for (let channel = 0; channel < options.classes; channel++) {
        planes[channel].set(
          own.subarray(channel * perItem, (channel + 1) * perItem),
          (from + item) * plane
        );
      }
    }
    options.onProgress?.(to / slices);
  }
  return planes.map((values) => ({ shape, values }));
}

function requireScores(scores: Float32Array, expected: number): void {
  const why =
    scores.length !== expected
      ? `it gave ${scores.length} numbers where its manifest promises ${expected}`
      : !allFinite(scores)
        ? 'it gave numbers that are not finite'
        : undefined;
  if (why !== undefined) throw unusable(why);
}

const unusable = (why: string) =>
  new CordonError({
    code: 'MODEL_OUTPUT_INVALID',
    what: 'The network gave no usable result',
    why,
    remedy: 'use another model, and tell the author of this one',
  });
