/**
 * @file What is drawn over an image: prompts, the brush, and what a method foresees, as paths on the screen. Knows no viewer.
 */
import type { ContourResult, LabelResult } from '../../method/contract';
import { boxHandles } from '../../prompts/box-edit';
import { planeTest, type DrawingPlane, type SlicePlane } from '../../prompts/brush';
import { isSameSlice } from '../../prompts/gestures';
import type { PromptSet } from '../../prompts/prompt-set';
import { rowPieces, type RowPiece } from '../../prompts/voxel-runs';
import { boxSize, type Box } from '../../volume/box';
import type { Geometry } from '../../volume/geometry';
import type { Vec3 } from '../../volume/vector';
import { labelColour } from './label-colours';

/** A path of the overlay; lengths are pixels of the screen. */
export interface Shape {
  readonly key: string;
  /** What it stands for: `seed`, `scribble`, `box` … */
  readonly role: string;
  readonly path: string;
  readonly fill?: string;
  readonly fillOpacity?: number;
  readonly stroke?: string;
  readonly width?: number;
  readonly dash?: string;
}

type ScreenPoint = readonly [number, number];

/** One viewport: its plane, and where a voxel index (continuous) lies on its screen. */
export interface View {
  readonly geometry: Geometry;
  readonly plane: DrawingPlane;
  toScreen(ijk: Vec3): ScreenPoint;
  /** Screen pixels a millimetre. */
  readonly pixelsPerMm: number;
}

const HALO = '#000000';

/** Everything of a set that lies in the plane. */
export function promptShapes(set: PromptSet, view: View): readonly Shape[] {
  return [
    ...scribbleShapes(set, view),
    ...boxShapes(set.box, view),
    ...sphereShapes(set, view),
    ...pathShapes(set, view),
    ...seedShapes(set, view),
  ];
}

function scribbleShapes({ scribbles }: PromptSet, view: View): readonly Shape[] {
  return scribbles.map(({ label, runs }) => ({
    key: `scribble-${label}`,
    role: 'scribble',
    path: piecesPath(rowPieces(runs, view.geometry.size), view),
    fill: labelColour(label),
    fillOpacity: 0.75,
  }));
}

function seedShapes({ seeds }: PromptSet, view: View): readonly Shape[] {
  const onPlane = planeTest(view.plane, view.geometry);
  return seeds
    .filter(({ ijk }) => onPlane(ijk))
    .flatMap(({ ijk, label }) => {
      const [x, y] = view.toScreen(ijk);
      const key = `seed-${ijk.join('-')}`;
      const colour = labelColour(label);
      const sign = label === 0 ? line([x - 3, y], [x + 3, y]) : cross([x, y], 3);
      return [
        { key, role: 'seed', path: circle([x, y], 6), fill: colour, stroke: HALO, width: 1.5 },
        { key: `${key}-sign`, role: 'sign', path: sign, stroke: HALO, width: 1.5 },
      ];
    });
}

function boxShapes(box: Box | undefined, view: View): readonly Shape[] {
  if (!box || view.plane.kind !== 'slice') return [];
  const handles = boxHandles(box, view.plane);
  if (handles.length === 0) return [];
  const corners = outlineOf(box, view.plane).map((ijk) => view.toScreen(ijk));
  const frame = closed(corners);
  return [
    { key: 'box-halo', role: 'halo', path: frame, stroke: HALO, width: 3.5 },
    { key: 'box', role: 'box', path: frame, stroke: '#ffffff', width: 1.5 },
    ...handles.map(({ ijk }, at) => ({
      key: `box-handle-${at}`,
      role: 'box-handle',
      path: square(view.toScreen(ijk), 4),
      fill: '#ffffff',
      stroke: HALO,
      width: 1,
    })),
  ];
}

/** Where the spheres around the seeds cut the plane. */
function sphereShapes({ seeds, radiusMm }: PromptSet, view: View): readonly Shape[] {
  const { geometry, plane } = view;
  if (radiusMm === undefined || plane.kind !== 'slice') return [];
  return seeds.flatMap(({ ijk, label }) => {
    const there: [number, number, number] = [...ijk];
    there[plane.axis] = plane.index;
    const apart = (ijk[plane.axis] - plane.index) * geometry.spacingMm[plane.axis];
    if (Math.abs(apart) >= radiusMm) return [];
    const radius = Math.sqrt(radiusMm ** 2 - apart ** 2) * view.pixelsPerMm;
    const path = circle(view.toScreen(there), radius);
    return [
      { key: `sphere-${label}-halo`, role: 'halo', path, stroke: HALO, width: 3.5 },
      { key: `sphere-${label}`, role: 'sphere', path, stroke: labelColour(label), width: 1.5 },
    ];
  });
}

function pathShapes({ path, pathSlice }: PromptSet, view: View): readonly Shape[] {
  if (!pathSlice || view.plane.kind !== 'slice' || !isSameSlice(pathSlice, view.plane)) return [];
  return path.map((ijk, at) => ({
    key: `anchor-${at}`,
    role: 'anchor',
    path: square(view.toScreen(ijk), 3.5),
    fill: at === 0 ? '#ffffff' : labelColour(1),
    stroke: HALO,
    width: 1,
  }));
}

