/**
 * @file The discrete Gaussian of Lindeberg (IEEE TPAMI 12(3):234-254, 1990) as ITK's GaussianOperator samples it.
 */

/** ITK's default bound of the part of the Gaussian that is cut off. */
const MAXIMUM_ERROR = 0.01;
const MAXIMUM_WIDTH = 32;

/** Symmetric weights e^-t I_n(t) for `variance` t (voxels²), cut where they sum to 0.99 and normalised to 1. */
export function itkGaussianWeights(variance: number): Float64Array {
  if (variance === 0) return Float64Array.of(1);
  const bessel = scaledBessel(variance);
  const half = [bessel[0], bessel[1]];
  let sum = bessel[0] + 2 * bessel[1];
  for (let n = 2; sum < 1 - MAXIMUM_ERROR && n < bessel.length; n++) {
    half.push(bessel[n]);
    sum += 2 * bessel[n];
    if (half.length > MAXIMUM_WIDTH) break;
  }
  const radius = half.length - 1;
  return Float64Array.from(
    { length: 2 * radius + 1 },
    (_, at) => half[Math.abs(at - radius)] / sum
  );
}

/** e^-t I_n(t) for n = 0, 1, … by Miller's downward recurrence, normalised by the sum e^t = I_0 + 2 (I_1 + I_2 + …). */
function scaledBessel(t: number): number[] {
  const most = Math.ceil(t + 12 * Math.sqrt(t) + 30);
  const values = new Array<number>(most + 2).fill(0);
  values[most] = 1e-300;
  for (let n = most; n > 0; n--) {
    values[n - 1] = values[n + 1] + ((2 * n) / t) * values[n];
    if (values[n - 1] > 1e250) for (let m = n - 1; m <= most; m++) values[m] *= 1e-250;
  }
  const sum = values.reduce((total, value, n) => total + (n === 0 ? value : 2 * value), 0);
  return values.map((value) => value / sum);
}
