/**
 * @file From what a method found to segments with names, codes and recipes on the grid of the image.
 */
import {
  boxSize,
  CATEGORIES,
  CordonError,
  PROPERTY_CATEGORIES,
  segmentAlgorithm,
  termCatalogue,
  type CodedConcept,
  type Geometry,
  type LabelClass,
  type LabelLayer,
  type LabelResult,
  type LabelSegment,
  type LabelVolume,
  type MethodResult,
  type ProbabilityVolume,
  type ScalarResult,
  type SegmentationMethod,
  type SegmentDescription,
} from '@cordon/extension-workbench/pure';
import { segmentColour } from '../nifti/segment-colour';

/** What the user says about the segments. */
export interface SegmentWishes {
  readonly label?: string;
  readonly code?: CodedConcept;
}

export interface DescribeOptions {
  readonly method: SegmentationMethod;
  readonly wishes: SegmentWishes;
  readonly isAutomatic: boolean;
  /** Recipe of the class with this value, as JSON text. */
  readonly recipeOf: (label: number) => string;
}

/** The labels of a result on the whole grid. */
export function labelsOf(
  geometry: Geometry,
  result: LabelResult,
  options: DescribeOptions
): LabelVolume {
  const segments = result.classes.map((labelClass): LabelSegment => ({
    ...describeClass(labelClass, result.classes.length, options),
    number: labelClass.value,
    layer: 0,
  }));
  return { geometry, layers: [wholeLayer(geometry, result)], segments };
}

/** The probabilities of a result on the whole grid, one for each of its classes. */
export function probabilitiesOf(
  geometry: Geometry,
  result: MethodResult,
  options: DescribeOptions
): readonly ProbabilityVolume[] {
  const classes = result.labels?.classes ?? [];
  return (result.probabilities ?? []).map((map, index) => {
    const labelClass = classes[index] ?? { value: index + 1, segment: { label: map.title } };
    const count = result.probabilities?.length ?? 1;
    return {
      geometry,
      voxels: wholeMap(geometry, map),
      segment: describeClass(labelClass, count, options),
    };
  });
}

/** A map on the whole grid; 0 outside its box. */
export function wholeMap(geometry: Geometry, { box, voxels }: ScalarResult): Float32Array {
  const whole = new Float32Array(geometry.voxelCount);
  forEachRow(geometry, box.fromIjk, boxSize(box), (target, source, length) => {
    whole.set(voxels.subarray(source, source + length), target);
  });
  return whole;
}

function wholeLayer(geometry: Geometry, { box, voxels }: LabelResult): LabelLayer {
  const whole =
    voxels instanceof Uint8Array
      ? new Uint8Array(geometry.voxelCount)
      : new Uint16Array(geometry.voxelCount);
  forEachRow(geometry, box.fromIjk, boxSize(box), (target, source, length) => {
    whole.set(voxels.subarray(source, source + length), target);
  });
  return whole;
}

/** Calls with the index of each row of a box in the grid, its index in the box, and its length. */
function forEachRow(
  geometry: Geometry,
  from: readonly number[],
  size: readonly number[],
  visit: (target: number, source: number, length: number) => void
): void {
  const [columns, rows] = geometry.size;
  let source = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++, source += size[0]) {
      visit(from[0] + columns * (from[1] + j + rows * (from[2] + k)), source, size[0]);
    }
  }
}

/** Name, codes and colour: the user's first, then those of the method, then those of the term. */
export function describeClass(
  { value, segment = {} }: LabelClass,
  classes: number,
  { method, wishes, isAutomatic, recipeOf }: DescribeOptions
): SegmentDescription {
  const term = wishes.code && termCatalogue().find(wishes.code);
  const named = wishes.label ?? (wishes.code ? wishes.code.meaning : undefined);
  const numbered = named !== undefined && classes > 1 ? `${named} ${value}` : named;
  return {
    ...segment,
    label: numbered ?? segment.label ?? `Segment ${value}`,
    category: term ? PROPERTY_CATEGORIES[term.category] : (segment.category ?? CATEGORIES.tissue),
    type: wishes.code ?? segment.type ?? CATEGORIES.tissue,
    typeModifiers: wishes.code ? undefined : segment.typeModifiers,
    colour: segment.colour ?? (classes === 1 ? term?.colour : undefined) ?? segmentColour(value),
    algorithm: segmentAlgorithm(method, isAutomatic, recipeOf(value)),
  };
}

/** The error of a method whose result is nothing that the output can hold. */
export const nothingToSave = (method: SegmentationMethod, why: string): CordonError =>
  new CordonError({
    code: 'OUTPUT_UNSUITABLE',
    what: `The result of "${method.id}" cannot be written there`,
    why,
    remedy: 'choose another output or another method',
  });
