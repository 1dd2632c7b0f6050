/**
 * @file Whether labels of a whole-head network can be those of a head. A network labels a knee or a bottle of water too; volume,
 * symmetry, completeness and scatter tell. O(voxels of the grid).
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { HeadSettings } from '../catalog/manifest';
import type { PatientGrid } from './conform';
import { strides, type Shape3 } from './grid';

export interface HeadFindings {
  readonly brainMl: number;
  /** Larger over smaller side of the brain. */
  readonly sideRatio: number;
  /** Classes with at least one voxel. */
  readonly structures: number;
  /** Share of the brain's voxels outside the largest piece. */
  readonly scatter: number;
  /** What lay outside the largest piece. */
  readonly removedMl: number;
  /** Mean Dice of the structures with those that a moved grid gives. */
  readonly steady: number;
  /** Area of brain that ends at the edge of the field of view (cm²). */
  readonly cutCm2: number;
}

/** A smaller contact with the edge is not worth a warning (cm²). */
const CUT_CM2 = 3;

/**
 * Measures labels of the largest piece, of which `removed` brain voxels were cut off before; `inside` is 1 within the field of view,
 * `steady` what {@link steadiness} found. Labels beyond the field of view are guesses about what no image shows: they do not count.
 */
export function examineHead(
  labels: Uint8Array,
  removed: number,
  inside: Uint8Array,
  steady: number,
  frame: PatientGrid,
  settings: HeadSettings
): HeadFindings {
  const counts = new Float64Array(256);
  for (let at = 0; at < labels.length; at++) counts[labels[at]] += inside[at];
  const sum = (classes: readonly number[]) =>
    classes.reduce((total, label) => total + counts[label], 0);
  const voxels = sum(settings.brain);
  const left = sum(settings.pairs.map(([one]) => one));
  const right = sum(settings.pairs.map(([, other]) => other));
  const ends = endsAtEdge(settings);
  return {
    brainMl: (voxels * frame.spacingMm ** 3) / 1000,
    sideRatio: Math.max(left, right) / Math.max(1, Math.min(left, right)),
    structures: counts.slice(1).filter((count) => count > 0).length,
    scatter: removed / Math.max(1, removed + voxels),
    steady,
    removedMl: (removed * frame.spacingMm ** 3) / 1000,
    cutCm2: (facesAtEdge(labels, inside, frame, ends) * frame.spacingMm ** 2) / 100,
  };
}

/** Throws `NOT_A_HEAD`; returns sentences for the user where the field of view cuts the brain. */
export function requireHead(found: HeadFindings, settings: HeadSettings): readonly string[] {
  const cut = found.cutCm2 > CUT_CM2;
  const [least, most] = settings.brainMl;
  const ml = `${Math.round(found.brainMl)} mL`;
  const problems = [
    found.brainMl > most && `the brain would have ${ml}, at most ${most} mL are expected`,
    !cut &&
      found.brainMl < least &&
      `the brain would have ${ml}, at least ${least} mL are expected`,
    cut && found.brainMl < least / 2 && `only ${ml} of brain were found`,
    !cut &&
      found.sideRatio > settings.sideRatio &&
      `one half would be ${found.sideRatio.toFixed(1)} times the other`,
    !cut &&
      found.structures < settings.minimumStructures &&
      `only ${found.structures} of the structures were found`,
    found.steady < settings.steady &&
      `the structures do not stay where they are when they are looked for anew (${Math.round(100 * found.steady)} %, at least ${Math.round(100 * settings.steady)} % are expected)`,
    found.scatter > settings.scatter &&
      `${Math.round(100 * found.scatter)} % of what looks like brain lies in scattered pieces`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw notAHead(problems.join('; '));
  if (!cut) return [];
  const area = Math.round(found.cutCm2);
  return [
    `The field of view cuts the brain (${area} cm²): volumes of cut structures are too small.`,
  ];
}

/** Voxels below which a structure says nothing about steadiness. */
const FEW = 50;

/**
 * Mean Dice of the structures of `labels` with those of `moved`, which were found on a grid that lies `step` voxels further on along its
 * second and third axis. A network that has only learnt where a head lies in its grid takes the labels along.
 */
export function steadiness(
  labels: Uint8Array,
  moved: Uint8Array,
  [, rows, columns]: Shape3,
  step: number
): number {
  const [both, ours, theirs] = [0, 1, 2].map(() => new Float64Array(256));
  for (let at = 0; at < labels.length; at++) {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    if (column < step || row < step) continue;
    const other = moved[at - step * columns - step];
    ours[labels[at]]++;
    theirs[other]++;
    if (labels[at] === other) both[other]++;
  }
  let [sum, count] = [0, 0];
  for (let label = 1; label < 256; label++) {
    const size = ours[label] + theirs[label];
    if (size < FEW) continue;
    sum += (2 * both[label]) / size;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

const notAHead = (why: string) =>
  new CordonError({
    code: 'NOT_A_HEAD',
    what: 'This series was not labelled, because it does not look like a whole head',
    why,
    remedy:
      'choose a series of the whole head; children and brains with large lesions are beyond this model',
  });

/** Per class, whether it is brain that must not end at the edge. */
function endsAtEdge(settings: HeadSettings): Uint8Array {
  const table = new Uint8Array(256);
  for (const label of settings.brain) table[label] = 1;
  for (const label of settings.mayEnd) table[label] = 0;
  return table;
}

/** Faces between counted voxels within the field of view and what lies beyond it or the grid. */
function facesAtEdge(
  labels: Uint8Array,
  inside: Uint8Array,
  { shape }: PatientGrid,
  counted: Uint8Array
): number {
  const step = strides(shape);
  let faces = 0;
  let at = 0;
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      for (let c = 0; c < shape[2]; c++, at++) {
        if (counted[labels[at]] === 0 || inside[at] === 0) continue;
        const position = [a, b, c];
        for (let axis = 0; axis < 3; axis++) {
          if (position[axis] === 0 || inside[at - step[axis]] === 0) faces++;
          if (position[axis] === shape[axis] - 1 || inside[at + step[axis]] === 0) faces++;
        }
      }
    }
  }
  return faces;
}