/** The brush around the mouse. */
export function brushShape(at: ScreenPoint, radiusPixels: number, label?: number): Shape {
  return {
    key: 'brush',
    role: 'brush',
    path: circle(at, Math.max(1, radiusPixels)),
    stroke: label === undefined ? '#ffffff' : labelColour(label),
    width: 1.5,
    dash: label === undefined ? '4 3' : undefined,
  };
}

/** The part of a result that lies in the plane. */
export function foresightShapes(
  { labels, contour }: { readonly labels?: LabelResult; readonly contour?: ContourResult },
  view: View
): readonly Shape[] {
  const shapes: Shape[] = [];
  if (labels && view.plane.kind === 'slice') {
    shapes.push({
      key: 'foresight',
      role: 'foresight',
      path: piecesPath(slicePieces(labels, view.plane), view),
      fill: labelColour(1),
      fillOpacity: 0.45,
    });
  }
  if (contour && contour.pointsIjk.length > 0) {
    const points = contour.pointsIjk.map((ijk) => view.toScreen(ijk));
    const path = contour.closed ? closed(points) : open(points);
    shapes.push(
      { key: 'wire-halo', role: 'halo', path, stroke: HALO, width: 4 },
      { key: 'wire', role: 'wire', path, stroke: labelColour(1), width: 2 }
    );
  }
  return shapes;
}

/** Labelled voxels of one slice of a result as pieces of rows. */
export function slicePieces({ box, voxels }: LabelResult, { axis, index }: SlicePlane): RowPiece[] {
  const [columns, rows] = boxSize(box);
  const from: [number, number, number] = [...box.fromIjk];
  const to: [number, number, number] = [...box.toIjk];
  if (index < from[axis] || index >= to[axis]) return [];
  from[axis] = index;
  to[axis] = index + 1;
  const pieces: RowPiece[] = [];
  for (let k = from[2]; k < to[2]; k++) {
    for (let j = from[1]; j < to[1]; j++) {
      const row = columns * (j - box.fromIjk[1] + rows * (k - box.fromIjk[2])) - box.fromIjk[0];
      for (let i = from[0]; i < to[0]; i++) {
        if (voxels[row + i] === 0) continue;
        const first = i;
        while (i < to[0] && voxels[row + i] !== 0) i++;
        pieces.push({ from: first, to: i, j, k });
      }
    }
  }
  return pieces;
}

/** The pieces that lie in the plane, each voxel in full size. */
function piecesPath(pieces: readonly RowPiece[], view: View): string {
  const { plane, geometry } = view;
  const parts: string[] = [];
  if (plane.kind === 'oblique') {
    const onPlane = planeTest(plane, geometry);
    const radius = (Math.min(...geometry.spacingMm) / 2) * view.pixelsPerMm;
    for (const { from, to, j, k } of pieces) {
      for (let i = from; i < to; i++) {
        if (onPlane([i, j, k])) parts.push(square(view.toScreen([i, j, k]), Math.max(1, radius)));
      }
    }
    return parts.join('');
  }
  for (const { from, to, j, k } of pieces) {
    const voxels: Box = { fromIjk: [from, j, k], toIjk: [to, j + 1, k + 1] };
    if (plane.index < voxels.fromIjk[plane.axis] || plane.index >= voxels.toIjk[plane.axis])
      continue;
    parts.push(closed(outlineOf(voxels, plane).map((ijk) => view.toScreen(ijk))));
  }
  return parts.join('');
}

/** Corners of a box in a slice: half a voxel outside of the outermost centres. */
function outlineOf({ fromIjk, toIjk }: Box, { axis, index }: SlicePlane): readonly Vec3[] {
  const [u, v] = ([0, 1, 2] as const).filter((other) => other !== axis);
  const corner = (atU: number, atV: number): Vec3 => {
    const ijk: [number, number, number] = [0, 0, 0];
    ijk[axis] = index;
    ijk[u] = atU;
    ijk[v] = atV;
    return ijk;
  };
  const [u0, u1, v0, v1] = [fromIjk[u] - 0.5, toIjk[u] - 0.5, fromIjk[v] - 0.5, toIjk[v] - 0.5];
  return [corner(u0, v0), corner(u1, v0), corner(u1, v1), corner(u0, v1)];
}

const round = (value: number) => Math.round(value * 10) / 10;
const text = ([x, y]: ScreenPoint) => `${round(x)} ${round(y)}`;
const open = (points: readonly ScreenPoint[]) => `M${points.map(text).join('L')}`;
const closed = (points: readonly ScreenPoint[]) => `${open(points)}Z`;
const line = (a: ScreenPoint, b: ScreenPoint) => open([a, b]);
const cross = ([x, y]: ScreenPoint, arm: number) =>
  line([x - arm, y], [x + arm, y]) + line([x, y - arm], [x, y + arm]);
const square = ([x, y]: ScreenPoint, half: number) =>
  closed([
    [x - half, y - half],
    [x + half, y - half],
    [x + half, y + half],
    [x - half, y + half],
  ]);
const circle = ([x, y]: ScreenPoint, radius: number) => {
  const r = round(radius);
  return `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
};
