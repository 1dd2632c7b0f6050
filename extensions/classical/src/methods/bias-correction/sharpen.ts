/**
 * @file Sharpening of a histogram of log values: deconvolution with a Gaussian, then the expected true value of each bin.
 * Sled J, Zijdenbos A, Evans A. A nonparametric method for automatic correction of intensity nonuniformity in MRI data. IEEE
 * TMI 17(1):87-97, 1998, in the order of ITK's N4.
 */

export interface SharpenSettings {
  /** Full width at half maximum of the bias field's Gaussian, in log values. */
  readonly fullWidth: number;
  readonly wienerNoise: number;
}

/** Expected value of each bin, bins being `step` apart from `least`. */
export function sharpenedValues(
  histogram: Float64Array,
  least: number,
  step: number,
  { fullWidth, wienerNoise }: SharpenSettings
): Float64Array {
  const bins = histogram.length;
  const size = 2 ** (Math.ceil(Math.log2(bins)) + 1);
  const offset = Math.floor(0.5 * (size - bins));
  const observed = complex(size);
  observed.re.set(histogram, offset);
  const gauss = complex(size);
  gauss.re.set(gaussian(size, fullWidth / step));
  transform(observed, false);
  transform(gauss, false);
  const sharp = complex(size);
  for (let at = 0; at < size; at++) {
    const power = gauss.re[at] ** 2 + gauss.im[at] ** 2;
    const wiener = gauss.re[at] / (power + wienerNoise);
    sharp.re[at] = observed.re[at] * wiener;
    sharp.im[at] = observed.im[at] * wiener;
  }
  transform(sharp, true);
  const numerator = complex(size);
  const denominator = complex(size);
  for (let at = 0; at < size; at++) {
    const count = Math.max(sharp.re[at], 0);
    numerator.re[at] = (least + (at - offset) * step) * count;
    denominator.re[at] = count;
  }
  for (const one of [numerator, denominator]) {
    transform(one, false);
    multiply(one, gauss);
    transform(one, true);
  }
  return Float64Array.from({ length: bins }, (_, bin) => {
    const value = numerator.re[bin + offset] / denominator.re[bin + offset];
    return Number.isFinite(value) ? value : 0;
  });
}

/** A Gaussian of sum 1 around place 0, wrapped round. */
function gaussian(size: number, fullWidth: number): Float64Array {
  const factor = (4 * Math.LN2) / fullWidth ** 2;
  const scale = (2 * Math.sqrt(Math.LN2 / Math.PI)) / fullWidth;
  return Float64Array.from({ length: size }, (_, at) => {
    const distance = Math.min(at, size - at);
    return scale * Math.exp(-(distance ** 2) * factor);
  });
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const complex = (size: number): Complex => ({
  re: new Float64Array(size),
  im: new Float64Array(size),
});

function multiply(a: Complex, b: Complex): void {
  for (let at = 0; at < a.re.length; at++) {
    const re = a.re[at] * b.re[at] - a.im[at] * b.im[at];
    a.im[at] = a.re[at] * b.im[at] + a.im[at] * b.re[at];
    a.re[at] = re;
  }
}

/** Fourier transform in place (radix 2, Cooley & Tukey 1965); the inverse divides by the size. */
function transform({ re, im }: Complex, inverse: boolean): void {
  const size = re.length;
  for (let at = 1, mirrored = 0; at < size; at++) {
    let bit = size >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (at < mirrored) {
      [re[at], re[mirrored]] = [re[mirrored], re[at]];
      [im[at], im[mirrored]] = [im[mirrored], im[at]];
    }
  }
  for (let width = 2; width <= size; width *= 2) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / width;
    for (let half = 0; half < width / 2; half++) {
      const [cos, sin] = [Math.cos(angle * half), Math.sin(angle * half)];
      for (let at = half; at < size; at += width) {
        const other = at + width / 2;
        const partRe = re[other] * cos - im[other] * sin;
        const partIm = re[other] * sin + im[other] * cos;
        re[other] = re[at] - partRe;
        im[other] = im[at] - partIm;
        re[at] += partRe;
        im[at] += partIm;
      }
    }
  }
  if (!inverse) return;
  for (let at = 0; at < size; at++) {
    re[at] /= size;
    im[at] /= size;
  }
}
