/**
 * @file How sure a network is: the probability of the class that it chose. A well-calibrated network is right as often as
 * that; these are not calibrated, so that the order counts more than the number (Guo et al., ICML 2017).
 */

/** Mean probability of each class over the voxels that were given to it, index 0 for class 1; NaN where there is none. */
export function meanConfidence(
  labels: Uint8Array,
  planes: readonly Float32Array[]
): readonly number[] {
  const sums = new Float64Array(planes.length);
  const counts = new Float64Array(planes.length);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    // The background has no mean.
    if (label === 0) continue;
    sums[label] += planes[label][at];
    counts[label]++;
  }
  return planes.slice(1).map((_, at) => sums[at + 1] / counts[at + 1]);
}

/** Upper ends of the steps in which uncertainty is shown; surer voxels are not. */
export const CONFIDENCE_STEPS = [0.6, 0.8, 0.95] as const;

/** 1 where the surest class is below the first step, 2 below the second …; 0 where the network is surer than all. O(n). */
export function uncertaintySteps(planes: readonly Float32Array[]): Uint8Array {
  const steps = new Uint8Array(planes[0].length);
  for (let at = 0; at < steps.length; at++) {
    let surest = 0;
    for (const plane of planes) surest = Math.max(surest, plane[at]);
    steps[at] = CONFIDENCE_STEPS.findIndex((end) => surest < end) + 1;
  }
  return steps;
}
