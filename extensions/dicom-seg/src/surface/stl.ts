/**
 * @file Binary STL: 84 bytes of header and 50 bytes a triangle. The format knows no units and no patient; the header says
 * that coordinates are LPS in millimetres, in the words that 3D Slicer reads.
 */
import type { Surface } from './surface-nets';

/** The mesh as a file. Complexity O(triangles). */
export function encodeStl(
  { positionsLps, triangles }: Surface,
  name: string
): Uint8Array<ArrayBuffer> {
  const count = triangles.length / 3;
  const bytes = new Uint8Array(84 + 50 * count);
  const header = `Cordon SPACE=LPS UNIT=mm ${name}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
  bytes.set(new TextEncoder().encode(header));
  const view = new DataView(bytes.buffer);
  view.setUint32(80, count, true);
  for (let triangle = 0, at = 84; triangle < count; triangle++, at += 50) {
    const corners = [0, 1, 2].map((corner) => {
      const vertex = 3 * triangles[3 * triangle + corner];
      return [positionsLps[vertex], positionsLps[vertex + 1], positionsLps[vertex + 2]];
    });
    [normalOf(corners), ...corners].forEach((vector, row) =>
      vector.forEach((value, part) => view.setFloat32(at + 12 * row + 4 * part, value, true))
    );
  }
  return bytes;
}

function normalOf([a, b, c]: readonly (readonly number[])[]): readonly number[] {
  const u = b.map((value, part) => value - a[part]);
  const v = c.map((value, part) => value - a[part]);
  const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const norm = Math.hypot(...cross);
  return norm > 0 ? cross.map((value) => value / norm) : [0, 0, 0];
}
