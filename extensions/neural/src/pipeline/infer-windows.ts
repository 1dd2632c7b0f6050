/**
 * @file Runs a network over a volume that is larger than its input: overlapping windows, their probabilities blended with
 * Gaussian weights (Isensee et al., nnU-Net, 2021).
 */
import { abortError } from '@cordon/extension-workbench/pure';
import { gridLength, type Grid, type Shape3 } from './grid';
import { infer, type InferOptions, type Network } from './infer';
import { place, takeBack } from './place';
import { gaussianImportance, windowOrigins } from './windows';

export interface WindowOptions extends InferOptions {
  readonly window: Shape3;
  /** Share of a window that neighbours have in common, 0 … <1. */
  readonly overlap: number;
}

/**
 * Probabilities of each class on the grid of `grids`, one an image; a volume smaller than a window is filled up with 0. Throws as `infer`.
 * O(windows · window); memory: a volume a class and one of weights.
 */
export async function inferWindows(
  network: Network,
  grids: readonly Grid[],
  options: WindowOptions
): Promise<readonly Grid[]> {
  const { window, overlap, classes, signal, onProgress } = options;
  const [{ shape: own }] = grids;
  const shape: Shape3 = [
    Math.max(own[0], window[0]),
    Math.max(own[1], window[1]),
    Math.max(own[2], window[2]),
  ];
  const whole = grids.map((grid) => place(grid, shape, [0, 0, 0]));
  const importance = gaussianImportance(window);
  const sums = Array.from({ length: classes }, () => new Float32Array(gridLength(shape)));
  const weights = new Float32Array(gridLength(shape));
  const origins = windowOrigins(shape, window, overlap);
  for (const [at, origin] of origins.entries()) {
    // A worker hears of a cancellation only between two tasks.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) throw abortError();
    const part = whole.map((grid) => takeBack(grid, window, origin));
    const probabilities = await infer(network, part, { ...options, onProgress: undefined });
    for (const [channel, { values }] of probabilities.entries()) {
      addWeighted(sums[channel], values, importance, shape, window, origin);
    }
    addWeighted(weights, undefined, importance, shape, window, origin);
    onProgress?.((at + 1) / origins.length);
  }
  return sums.map((values) => {
    for (let at = 0; at < values.length; at++) values[at] /= weights[at];
    return place({ shape, values }, own, [0, 0, 0]);
  });
}

/** Adds `values` · importance, or the importance alone, where a window lies. */
function addWeighted(
  sums: Float32Array,
  values: Float32Array | undefined,
  importance: Float32Array,
  shape: Shape3,
  window: Shape3,
  origin: Shape3
): void {
  let from = 0;
  for (let a = 0; a < window[0]; a++) {
    for (let b = 0; b < window[1]; b++) {
      let to = ((origin[0] + a) * shape[1] + origin[1] + b) * shape[2] + origin[2];
      for (let c = 0; c < window[2]; c++, from++, to++) {
        sums[to] += (values ? values[from] : 1) * importance[from];
      }
    }
  }
}
