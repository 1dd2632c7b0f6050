/**
 * @file From a network's scores to probabilities and labels. Channels are planes of `samples` values each.
 */

/** Softmax over channels, in place, shifted by the largest score so that nothing overflows. */
export function softmax(scores: Float32Array, channels: number, samples: number): void {
  if (channels === 2) {
    softmaxOfTwo(scores, samples);
    return;
  }
  for (let at = 0; at < samples; at++) {
    const end = channels * samples;
    let largest = scores[at];
    for (let from = at + samples; from < end; from += samples) {
      if (scores[from] > largest) largest = scores[from];
    }
    let sum = 0;
    for (let from = at; from < end; from += samples) {
      // The largest one costs nothing: exp(0).
      const value = scores[from] === largest ? 1 : Math.exp(scores[from] - largest);
      scores[from] = value;
      sum += value;
    }
    for (let from = at; from < end; from += samples) scores[from] /= sum;
  }
}

/** The same numbers with one exponential a sample and no inner loop. */
function softmaxOfTwo(scores: Float32Array, samples: number): void {
  for (let at = 0, other = samples; at < samples; at++, other++) {
    const difference = scores[other] - scores[at];
    // Rounded as a score is when it is stored.
    const small = Math.fround(Math.exp(difference > 0 ? -difference : difference));
    const sum = 1 + small;
    const [large, rest] = [1 / sum, small / sum];
    scores[at] = difference > 0 ? rest : large;
    scores[other] = difference > 0 ? large : rest;
  }
}

/** What probabilities may be off: some networks compute them in 16 bits. */
const PROBABILITY_TOLERANCE = 0.01;

/** True when no value is negative and those of each sample add up to 1. */
export function areProbabilities(values: Float32Array, channels: number, samples: number): boolean {
  for (let at = 0; at < samples; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = values[channel * samples + at];
      if (value < -PROBABILITY_TOLERANCE) return false;
      sum += value;
    }
    if (Math.abs(sum - 1) > PROBABILITY_TOLERANCE) return false;
  }
  return true;
}

/** Channel with the largest value a sample; the first of equals. */
export function argmax(values: readonly Float32Array[]): Uint8Array {
  const labels = new Uint8Array(values[0].length);
  if (values.length === 2) {
    const [background, own] = values;
    for (let at = 0; at < labels.length; at++) labels[at] = Number(own[at] > background[at]);
    return labels;
  }
  const best = values[0].slice();
  // Class by class: each is read from front to back.
  for (let channel = 1; channel < values.length; channel++) {
    const own = values[channel];
    for (let at = 0; at < labels.length; at++) {
      if (own[at] > best[at]) {
        best[at] = own[at];
        labels[at] = channel;
      }
    }
  }
  return labels;
}

/** True when every value is a finite number. */
export function allFinite(values: Float32Array): boolean {
  // 0 times a finite number is 0, and times any other it is no number: one sum tells, without a branch for each value.
  let nothing = 0;
  for (let at = 0; at < values.length; at++) nothing += 0 * values[at];
  return nothing === 0;
}
