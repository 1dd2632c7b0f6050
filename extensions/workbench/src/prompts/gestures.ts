/**
 * @file What a press of the mouse draws, for each drawing tool: from the prompts before to the prompts now, as often as the
 * mouse moves. Nothing is kept until the button is released.
 */
import { BACKGROUND } from '../method/prompts';
import { length, subtract } from '../volume/vector';
import { boxBetween, boxHandles, movedBox, type BoxHandle } from './box-edit';
import { strokeVoxels, type SlicePlane } from './brush';
import { isOnImage, voxelOf, type Place } from './place';
import {
  erased,
  scribbledVoxels,
  withAnchor,
  withBox,
  withSeed,
  withSphere,
  withStroke,
  type PromptSet,
} from './prompt-set';
import { NO_RUNS, uniteRuns } from './voxel-runs';

export const DRAWING_TOOLS = ['seed', 'scribble', 'eraser', 'box', 'path', 'sphere'] as const;
export type DrawingTool = (typeof DRAWING_TOOLS)[number];

export interface GestureOptions {
  /** 0 background, 1 the target, 2 … further targets. */
  readonly label: number;
  /** Of scribbles and eraser. */
  readonly brushMm: number;
}

/** Why a press draws nothing. */
export type Refusal = 'outside-image' | 'oblique-plane' | 'other-slice';

export interface Gesture {
  /** What is drawn when the mouse has moved to `place`. */
  to(place: Place): PromptSet;
}

/** How near to a handle of the box the mouse takes hold of it (screen pixels). */
const GRIP_PIXELS = 9;

/** Begins to draw at a place on top of `set`. */
export function beginGesture(
  tool: DrawingTool,
  place: Place,
  set: PromptSet,
  options: GestureOptions
): Gesture | Refusal {
  if (tool === 'box') return beginBox(place, set);
  // A stroke may begin beside the image and lead into it.
  if (tool === 'scribble' || tool === 'eraser') return brushGesture(tool, place, set, options);
  if (!isOnImage(place)) return 'outside-image';
  switch (tool) {
    case 'seed': {
      const next = withSeed(set, { ijk: voxelOf(place), label: options.label });
      return { to: () => next };
    }
    case 'path':
      return beginPath(place, set);
    case 'sphere': {
      const seed = { ijk: voxelOf(place), label: Math.max(1, options.label) };
      const centre = place.geometry.ijkToLps(seed.ijk);
      const least = Math.max(...place.geometry.spacingMm);
      return {
        to: ({ pointLps }) =>
          withSphere(set, seed, Math.max(least, length(subtract(pointLps, centre)))),
      };
    }
  }
}

/** The handle of the box that the mouse would take hold of. */
export function handleAt({ pointLps, plane, geometry, mmPerPixel }: Place, set: PromptSet) {
  if (!set.box || plane.kind !== 'slice') return undefined;
  let nearest: { readonly handle: BoxHandle; readonly mm: number } | undefined;
  for (const handle of boxHandles(set.box, plane)) {
    const offset = subtract(geometry.ijkToLps(handle.ijk), pointLps);
    const mm = length(offset);
    if (mm <= GRIP_PIXELS * mmPerPixel && mm < (nearest?.mm ?? Infinity)) nearest = { handle, mm };
  }
  return nearest?.handle;
}

function brushGesture(
  tool: 'scribble' | 'eraser',
  place: Place,
  set: PromptSet,
  { label, brushMm }: GestureOptions
): Gesture {
  const { geometry } = place;
  let last = place;
  let runs = NO_RUNS;
  return {
    to: (next) => {
      const piece = strokeVoxels(
        {
          fromLps: last.pointLps,
          toLps: next.pointLps,
          radiusMm: brushMm / 2,
          plane: place.plane,
        },
        geometry
      );
      runs = uniteRuns(runs, piece);
      last = next;
      if (runs.length === 0) return set;
      if (tool === 'scribble') return withStroke(set, label, runs);
      const rest = erased(set, runs, geometry.size);
      return marksIn(rest) === marksIn(set) ? set : rest;
    },
  };
}

const marksIn = (set: PromptSet) => scribbledVoxels(set) + set.seeds.length + set.path.length;

function beginBox(place: Place, set: PromptSet): Gesture | Refusal {
  const { plane, geometry } = place;
  if (plane.kind !== 'slice') return 'oblique-plane';
  const { size } = geometry;
  const clamped = (at: Place) =>
    voxelOf(at).map((value, axis) => Math.min(size[axis] - 1, Math.max(0, value))) as [
      number,
      number,
      number,
    ];
  const { box } = set;
  const handle = handleAt(place, set);
  if (box && handle) {
    return { to: (at) => withBox(set, movedBox(box, handle.sides, clamped(at), size)) };
  }
  if (!isOnImage(place)) return 'outside-image';
  const from = voxelOf(place);
  return {
    to: (at) => {
      const to = clamped(at);
      // A click is no box: a box has an extent in both directions of the plane.
      const apart = to.filter((value, axis) => axis !== plane.axis && value !== from[axis]);
      return apart.length < 2 ? set : withBox(set, boxBetween(from, to, plane, geometry));
    },
  };
}

function beginPath(place: Place, set: PromptSet): Gesture | Refusal {
  const { plane } = place;
  if (plane.kind !== 'slice') return 'oblique-plane';
  if (set.pathSlice && !isSameSlice(set.pathSlice, plane)) return 'other-slice';
  const ijk = voxelOf(place);
  const last = set.path[set.path.length - 1];
  // The second press of a double click lies where the first one was.
  const isAgain = last?.every((value, axis) => Math.abs(value - ijk[axis]) <= 1) ?? false;
  const next = isAgain ? set : withAnchor(set, ijk, { axis: plane.axis, index: plane.index });
  return { to: () => next };
}

export const isSameSlice = (a: SlicePlane, b: SlicePlane): boolean =>
  a.axis === b.axis && a.index === b.index;

/** The label that the other button of the same tool draws: background for a target, the first target otherwise. */
export const oppositeLabel = (label: number): number =>
  label === BACKGROUND ? BACKGROUND + 1 : BACKGROUND;
