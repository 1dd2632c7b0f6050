/**
 * @file A cubic B-spline over an image: a lattice of control points, fitted to samples and evaluated on any grid.
 * Lee S, Wolberg G, Shin S. Scattered data interpolation with multilevel B-splines. IEEE TVCG 3(3):228-244, 1997.
 */
import type { BiasKernels } from '../../generated/bias';
import type { Arena } from '../../kernels/arena';

export type Triple = readonly [number, number, number];

/** Control points: values in the order of voxels. The spline has size - 3 spans along each axis. */
export interface Lattice {
  readonly size: Triple;
  readonly values: Float64Array;
}

export const emptyLattice = (size: Triple): Lattice => ({
  size,
  values: new Float64Array(size[0] * size[1] * size[2]),
});

/** Where samples lie: their indexes along each axis of an image of `extent` voxels. */
export interface Samples {
  readonly extent: Triple;
  readonly positions: readonly [readonly number[], readonly number[], readonly number[]];
}

interface Tables {
  readonly index: number;
  readonly weights: number;
}

/** First control point and four weights of each sample along the three axes, in the arena. */
function tablesFor(arena: Arena, { extent, positions }: Samples, size: Triple): Tables[] {
  return positions.map((samples, axis) => {
    const spans = size[axis] - 3;
    const index = arena.allocate(samples.length * 4);
    const weights = arena.allocate(samples.length * 32);
    const first = arena.i32(index, samples.length);
    const table = arena.f64(weights, samples.length * 4);
    samples.forEach((position, at) => {
      // ITK keeps a thousandth of a voxel away from the end of the last span.
      const last = spans * (1 - 1e-3 / Math.max(1, extent[axis] - 1));
      const u = extent[axis] > 1 ? Math.min((position / (extent[axis] - 1)) * spans, last) : 0;
      const span = Math.floor(u);
      const t = u - span;
      first[at] = span;
      table[4 * at] = (1 - t) ** 3 / 6;
      table[4 * at + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
      table[4 * at + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6;
      table[4 * at + 3] = t ** 3 / 6;
    });
    return { index, weights };
  });
}

const counts = ({ positions }: Samples): Triple => [
  positions[0].length,
  positions[1].length,
  positions[2].length,
];

/** The lattice of `size` that fits the values (float32 at an address) best where the mask is not 0. */
export function fitLattice(
  kernels: BiasKernels,
  arena: Arena,
  samples: Samples,
  values: number,
  mask: number,
  size: Triple
): Lattice {
  const mark = arena.mark();
  const [x, y, z] = tablesFor(arena, samples, size);
  const points = size[0] * size[1] * size[2];
  const [delta, omega] = [arena.allocate(points * 8), arena.allocate(points * 8)];
  const line = arena.allocate(size[0] * 16);
  arena.f64(delta, points).fill(0);
  arena.f64(omega, points).fill(0);
  kernels.fitLattice(
    values,
    mask,
    ...counts(samples),
    x.index,
    x.weights,
    y.index,
    y.weights,
    z.index,
    z.weights,
    size[0],
    size[1],
    delta,
    omega,
    line
  );
  const weights = arena.f64(omega, points);
  const fitted = arena
    .f64(delta, points)
    .map((sum, at) => (weights[at] > 0 ? sum / weights[at] : 0));
  arena.rewind(mark);
  return { size, values: fitted };
}

/** Writes the spline at the samples (float32) to `out`. */
export function evaluateLattice(
  kernels: BiasKernels,
  arena: Arena,
  samples: Samples,
  { size, values }: Lattice,
  out: number
): void {
  const mark = arena.mark();
  const [x, y, z] = tablesFor(arena, samples, size);
  const lattice = arena.allocate(values.byteLength);
  const plane = arena.allocate(size[0] * size[1] * 8);
  const line = arena.allocate(size[0] * 8);
  arena.f64(lattice, values.length).set(values);
  kernels.evaluateLattice(
    lattice,
    out,
    ...counts(samples),
    x.index,
    x.weights,
    y.index,
    y.weights,
    z.index,
    z.weights,
    size[0],
    size[1],
    plane,
    line
  );
  arena.rewind(mark);
}

/** The same spline with twice the spans along each axis that `axes` names. */
export function refineLattice(lattice: Lattice, axes: readonly boolean[]): Lattice {
  let refined = lattice;
  axes.forEach((wanted, axis) => {
    if (wanted) refined = refineAxis(refined, axis);
  });
  return refined;
}

function refineAxis({ size, values }: Lattice, axis: number): Lattice {
  const bigger: [number, number, number] = [...size];
  bigger[axis] = 2 * size[axis] - 3;
  const result = emptyLattice(bigger);
  const stride = axis === 0 ? 1 : axis === 1 ? size[0] : size[0] * size[1];
  let to = 0;
  for (let z = 0; z < bigger[2]; z++) {
    for (let y = 0; y < bigger[1]; y++) {
      for (let x = 0; x < bigger[0]; x++) {
        const place = [x, y, z];
        const odd = place[axis] % 2;
        place[axis] = (place[axis] - odd) / 2;
        const at = place[0] + size[0] * (place[1] + size[1] * place[2]);
        const [a, b] = [values[at], values[at + stride]];
        result.values[to++] = odd ? (a + 6 * b + values[at + 2 * stride]) / 8 : (a + b) / 2;
      }
    }
  }
  return result;
}
