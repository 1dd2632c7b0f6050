/** Surfaces of bodies whose volume is known, and the file format. */
import {
  add,
  CATEGORIES,
  cross,
  dot,
  Geometry,
  normalize,
  scale,
  type LabelSegment,
  type LabelVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { encodeStl } from './stl';
import { segmentSurface, type Surface } from './surface-nets';

const segment: LabelSegment = {
  number: 3,
  layer: 0,
  label: 'Ball',
  category: CATEGORIES.tissue,
  type: CATEGORIES.tissue,
  colour: [255, 0, 0],
  algorithm: { type: 'MANUAL', name: '' },
};

/** A ball of `radiusMm` around `centreLps` on an oblique, sheared, anisotropic grid. */
function ball(radiusMm: number, centreLps: Vec3): LabelVolume {
  const row = normalize([1, 0.2, -0.1]);
  const column = normalize(cross([0, 0, 1], row));
  const normal = cross(row, column);
  const [columns, rows, slices] = [70, 60, 40];
  const step = add(scale(normal, 1.4), scale(column, 0.2));
  const geometry = new Geometry({
    columns,
    rows,
    pixelSpacingMm: [0.8, 0.9],
    rowDirection: row,
    columnDirection: column,
    slicePositionsLps: Array.from({ length: slices }, (_, k) =>
      add([-30, -30, -30], scale(step, k))
    ),
  });
  const layer = new Uint8Array(geometry.voxelCount);
  for (let k = 0, at = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        const point = geometry.ijkToLps([i, j, k]);
        const away = Math.hypot(...point.map((value, axis) => value - centreLps[axis]));
        if (away <= radiusMm) layer[at] = 3;
      }
    }
  }
  return { geometry, layers: [layer], segments: [segment] };
}

const corner = ({ positionsLps }: Surface, vertex: number): Vec3 => [
  positionsLps[3 * vertex],
  positionsLps[3 * vertex + 1],
  positionsLps[3 * vertex + 2],
];

/** By the divergence theorem; positive when triangles face outwards. */
function volumeMm3(surface: Surface): number {
  let six = 0;
  for (let at = 0; at < surface.triangles.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((n) => corner(surface, surface.triangles[at + n]));
    six += dot(a, cross(b, c));
  }
  return six / 6;
}

/** Directed edges without their opposite. */
function openEdges({ triangles }: Surface): number {
  const balance = new Map<string, number>();
  for (let at = 0; at < triangles.length; at++) {
    const [from, to] = [triangles[at], triangles[at % 3 === 2 ? at - 2 : at + 1]];
    const key = from < to ? `${from}-${to}` : `${to}-${from}`;
    balance.set(key, (balance.get(key) ?? 0) + (from < to ? 1 : -1));
  }
  return [...balance.values()].filter((count) => count !== 0).length;
}

const CENTRE: Vec3 = [-4, -2, -3];

describe('the surface of a segment', () => {
  it.each([0, 2])(
    'is closed, faces outwards and holds the volume (%d rounds)',
    (smoothingRounds) => {
      const labels = ball(15, CENTRE);
      const surface = segmentSurface(labels, segment, { smoothingRounds });
      expect(openEdges(surface)).toBe(0);
      const expected = (4 / 3) * Math.PI * 15 ** 3;
      expect(Math.abs(volumeMm3(surface) / expected - 1)).toBeLessThan(0.03);
      for (let vertex = 0; vertex < surface.positionsLps.length / 3; vertex++) {
        const away = Math.hypot(...corner(surface, vertex).map((v, axis) => v - CENTRE[axis]));
        expect(Math.abs(away - 15)).toBeLessThan(1.5);
      }
    }
  );

  it('of one voxel, and at the rim of the grid, is closed', () => {
    const labels = ball(0.5, [-30, -30, -30]);
    const surface = segmentSurface(labels, segment, { smoothingRounds: 0 });
    expect([surface.positionsLps.length / 3, surface.triangles.length / 3]).toEqual([8, 12]);
    expect(openEdges(surface)).toBe(0);
    // The mean of three crossings lies a sixth of a voxel from the centre along each axis.
    expect(volumeMm3(surface)).toBeCloseTo((0.8 * 0.9 * 1.4) / 27, 6);
  });

  it('of nothing is nothing', () => {
    const labels = ball(-1, CENTRE);
    expect(segmentSurface(labels, segment).triangles).toHaveLength(0);
  });
});

describe('STL', () => {
  it('is 84 bytes and 50 a triangle, says LPS, and has unit normals', () => {
    const surface = segmentSurface(ball(5, CENTRE), segment);
    const bytes = encodeStl(surface, 'Größe <img>');
    const count = surface.triangles.length / 3;
    expect(bytes).toHaveLength(84 + 50 * count);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(80, true)).toBe(count);
    expect(new TextDecoder().decode(bytes.subarray(0, 80))).toMatch(
      /^Cordon SPACE=LPS UNIT=mm Gr\?\?e|^Cordon SPACE=LPS/
    );
    for (let triangle = 0; triangle < count; triangle++) {
      const value = (n: number) => view.getFloat32(84 + 50 * triangle + 4 * n, true);
      expect(Math.hypot(value(0), value(1), value(2))).toBeCloseTo(1, 4);
      const first = corner(surface, surface.triangles[3 * triangle]);
      first.forEach((expected, axis) => expect(value(3 + axis)).toBeCloseTo(expected, 3));
    }
  });
});
