// The relief that is flooded: gradient magnitude by central differences as in ITK's GradientMagnitude (border values repeated
// outwards), and its levels of 16 bits.

// @inline
function magnitude<T>(
  image: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  perColumn: f32,
  perRow: f32,
  perSlice: f32
): void {
  const slice = columns * rows;
  for (let k = 0; k < slices; k++) {
    const below = k > 0 ? -slice : 0;
    const above = k < slices - 1 ? slice : 0;
    for (let j = 0; j < rows; j++) {
      const before = j > 0 ? -columns : 0;
      const behind = j < rows - 1 ? columns : 0;
      const first = (k * rows + j) * columns;
      for (let at = first; at < first + columns; at++) {
        const left = at > first ? -1 : 0;
        const right = at < first + columns - 1 ? 1 : 0;
        const x = (value<T>(image, at + right) - value<T>(image, at + left)) * perColumn;
        const y = (value<T>(image, at + behind) - value<T>(image, at + before)) * perRow;
        const z = (value<T>(image, at + above) - value<T>(image, at + below)) * perSlice;
        store<f32>(out + ((<usize>at) << 2), sqrt(x * x + y * y + z * z));
      }
    }
  }
}

// @inline
function value<T>(image: usize, at: i32): f32 {
  return <f32>load<T>(image + <usize>at * sizeof<T>());
}

/**
 * Gradient magnitude. image: uint8, int16, uint16 or float32 by `type` 0 … 3; out: float32; perColumn … perSlice: 1 / (2
 * spacing) along each axis.
 */
export function gradientMagnitude(
  image: usize,
  type: i32,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  perColumn: f32,
  perRow: f32,
  perSlice: f32
): void {
  if (type == 0) magnitude<u8>(image, out, columns, rows, slices, perColumn, perRow, perSlice);
  else if (type == 1)
    magnitude<i16>(image, out, columns, rows, slices, perColumn, perRow, perSlice);
  else if (type == 2)
    magnitude<u16>(image, out, columns, rows, slices, perColumn, perRow, perSlice);
  else magnitude<f32>(image, out, columns, rows, slices, perColumn, perRow, perSlice);
}

/** Smallest and largest finite value of `count` float32 to out (2 × float32); +∞ and −∞ when there is none. */
export function extremes(image: usize, count: i32, out: usize): void {
  let least: f32 = Infinity;
  let most: f32 = -Infinity;
  for (let at = 0; at < count; at++) {
    const x = load<f32>(image + ((<usize>at) << 2));
    if (!isFinite(x)) continue;
    least = min(least, x);
    most = max(most, x);
  }
  store<f32>(out, least);
  store<f32>(out, most, 4);
}

/** out (uint16) = (image − origin) · scale, rounded, within 0 … most; NaN becomes most. */
export function toLevels(
  image: usize,
  out: usize,
  count: i32,
  origin: f32,
  scale: f32,
  most: i32
): void {
  const limit = <f32>most;
  for (let at = 0; at < count; at++) {
    const x = (load<f32>(image + ((<usize>at) << 2)) - origin) * scale + 0.5;
    const level = x >= limit || isNaN(x) ? most : x <= 0 ? 0 : <i32>x;
    store<u16>(out + ((<usize>at) << 1), <u16>level);
  }
}
