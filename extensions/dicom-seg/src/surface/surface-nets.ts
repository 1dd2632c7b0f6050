/**
 * @file The surface of a segment as a closed triangle mesh.
 *
 * Surface nets (S. F. F. Gibson, MICCAI 1998): one vertex in each cell of eight voxel centres that the surface passes,
 * at the mean of its crossings with the cell's edges, then moved towards its neighbours without leaving its cell.
 * Coordinates are LPS in mm and follow oblique, uneven and sheared grids. Complexity O(voxels of the box around the
 * segment); memory 5 bytes for each of them, and the mesh.
 */
import type { LabelSegment, LabelVolume, Vec3 } from '@cordon/extension-workbench/pure';

export interface Surface {
  /** x, y, z of each vertex, LPS (mm). */
  readonly positionsLps: Float64Array;
  /** Three vertices a triangle, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

export interface SurfaceOptions {
  /** Rounds of smoothing. Default 2; 0 keeps the steps of the voxels. */
  readonly smoothingRounds?: number;
}

interface Cells {
  /** Voxel of the box's first corner; the box has a rim of one voxel outside the segment. */
  readonly fromIjk: Vec3;
  readonly size: Vec3;
  readonly inside: Uint8Array;
}

/** The surface of a segment; no triangles when it has no voxels. */
export function segmentSurface(
  labels: LabelVolume,
  segment: LabelSegment,
  { smoothingRounds = 2 }: SurfaceOptions = {}
): Surface {
  const cells = cellsAround(labels, segment);
  if (!cells) return { positionsLps: new Float64Array(0), triangles: new Uint32Array(0) };
  const vertexOf = new Int32Array(cells.inside.length).fill(-1);
  const vertices = cellVertices(cells, vertexOf);
  const triangles = quads(cells, vertexOf);
  const smooth = smoothed(vertices, triangles, smoothingRounds);
  const positionsLps = new Float64Array(smooth.length);
  for (let at = 0; at < smooth.length; at += 3) {
    const ijk: Vec3 = [
      smooth[at] + cells.fromIjk[0],
      smooth[at + 1] + cells.fromIjk[1],
      smooth[at + 2] + cells.fromIjk[2],
    ];
    positionsLps.set(labels.geometry.ijkToLps(ijk), at);
  }
  return { positionsLps, triangles };
}

/** The segment's voxels with a rim of one voxel, which may lie beyond the grid. */
function cellsAround({ geometry, layers }: LabelVolume, segment: LabelSegment): Cells | undefined {
  const [columns, rows, slices] = geometry.size;
  const layer = layers[segment.layer];
  const from = [columns, rows, slices];
  const to = [-1, -1, -1];
  for (let k = 0, at = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        if (layer[at] !== segment.number) continue;
        [i, j, k].forEach((value, axis) => {
          from[axis] = Math.min(from[axis], value);
          to[axis] = Math.max(to[axis], value);
        });
      }
    }
  }
  if (to[0] < 0) return undefined;
  const size: Vec3 = [to[0] - from[0] + 3, to[1] - from[1] + 3, to[2] - from[2] + 3];
  const inside = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = from[2]; k <= to[2]; k++) {
    for (let j = from[1]; j <= to[1]; j++) {
      for (let i = from[0]; i <= to[0]; i++) {
        if (layer[i + columns * (j + rows * k)] !== segment.number) continue;
        const [x, y, z] = [i - from[0] + 1, j - from[1] + 1, k - from[2] + 1];
        inside[x + size[0] * (y + size[1] * z)] = 1;
      }
    }
  }
  return { fromIjk: [from[0] - 1, from[1] - 1, from[2] - 1], size, inside };
}

/** One vertex in each cell whose corners are not all alike; `vertexOf[cell]` is its number. */
function cellVertices({ size, inside }: Cells, vertexOf: Int32Array): number[] {
  const [columns, rows, slices] = size;
  const strides = [1, columns, columns * rows];
  const vertices: number[] = [];
  for (let k = 0; k + 1 < slices; k++) {
    for (let j = 0; j + 1 < rows; j++) {
      for (let i = 0; i + 1 < columns; i++) {
        const at = i + columns * (j + rows * k);
        const corner = (n: number) =>
          inside[at + (n & 1) + ((n >> 1) & 1) * strides[1] + (n >> 2) * strides[2]];
        const sum = [0, 0, 0];
        let crossings = 0;
        for (let n = 0; n < 8; n++) {
          for (let axis = 0; axis < 3; axis++) {
            const other = n | (1 << axis);
            if (other === n || corner(n) === corner(other)) continue;
            crossings++;
            for (let part = 0; part < 3; part++) {
              sum[part] += part === axis ? 0.5 : (n >> part) & 1;
            }
          }
        }
        if (crossings === 0) continue;
        vertexOf[at] = vertices.length / 3;
        vertices.push(i + sum[0] / crossings, j + sum[1] / crossings, k + sum[2] / crossings);
      }
    }
  }
  return vertices;
}

/** Two triangles across each edge between a voxel inside and one outside, joining the four cells around it. */
function quads({ size, inside }: Cells, vertexOf: Int32Array): Uint32Array {
  const strides = [1, size[0], size[0] * size[1]];
  const triangles: number[] = [];
  for (let at = 0; at < inside.length; at++) {
    for (let axis = 0; axis < 3; axis++) {
      const next = at + strides[axis];
      if (next >= inside.length || inside[at] === inside[next]) continue;
      const [u, v] = [strides[(axis + 1) % 3], strides[(axis + 2) % 3]];
      const ring = [at, at - u, at - u - v, at - v].map((cell) => vertexOf[cell]);
      // Seen from the outside of the segment the corners run counter-clockwise.
      if (inside[at] === 0) ring.reverse();
      triangles.push(ring[0], ring[1], ring[2], ring[0], ring[2], ring[3]);
    }
  }
  return Uint32Array.from(triangles);
}

/** Moves each vertex halfway to the mean of its neighbours, at most half a voxel from where it began. */
function smoothed(start: readonly number[], triangles: Uint32Array, rounds: number): Float64Array {
  let vertices = Float64Array.from(start);
  const count = vertices.length / 3;
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(vertices.length);
    const weights = new Uint32Array(count);
    for (let at = 0; at < triangles.length; at++) {
      const vertex = triangles[at];
      const next = triangles[at % 3 === 2 ? at - 2 : at + 1];
      for (let part = 0; part < 3; part++) sums[3 * vertex + part] += vertices[3 * next + part];
      weights[vertex]++;
    }
    const moved = new Float64Array(vertices.length);
    for (let at = 0; at < moved.length; at++) {
      const mean = sums[at] / weights[Math.floor(at / 3)];
      const wanted = (vertices[at] + mean) / 2;
      moved[at] = Math.min(start[at] + 0.5, Math.max(start[at] - 0.5, wanted));
    }
    vertices = moved;
  }
  return vertices;
}
