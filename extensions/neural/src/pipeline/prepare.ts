/**
 * @file Carries out the pre-processing of a manifest on a box of an image, and remembers how to bring a network's
 * probabilities back to the voxels of that box.
 */
import { CordonError, type Box, type ImageVolume } from '@cordon/extension-workbench/pure';
import type { PreprocessingStep } from '../catalog/manifest';
import { fillGaps } from './gaps';
import { withExtent, type Grid, type Shape3 } from './grid';
import { clip, percentiles, windowToUnit, zScore } from './normalise';
import { alongTarget, mapAxes, orient, orientBack } from './orient';
import { centreOffset, place, takeBack } from './place';
import { resampledExtent, resizeArea, resizeLinear } from './resample';
import { smallest } from './sample';

/** Brings the probabilities of one class back one step; `outside` is what the class has where the network did not look. */
type Inverse = (grid: Grid, outside: number) => Grid;

export interface Prepared {
  /** What the network sees, before batches are cut from it. */
  readonly grid: Grid;
  /** Offsets of the slices that a network gets as channels; [0] for one. */
  readonly neighbours: readonly number[];
  /** How many times larger rows and columns are made of what is cut from the grid; 1 for not at all. */
  readonly enlarge: number;
  /** Windows in which a network sees the volume; absent when it sees it at once. */
  readonly windows?: { readonly size: Shape3; readonly overlap: number };
  /** Writes a class on `grid` into `values`, the box in the source's order (columns fastest). */
  restore(grid: Grid, isBackground: boolean, values: Float32Array): void;
}

/**
 * Prepares `box` of `image`; voxels without a finite value get its smallest one. Throws `MODEL_INPUT_UNFIT` when the box is
 * larger than the model allows.
 * Complexity O(voxels · steps); memory: three float32 copies of the larger grid.
 */
export function prepare(
  image: ImageVolume,
  box: Box,
  steps: readonly PreprocessingStep[]
): Prepared {
  const axes = steps.find((step) => step.op === 'orient')?.axes === 'RAS' ? 'RAS' : 'asStored';
  const map = mapAxes(image.geometry, axes);
  let grid = orient(image, box, map);
  if (image.voxels instanceof Float32Array) fillGaps(grid.values, smallest(grid.values));
  let spacingMm = alongTarget(map, image.geometry.spacingMm);
  let neighbours: readonly number[] = [0];
  let enlarge = 1;
  let windows: Prepared['windows'];
  const inverses: Inverse[] = [];

  for (const step of steps) {
    switch (step.op) {
      case 'crop':
        if (step.mode === 'userBox') requireExtent(grid.shape, spacingMm, step.maximumMm);
        else if (step.size) {
          const target: Shape3 = [grid.shape[0], step.size[0], step.size[1]];
          const offset = centreOffset(grid.shape, target);
          const shape = grid.shape;
          grid =
            step.pad === 'zero' ? place(grid, target, offset) : placeEdge(grid, target, offset);
          inverses.push((result, outside) =>
            place(result, shape, [-offset[0], -offset[1], -offset[2]], outside)
          );
        }
        break;
      case 'resample': {
        const wanted = resampledShape(grid.shape, spacingMm, step.spacingMm, step.acceptedMm);
        const shape = grid.shape;
        spacingMm = [0, 1, 2].map(
          (axis) => (spacingMm[axis] * shape[axis]) / wanted[axis]
        ) as unknown as Shape3;
        grid = resizeLinear(grid, wanted);
        inverses.push((result) => resizeLinear(result, shape));
        break;
      }
      case 'resize': {
        const shape = grid.shape;
        grid = resizeArea(grid, [shape[0], step.size[0], step.size[1]]);
        inverses.push((result) => resizeLinear(result, shape));
        break;
      }
      case 'clipPercentiles': {
        const [low, high] = percentiles(grid.values, [step.low, step.high]);
        clip(grid.values, low, high);
        break;
      }
      case 'zScore':
        zScore(grid.values, step.epsilon);
        break;
      case 'window':
        windowToUnit(grid.values, step.low, step.high);
        break;
      case 'pad': {
        const shape = grid.shape;
        const offset = centreOffset(shape, step.size);
        requireNotLarger(shape, step.size);
        grid = place(grid, step.size, offset, step.value);
        inverses.push((result) => takeBack(result, shape, offset));
        break;
      }
      case 'slices':
        neighbours = step.neighbours;
        break;
      case 'enlarge':
        enlarge = step.factor;
        break;
      case 'grayscale': // colour images are refused where series are read
        if (image.isInverted) negate(grid.values);
        break;
      case 'orient': // done above: everything else works on its axes
      case 'layout': // the grid is already laid out as the tensor
        break;
      case 'tile': // of an image, `box` is one tile already
        if (step.size.length === 3) windows = { size: step.size, overlap: step.overlap };
        break;
      case 'conform': // whole volumes: see methods/whole-head-method
      case 'unitScale':
        throw unsupported(step.op);
    }
  }
  return {
    grid,
    neighbours,
    enlarge,
    windows,
    restore: (result, isBackground, values) => {
      const outside = isBackground ? 1 : 0;
      const back = inverses.reduceRight((current, inverse) => inverse(current, outside), result);
      orientBack(back, box, map, values);
    },
  };
}

