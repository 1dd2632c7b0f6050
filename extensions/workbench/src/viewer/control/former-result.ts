/**
 * @file A network that runs again on the same series brings its former result up to date, where nobody has worked on that since:
 * the same segments, not as many new ones.
 */
import type { LabelClass, LabelResult } from '../../method/contract';
import type { RecipeStep } from '../../method/recipe';
import { regionBox } from '../../method/region';
import { boxCovers, boxesMeet, type Box } from '../../volume/box';
import type { Vec3 } from '../../volume/vector';

/** A segment with all that tells whether it is still what a method made of it. */
export interface MadeSegment {
  readonly number: number;
  readonly label: string;
  readonly locked: boolean;
  readonly handEdited: boolean;
  readonly steps: readonly RecipeStep[];
}

/**
 * Segment of each class of `result`, indexed by class; undefined when its classes and the former segments of the method are not the
 * same, or one was renamed, locked, edited or worked on by another method. An earlier run must lie inside the new one or beside it,
 * as another slice does. Of single objects there may be more or fewer than before, where all that was there `mayBeEmptied`: segments
 * without an object follow those with one.
 */
export function formerSegments(
  methodId: string,
  { box, classes, areObjects = false }: LabelResult,
  segments: readonly MadeSegment[],
  size: Vec3,
  mayBeEmptied = false
): readonly number[] | undefined {
  const former = segments.filter(({ steps }) => steps.some(({ method }) => method === methodId));
  const isOther = former.length !== classes.length;
  if (former.length === 0 || (isOther && !(areObjects && mayBeEmptied))) return undefined;
  const isUntouched = ({ steps, handEdited, locked }: MadeSegment) =>
    !handEdited &&
    !locked &&
    steps.every(
      (step) => step.method === methodId && isApart(regionBox(step.region, size), box, areObjects)
    );
  if (!former.every(isUntouched)) return undefined;
  if (isOther) return segmentsOfObjects(former, classes);
  const segmentOfClass: number[] = [0];
  for (const one of classes) {
    const found = former.find((segment) => isOf(segment, one));
    if (!found) return undefined;
    segmentOfClass[one.value] = found.number;
  }
  return Array.from(segmentOfClass, (number) => number ?? 0);
}

/** The segments of an earlier run in the order of its objects; undefined when one was deleted or renamed. */
function segmentsOfObjects(
  former: readonly MadeSegment[],
  classes: readonly LabelClass[]
): readonly number[] | undefined {
  const names = new Set(classes.map(({ segment }) => withoutNumber(segment?.label ?? '')));
  const segmentOfClass: number[] = [0];
  for (const { number, label, steps } of former) {
    if (!names.has(withoutNumber(label))) return undefined;
    segmentOfClass[steps[0].label] = number;
  }
  const isWhole = segmentOfClass.length === former.length + 1;
  return isWhole && Object.keys(segmentOfClass).length === segmentOfClass.length
    ? segmentOfClass
    : undefined;
}

const withoutNumber = (label: string) => label.replace(/ \d+$/, '');

/** Steps of an earlier run that a new one in `box` leaves standing. */
export const stepsBeside = (
  steps: readonly RecipeStep[],
  box: Box,
  size: Vec3
): readonly RecipeStep[] => steps.filter(({ region }) => !boxCovers(box, regionBox(region, size)));

/** Objects have numbers that mean nothing in another slice. */
const isApart = (earlier: Box, box: Box, areObjects: boolean) =>
  boxCovers(box, earlier) || (!areObjects && !boxesMeet(box, earlier));

const isOf = ({ label, steps }: MadeSegment, { value, segment }: LabelClass) =>
  steps.every((step) => step.label === value) &&
  (segment?.label === undefined || segment.label === label);
