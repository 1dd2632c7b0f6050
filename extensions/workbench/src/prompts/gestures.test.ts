import { volumeOf } from '../../../../test/support/volumes';
import { boxContains } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import type { DrawingPlane } from './brush';
import { beginGesture, handleAt, type DrawingTool, type Gesture } from './gestures';
import type { Place } from './place';
import { EMPTY_SET, scribbledVoxels, withBox, type PromptSet } from './prompt-set';
import { linearIndex, runsContain } from './voxel-runs';

const SIZE: Vec3 = [40, 30, 20];
const { geometry } = volumeOf(SIZE, new Uint8Array(40 * 30 * 20), [1, 1, 2]);
const AXIAL: DrawingPlane = { kind: 'slice', axis: 2, index: 7 };
const OPTIONS = { label: 1, brushMm: 4 };

/** The mouse over a voxel of a plane. */
const over = (ijk: Vec3, plane: DrawingPlane = AXIAL): Place => ({
  pointLps: geometry.ijkToLps(ijk),
  plane,
  geometry,
  mmPerPixel: 0.5,
});

function draw(
  tool: DrawingTool,
  places: readonly Place[],
  set: PromptSet = EMPTY_SET,
  options = OPTIONS
): PromptSet {
  const gesture = beginGesture(tool, places[0], set, options) as Gesture;
  return places.map((place) => gesture.to(place)).at(-1)!;
}

describe('a press of the mouse', () => {
  it('sets a seed in the slice that is shown, even when the camera stands between two', () => {
    const between = over([5, 6, 7.4]);
    expect(draw('seed', [between]).seeds).toEqual([{ ijk: [5, 6, 7], label: 1 }]);
  });

  it('scribbles exactly the voxels within the radius of the line, in the slice only', () => {
    const set = draw('scribble', [over([10, 10, 7]), over([14, 10, 7]), over([18, 10, 7])]);
    const [{ runs }] = set.scribbles;
    for (let k = 0; k < SIZE[2]; k++) {
      for (let j = 0; j < SIZE[1]; j++) {
        for (let i = 0; i < SIZE[0]; i++) {
          const nearest = Math.min(18, Math.max(10, i));
          const isNear = k === 7 && Math.hypot(i - nearest, j - 10) <= 2;
          expect(runsContain(runs, linearIndex([i, j, k], SIZE))).toBe(isNear);
        }
      }
    }
  });

  it('erases what the brush touches, whatever its label, and nothing else', () => {
    const drawn = draw('scribble', [over([5, 5, 7]), over([25, 5, 7])]);
    const both = draw('scribble', [over([5, 20, 7]), over([25, 20, 7])], drawn, {
      label: 0,
      brushMm: 4,
    });
    const erased = draw('eraser', [over([15, 0, 7]), over([15, 29, 7])], both);
    expect(erased.scribbles).toHaveLength(2);
    expect(scribbledVoxels(erased)).toBeLessThan(scribbledVoxels(both));
    for (const { runs } of erased.scribbles) {
      expect(runsContain(runs, linearIndex([15, 5, 7], SIZE))).toBe(false);
      expect(runsContain(runs, linearIndex([15, 20, 7], SIZE))).toBe(false);
    }
  });

  it('draws a box by dragging, none by a click, and takes hold of its handles', () => {
    expect(draw('box', [over([5, 5, 7])]).box).toBeUndefined();
    const set = draw('box', [over([5, 5, 7]), over([14, 12, 7])]);
    expect(boxContains(set.box!, [5, 5, 7]) && boxContains(set.box!, [14, 12, 7])).toBe(true);
    const corner = over([14.6, 12.6, 7]);
    expect(handleAt(corner, set)?.sides).toHaveLength(2);
    const moved = draw('box', [corner, over([20, 18, 7])], set);
    expect(moved.box!.toIjk.slice(0, 2)).toEqual([21, 19]);
    expect(moved.box!.fromIjk).toEqual(set.box!.fromIjk);
    // In another plane the handles move the depth.
    const coronal: DrawingPlane = { kind: 'slice', axis: 1, index: 8 };
    const top = over([9.5, 8, set.box!.toIjk[2] - 0.5], coronal);
    const deeper = draw('box', [top, over([9, 8, 15], coronal)], set);
    expect(deeper.box!.toIjk).toEqual([set.box!.toIjk[0], set.box!.toIjk[1], 16]);
  });

  it('keeps a path in one slice and counts a double click once', () => {
    let set = draw('path', [over([5, 5, 7])]);
    set = draw('path', [over([15, 5, 7])], set);
    set = draw('path', [over([15, 6, 7])], set);
    expect(set.path).toEqual([
      [5, 5, 7],
      [15, 5, 7],
    ]);
    const elsewhere = over([5, 5, 8], { kind: 'slice', axis: 2, index: 8 });
    expect(beginGesture('path', elsewhere, set, OPTIONS)).toBe('other-slice');
  });

  it('draws a sphere from its centre to where the mouse is let go', () => {
    const set = draw('sphere', [over([10, 10, 7]), over([16, 18, 7])]);
    expect(set.seeds).toEqual([{ ijk: [10, 10, 7], label: 1 }]);
    expect(set.radiusMm).toBeCloseTo(10, 6);
  });

  it('may begin a stroke beside the image', () => {
    const set = draw('scribble', [over([-6, 5, 7]), over([3, 5, 7])]);
    expect(set.scribbles).toHaveLength(1);
    expect(runsContain(set.scribbles[0].runs, linearIndex([0, 5, 7], SIZE))).toBe(true);
    expect(draw('scribble', [over([-9, 5, 7]), over([-6, 5, 7])])).toEqual(EMPTY_SET);
  });

  it('says why it draws nothing', () => {
    const outside = over([-3, 5, 7]);
    for (const tool of ['seed', 'path', 'sphere', 'box'] as const) {
      expect(beginGesture(tool, outside, EMPTY_SET, OPTIONS)).toBe('outside-image');
    }
    const oblique: DrawingPlane = {
      kind: 'oblique',
      pointLps: geometry.ijkToLps([10, 10, 7]),
      normal: [0.6, 0, 0.8],
    };
    for (const tool of ['path', 'box'] as const) {
      expect(beginGesture(tool, over([10, 10, 7], oblique), EMPTY_SET, OPTIONS)).toBe(
        'oblique-plane'
      );
    }
  });

  it('moves a handle that lies outside of the image back inside', () => {
    const set = withBox(EMPTY_SET, { fromIjk: [0, 0, 0], toIjk: [40, 30, 20] });
    const moved = draw('box', [over([39.5, 14.5, 7]), over([70, 14.5, 7])], set);
    expect(moved.box).toEqual(set.box);
  });
});
