// Edge flow (Ma & Manjunath 1997): from the slopes and prediction errors of image attributes to a vector field, its propagation, and
// the boundaries where opposite flows meet. All arrays are planes of columns × rows float32.

/** Directions of flow, opposite ones 4 apart. */
const DIRECTIONS: i32 = 8;

// @inline
function cell(plane: usize, at: i32): usize {
  return plane + ((<usize>at) << 2);
}
// @inline
function clamp(at: i32, last: i32): i32 {
  return at < 0 ? 0 : at > last ? last : at;
}

/** out = √(a² + b²), the amplitude of a complex filter's output. */
export function amplitude(a: usize, b: usize, out: usize, count: i32): void {
  for (let at = 0; at < count; at++) {
    const x = load<f32>(cell(a, at));
    const y = load<f32>(cell(b, at));
    store<f32>(cell(out, at), sqrt<f32>(x * x + y * y));
  }
}

/** out = a · alpha + b · beta. */
export function mix(a: usize, alpha: f32, b: usize, beta: f32, out: usize, count: i32): void {
  for (let at = 0; at < count; at++) {
    store<f32>(cell(out, at), load<f32>(cell(a, at)) * alpha + load<f32>(cell(b, at)) * beta);
  }
}

/** Sum of squares of a plane. */
export function energyOf(plane: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < count; at++) {
    const x = <f64>load<f32>(cell(plane, at));
    sum += x * x;
  }
  return sum;
}

/** Sum of a plane. */
export function sumOf(plane: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let at = 0; at < count; at++) sum += <f64>load<f32>(cell(plane, at));
  return sum;
}

/**
 * Adds one feature to edge energies and prediction errors. smooth: the feature, smoothed; slopeX, slopeY: its derivatives; energies:
 * 4 planes, for directions 0 … 3 (the opposite ones are equal); errors: 8 planes. cosines, sines: float32 for each direction; shiftX,
 * shiftY: float32 pixels to where the prediction comes from. Between pixels it is interpolated, beyond the border repeated.
 */
export function addFeature(
  smooth: usize,
  slopeX: usize,
  slopeY: usize,
  weight: f32,
  energies: usize,
  errors: usize,
  columns: i32,
  rows: i32,
  cosines: usize,
  sines: usize,
  shiftX: usize,
  shiftY: usize
): void {
  const count = columns * rows;
  for (let d = 0; d < DIRECTIONS; d++) {
    const x = load<f32>(cell(shiftX, d));
    const y = load<f32>(cell(shiftY, d));
    const left = <i32>floor<f32>(x);
    const above = <i32>floor<f32>(y);
    const alongX = x - <f32>left;
    const alongY = y - <f32>above;
    const error = errors + ((<usize>(d * count)) << 2);
    for (let j = 0; j < rows; j++) {
      const upper = clamp(j + above, rows - 1) * columns;
      const lower = clamp(j + above + 1, rows - 1) * columns;
      for (let i = 0; i < columns; i++) {
        const i0 = clamp(i + left, columns - 1);
        const i1 = clamp(i + left + 1, columns - 1);
        const a =
          load<f32>(cell(smooth, upper + i0)) * (1 - alongX) +
          load<f32>(cell(smooth, upper + i1)) * alongX;
        const b =
          load<f32>(cell(smooth, lower + i0)) * (1 - alongX) +
          load<f32>(cell(smooth, lower + i1)) * alongX;
        const at = i + j * columns;
        const predicted = a * (1 - alongY) + b * alongY;
        const gap = abs<f32>(predicted - load<f32>(cell(smooth, at)));
        store<f32>(cell(error, at), load<f32>(cell(error, at)) + weight * gap);
      }
    }
    if (d >= DIRECTIONS / 2) continue;
    const cosine = load<f32>(cell(cosines, d));
    const sine = load<f32>(cell(sines, d));
    const energy = energies + ((<usize>(d * count)) << 2);
    for (let at = 0; at < count; at++) {
      const slope = cosine * load<f32>(cell(slopeX, at)) + sine * load<f32>(cell(slopeY, at));
      store<f32>(cell(energy, at), load<f32>(cell(energy, at)) + weight * abs<f32>(slope));
    }
  }
}

