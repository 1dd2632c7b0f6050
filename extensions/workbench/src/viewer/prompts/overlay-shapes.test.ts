import { volumeOf } from '../../../../../test/support/volumes';
import { strokeVoxels, type DrawingPlane } from '../../prompts/brush';
import {
  EMPTY_SET,
  withAnchor,
  withBox,
  withSeed,
  withSphere,
  withStroke,
} from '../../prompts/prompt-set';
import type { PromptSet } from '../../prompts/prompt-set';
import type { Vec3 } from '../../volume/vector';
import { foresightShapes, promptShapes, slicePieces, type View } from './overlay-shapes';

const SIZE: Vec3 = [20, 16, 12];
const { geometry } = volumeOf(SIZE, new Uint8Array(20 * 16 * 12), [1, 1, 2]);

/** A view along an axis: ten screen pixels a voxel, the two other indexes in their order. */
function viewOf(plane: DrawingPlane): View {
  const axis = plane.kind === 'slice' ? plane.axis : 2;
  const toScreen: View['toScreen'] = (ijk) => {
    const [x, y] = ijk.filter((_, at) => at !== axis);
    return [10 * x, 10 * y];
  };
  return { geometry, plane, toScreen, pixelsPerMm: 10 };
}
const slice = (axis: 0 | 1 | 2, index: number) => viewOf({ kind: 'slice', axis, index });

/** Area of the closed polygons of a path (screen pixels²). */
function area(path: string): number {
  return path
    .split('M')
    .filter(Boolean)
    .reduce((sum, polygon) => {
      const points = polygon
        .replace('Z', '')
        .split('L')
        .map((point) => point.split(' ').map(Number));
      const doubled = points.reduce((twice, [x, y], at) => {
        const [u, v] = points[(at + 1) % points.length];
        return twice + x * v - u * y;
      }, 0);
      return sum + Math.abs(doubled) / 2;
    }, 0);
}
const roles = (set: PromptSet, view: View) => promptShapes(set, view).map(({ role }) => role);

describe('the overlay', () => {
  it('shows a scribble in its slice at the size of its voxels, and as a line across it', () => {
    const centre = geometry.ijkToLps([10, 8, 5]);
    const plane: DrawingPlane = { kind: 'slice', axis: 2, index: 5 };
    const runs = strokeVoxels({ fromLps: centre, toLps: centre, radiusMm: 3, plane }, geometry);
    const set = withStroke(EMPTY_SET, 1, runs);
    const voxels = 29; // lattice points within 3 of the origin
    expect(area(promptShapes(set, slice(2, 5))[0].path)).toBeCloseTo(100 * voxels, 0);
    // Across: seven voxels wide, one slice high.
    expect(area(promptShapes(set, slice(1, 8))[0].path)).toBeCloseTo(100 * 7, 0);
    expect(promptShapes(set, slice(2, 6))[0].path).toBe('');
    expect(promptShapes(set, slice(1, 12))[0].path).toBe('');
  });

  it('shows seeds, anchors and boxes only in planes that they lie in', () => {
    const seeded = withSeed(EMPTY_SET, { ijk: [3, 4, 5], label: 0 });
    expect(roles(seeded, slice(2, 5))).toContain('seed');
    expect(roles(seeded, slice(0, 3))).toContain('seed');
    expect(roles(seeded, slice(2, 4))).toEqual([]);
    const boxed = withBox(EMPTY_SET, { fromIjk: [2, 2, 2], toIjk: [6, 7, 8] });
    const frame = promptShapes(boxed, slice(2, 7)).find(({ role }) => role === 'box');
    expect(area(frame!.path)).toBe(100 * 4 * 5);
    expect(roles(boxed, slice(2, 7)).filter((role) => role === 'box-handle')).toHaveLength(8);
    expect(roles(boxed, slice(2, 8))).toEqual([]);
    const path = withAnchor(EMPTY_SET, [3, 4, 5], { axis: 2, index: 5 });
    expect(roles(path, slice(2, 5))).toEqual(['anchor']);
    expect(roles(path, slice(0, 3))).toEqual([]);
  });

  it('shows a sphere where it cuts the plane', () => {
    const set = withSphere(EMPTY_SET, { ijk: [10, 8, 5], label: 1 }, 5);
    expect(roles(set, slice(2, 7))).toContain('sphere');
    expect(roles(set, slice(2, 8))).not.toContain('sphere');
    // 4 mm off the centre a ball of 5 mm is 3 mm wide.
    const cut = promptShapes(set, slice(2, 7)).find(({ role }) => role === 'sphere')!;
    expect(cut.path).toContain('a30 30');
  });

  it('cuts a result along any axis', () => {
    const box = { fromIjk: [4, 3, 2], toIjk: [9, 8, 7] } as const;
    const voxels = new Uint8Array(125).map((_, at) => (at % 3 === 0 ? 1 : 0));
    const labels = { box, voxels, classes: [{ value: 1 }] };
    for (const axis of [0, 1, 2] as const) {
      let found = 0;
      for (let index = 0; index < SIZE[axis]; index++) {
        for (const { from, to } of slicePieces(labels, { axis, index })) found += to - from;
        const [shape] = foresightShapes({ labels }, slice(axis, index));
        const pieces = slicePieces(labels, { axis, index });
        const count = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
        expect(area(shape.path)).toBeCloseTo(100 * count, 0);
      }
      expect(found).toBe(voxels.reduce((sum, value) => sum + value, 0));
    }
  });
});