/** Makes large values bright where the image shows small ones bright; where zero lies does not matter to a z-score. */
function negate(values: Float32Array): void {
  for (let at = 0; at < values.length; at++) values[at] = -values[at];
}

/** The extent of each axis after resampling; an axis whose spacing is accepted keeps it. */
function resampledShape(
  shape: Shape3,
  spacingMm: Shape3,
  targetMm: readonly number[],
  acceptedMm: readonly [number, number] | undefined
): Shape3 {
  const firstAxis = 3 - targetMm.length;
  return targetMm.reduce<Shape3>((current, target, at) => {
    const axis = firstAxis + at;
    const spacing = spacingMm[axis];
    if (acceptedMm && spacing >= acceptedMm[0] && spacing <= acceptedMm[1]) return current;
    return withExtent(current, axis, resampledExtent(shape[axis], spacing, target));
  }, shape);
}

/** Like `place`, but what lies outside takes the nearest value of the grid. */
function placeEdge(grid: Grid, shape: Shape3, offset: Shape3): Grid {
  const result: Grid = { shape, values: new Float32Array(shape[0] * shape[1] * shape[2]) };
  const source = (axis: number, at: number) =>
    Math.min(Math.max(0, at - offset[axis]), grid.shape[axis] - 1);
  let at = 0;
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      const row = (source(0, a) * grid.shape[1] + source(1, b)) * grid.shape[2];
      for (let c = 0; c < shape[2]; c++) result.values[at++] = grid.values[row + source(2, c)];
    }
  }
  return result;
}

function requireExtent(
  shape: Shape3,
  spacingMm: Shape3,
  maximumMm: readonly [number, number, number] | undefined
): void {
  const extent = shape.map((samples, axis) => samples * spacingMm[axis]);
  if (!maximumMm || extent.every((mm, axis) => mm <= maximumMm[axis] + 0.5)) return;
  throw new CordonError({
    code: 'MODEL_INPUT_UNFIT',
    what: 'The box is too large for this model',
    why: `it spans ${millimetres(extent)}, the model was trained on at most ${millimetres(maximumMm)} (right-left, front-back, head-foot)`,
    remedy: 'draw a smaller box around the structure',
  });
}

function requireNotLarger(shape: Shape3, size: Shape3): void {
  if (shape.every((extent, axis) => extent <= size[axis])) return;
  throw new CordonError({
    code: 'MODEL_INPUT_UNFIT',
    what: 'The chosen region is too large for this model',
    why: `it has ${shape.join(' × ')} samples, the model takes ${size.join(' × ')}`,
    remedy: 'draw a smaller box around the structure',
  });
}

const millimetres = (extent: readonly number[]) =>
  `${extent.map((mm) => Math.round(mm)).join(' × ')} mm`;

const unsupported = (op: string) =>
  new CordonError({
    code: 'MODEL_UNSUPPORTED',
    what: 'This kind of model cannot run here',
    why: `its manifest asks for the step "${op}"`,
    remedy: 'choose another model',
  });
