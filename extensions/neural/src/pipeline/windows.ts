/**
 * @file Sliding windows over a volume that is larger than a network's input, and how their answers are blended.
 */
import type { Shape3 } from './grid';

/**
 * First samples of windows of `window` samples over `extent`, `overlap` (0 … <1) of a window shared by neighbours; the
 * last one is moved back to the edge. One window at 0 when the extent is not larger.
 */
export function windowStarts(extent: number, window: number, overlap: number): readonly number[] {
  if (extent <= window) return [0];
  const step = Math.max(1, Math.floor(window * (1 - overlap)));
  const last = extent - window;
  const starts: number[] = [];
  for (let start = 0; start < last; start += step) starts.push(start);
  return [...starts, last];
}

/** All windows of a volume. */
export function windowOrigins(shape: Shape3, window: Shape3, overlap: number): readonly Shape3[] {
  const starts = ([0, 1, 2] as const).map((axis) =>
    windowStarts(shape[axis], window[axis], overlap)
  );
  return starts[0].flatMap((a) =>
    starts[1].flatMap((b) => starts[2].map((c): Shape3 => [a, b, c]))
  );
}

/**
 * Importance of each sample of a window: a Gaussian with sigma = extent / 8 around its centre, 1 at the centre, and never
 * below `floor`, so that every sample counts somewhere. Shape of the window.
 */
export function gaussianImportance(window: Shape3, floor = 1e-3): Float32Array {
  const profile = window.map((extent) => {
    const sigma = extent / 8;
    const centre = (extent - 1) / 2;
    return Float64Array.from({ length: extent }, (_, at) =>
      Math.exp(-((at - centre) ** 2) / (2 * sigma ** 2))
    );
  });
  const importance = new Float32Array(window[0] * window[1] * window[2]);
  let at = 0;
  for (let a = 0; a < window[0]; a++) {
    for (let b = 0; b < window[1]; b++) {
      for (let c = 0; c < window[2]; c++) {
        importance[at++] = Math.max(floor, profile[0][a] * profile[1][b] * profile[2][c]);
      }
    }
  }
  return importance;
}
