/**
 * @file From a network's scores to probabilities and labels. Channels are planes of `samples` values each.
 */

/** Softmax over channels, in place, shifted by the largest score so that nothing overflows. */
export function softmax(scores: Float32Array, channels: number, samples: number): void {
  for (let at = 0; at < samples; at++) {
    let largest = -Infinity;
    for (let channel = 0; channel < channels; channel++) {
      largest = Math.max(largest, scores[channel * samples + at]);
    }
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = Math.exp(scores[channel * samples + at] - largest);
      scores[channel * samples + at] = value;
      sum += value;
    }
    for (let channel = 0; channel < channels; channel++) scores[channel * samples + at] /= sum;
  }
}

/** Channel with the largest value a sample; the first of equals. */
export function argmax(values: readonly Float32Array[]): Uint8Array {
  const labels = new Uint8Array(values[0].length);
  for (let at = 0; at < labels.length; at++) {
    let best = values[0][at];
    for (let channel = 1; channel < values.length; channel++) {
      if (values[channel][at] > best) {
        best = values[channel][at];
        labels[at] = channel;
      }
    }
  }
  return labels;
}

/** True when every value is a finite number. */
export function allFinite(values: Float32Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}