/** Adds an attribute: total energies += scale · energies; probabilities += weight · error / (error + opposite error). */
export function addAttribute(
  energies: usize,
  errors: usize,
  scale: f32,
  weight: f32,
  totalEnergies: usize,
  probabilities: usize,
  count: i32
): void {
  for (let at = 0; at < count * (DIRECTIONS / 2); at++) {
    const sum = load<f32>(cell(totalEnergies, at)) + scale * load<f32>(cell(energies, at));
    store<f32>(cell(totalEnergies, at), sum);
  }
  for (let d = 0; d < DIRECTIONS; d++) {
    const own = errors + ((<usize>(d * count)) << 2);
    const other = errors + ((<usize>((d ^ 4) * count)) << 2);
    const to = probabilities + ((<usize>(d * count)) << 2);
    for (let at = 0; at < count; at++) {
      const error = load<f32>(cell(own, at));
      const sum = error + load<f32>(cell(other, at));
      const share: f32 = sum > 0 ? error / sum : 0.5;
      store<f32>(cell(to, at), load<f32>(cell(to, at)) + weight * share);
    }
  }
}

/**
 * The flow of each pixel: the half plane of four directions with the largest probability, and in it the sum of energy · direction.
 * Of equal half planes the first wins.
 */
export function makeFlow(
  energies: usize,
  probabilities: usize,
  cosines: usize,
  sines: usize,
  flowX: usize,
  flowY: usize,
  count: i32
): void {
  const half = DIRECTIONS / 2;
  for (let at = 0; at < count; at++) {
    let best: f32 = -1;
    let first = 0;
    for (let d = 0; d < DIRECTIONS; d++) {
      let sum: f32 = 0;
      for (let n = 0; n < half; n++) {
        const direction = (d + n) & (DIRECTIONS - 1);
        sum += load<f32>(cell(probabilities, direction * count + at));
      }
      if (sum > best) {
        best = sum;
        first = d;
      }
    }
    let x: f32 = 0;
    let y: f32 = 0;
    for (let n = 0; n < half; n++) {
      const direction = (first + n) & (DIRECTIONS - 1);
      const energy = load<f32>(cell(energies, (direction & (half - 1)) * count + at));
      x += energy * load<f32>(cell(cosines, direction));
      y += energy * load<f32>(cell(sines, direction));
    }
    store<f32>(cell(flowX, at), x);
    store<f32>(cell(flowY, at), y);
  }
}

/** −1, 0 or 1: the step along an axis of the neighbour in the direction of a vector (eight sectors of 45°). */
// @inline
function towards(along: f32, across: f32): i32 {
  // tan 22.5°
  if (abs<f32>(along) <= abs<f32>(across) * <f32>0.41421356) return 0;
  return along > 0 ? 1 : -1;
}

/**
 * One step of the propagation: each vector goes to the neighbour in its direction when that one's vector does not point against it
 * (their product is positive), and is added there; otherwise it stays. next is overwritten. Returns how many vectors moved.
 */
export function propagate(
  flowX: usize,
  flowY: usize,
  nextX: usize,
  nextY: usize,
  columns: i32,
  rows: i32
): i32 {
  const bytes = (<usize>(columns * rows)) << 2;
  memory.fill(nextX, 0, bytes);
  memory.fill(nextY, 0, bytes);
  let moved = 0;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = i + j * columns;
      const x = load<f32>(cell(flowX, at));
      const y = load<f32>(cell(flowY, at));
      if (x == 0 && y == 0) continue;
      const ni = i + towards(x, y);
      const nj = j + towards(y, x);
      let to = at;
      if (ni >= 0 && nj >= 0 && ni < columns && nj < rows) {
        const near = ni + nj * columns;
        const product = x * load<f32>(cell(flowX, near)) + y * load<f32>(cell(flowY, near));
        if (product > 0) {
          to = near;
          moved++;
        }
      }
      store<f32>(cell(nextX, to), load<f32>(cell(nextX, to)) + x);
      store<f32>(cell(nextY, to), load<f32>(cell(nextY, to)) + y);
    }
  }
  return moved;
}

/**
 * Boundaries between pixels whose flows point at each other, as energy of both pixels: the larger of what meets across columns and
 * across rows.
 */
export function meet(flowX: usize, flowY: usize, out: usize, columns: i32, rows: i32): void {
  const count = columns * rows;
  memory.fill(out, 0, (<usize>count) << 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = i + j * columns;
      if (i + 1 < columns) join(flowX, out, at, at + 1);
      if (j + 1 < rows) join(flowY, out, at, at + columns);
    }
  }
}

// @inline
function join(flow: usize, out: usize, a: i32, b: i32): void {
  const first = load<f32>(cell(flow, a));
  const second = load<f32>(cell(flow, b));
  if (!(first > 0 && second < 0)) return;
  const energy = first - second;
  if (energy > load<f32>(cell(out, a))) store<f32>(cell(out, a), energy);
  if (energy > load<f32>(cell(out, b))) store<f32>(cell(out, b), energy);
}
