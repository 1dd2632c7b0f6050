/**
 * @file From instances to a probability of each class: what a detector has found, seen as a network that labels pixels.
 */
import type { Grid } from '../grid';
import { resizeArea } from '../resample';
import type { Instance } from './detect';
import { wholeMask } from './paste-masks';

export interface PaintOptions {
  /** Pixels whose mask does not exceed this are not painted. */
  readonly maskThreshold: number;
  /** Rows and columns of the network's image. */
  readonly imageSize: readonly [number, number];
  /** Rows and columns of the planes: a divisor of the network's image. */
  readonly size: readonly [number, number];
  /** Classes, the background included. */
  readonly classes: number;
}

/**
 * Probability of a class = the largest score × mask over its instances, after the mean over blocks; background = 1 − the
 * largest class. One plane of `size` a class.
 */
export function paintClasses(
  instances: readonly Instance[],
  { maskThreshold, imageSize, size, classes }: PaintOptions
): readonly Float32Array[] {
  const samples = size[0] * size[1];
  const planes = Array.from({ length: classes }, () => new Float32Array(samples));
  for (const { label, score, mask } of instances) {
    if (label >= classes) continue;
    const weighted: Grid = {
      shape: [1, imageSize[0], imageSize[1]],
      values: wholeMask(mask, ...imageSize).map((value) =>
        value > maskThreshold ? value * score : 0
      ),
    };
    const { values } = resizeArea(weighted, [1, size[0], size[1]]);
    const plane = planes[label];
    for (let at = 0; at < samples; at++) plane[at] = Math.max(plane[at], values[at]);
  }
  const [background, ...others] = planes;
  for (let at = 0; at < samples; at++) {
    let largest = 0;
    for (const plane of others) largest = Math.max(largest, plane[at]);
    background[at] = 1 - largest;
  }
  return planes;
}
