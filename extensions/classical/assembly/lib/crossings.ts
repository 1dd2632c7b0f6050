// Zero crossings on rows of float32: neighbours along a row, border values repeated outwards, and the rule of ITK.

// @inline
export function value(at: usize): f32 {
  return load<f32>(at);
}

// @inline
export function before(x: i32): usize {
  return (<usize>(x > 0 ? x - 1 : 0)) << 2;
}

// @inline
export function after(x: i32, nx: i32): usize {
  return (<usize>(x < nx - 1 ? x + 1 : x)) << 2;
}

/** Whether the sign changes from `a` to its neighbour `b` and `a` is the one nearer 0; on a tie the `first` of a pair. */
// @inline
export function crosses(a: f32, b: f32, first: bool): bool {
  const differ = (a < 0 && b > 0) || (a > 0 && b < 0) || (a == 0 && b != 0) || (a != 0 && b == 0);
  if (!differ) return false;
  const nearness = abs<f32>(a);
  const other = abs<f32>(b);
  return nearness < other || (nearness == other && first);
}

/** Zero crossings by ITK's definition (ZeroCrossingImageFilter): nearer to 0 than a face neighbour of the other sign. */
// @inline
export function isCrossing(
  here: usize,
  y0: usize,
  y1: usize,
  z0: usize,
  z1: usize,
  x: i32,
  nx: i32
): bool {
  const at = (<usize>x) << 2;
  const own = value(here + at);
  return (
    crosses(own, value(here + before(x)), false) ||
    crosses(own, value(y0 + at), false) ||
    crosses(own, value(z0 + at), false) ||
    crosses(own, value(here + after(x, nx)), true) ||
    crosses(own, value(y1 + at), true) ||
    crosses(own, value(z1 + at), true)
  );
}
