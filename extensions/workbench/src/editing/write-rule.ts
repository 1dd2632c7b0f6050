/**
 * @file The write rule: which voxels a commit may change. Every commit passes it, deletion too.
 */
import type { LabelLayer } from '../volume/label-volume';
import type { VoxelArray } from '../volume/image-volume';

export interface WriteRule {
  /** Where voxels may change: anywhere, only inside one segment, or only where no other segment is. */
  readonly area: 'everywhere' | 'inside-segment' | 'outside-segments';
  /** Number of the segment for `inside-segment`. */
  readonly insideSegment?: number;
  /** Only voxels whose image value lies in this range (modality units, both ends inside), or outside it. */
  readonly range?: { readonly lower: number; readonly upper: number; readonly invert: boolean };
  /** Which other segments may lose voxels: all, none, or those that are visible. */
  readonly overwrite: 'all' | 'none' | 'visible';
}

/** Everything may be written everywhere. */
export const FREE_RULE: WriteRule = { area: 'everywhere', overwrite: 'all' };

/** What the rule needs to know about one slice. All arrays have one value a voxel of the slice. */
export interface RuleSlice {
  /** Values of the layer that is written. */
  readonly labels: LabelLayer;
  /** Image in modality units; needed when the rule has a range. */
  readonly image?: VoxelArray;
  /** Layer and value that hold the segment of `inside-segment`; absent: no voxel is inside. */
  readonly inside?: { readonly labels: LabelLayer; readonly value: number };
}

/** Values of the written layer whose segments are locked or hidden. */
export interface LayerStates {
  readonly locked: ReadonlySet<number>;
  readonly hidden: ReadonlySet<number>;
}

/** Says for a voxel of the slice whether its value may change from `before` to `after` (0 is no segment). */
export type MayWrite = (voxel: number, before: number, after: number) => boolean;

/** The rule for one slice. `values` are the values that the commit writes: their own voxels do not count as others'. */
export function compileRule(
  rule: WriteRule,
  slice: RuleSlice,
  states: LayerStates,
  values: ReadonlySet<number>
): MayWrite {
  const { inside, image } = slice;
  const range = rule.range && rangeFor(rule.range, image);
  return (voxel, before, after) => {
    if (states.locked.has(before) || states.locked.has(after)) return false;
    const meetsOther = before !== 0 && !values.has(before);
    if (meetsOther && after !== 0) {
      if (rule.overwrite === 'none') return false;
      if (rule.overwrite === 'visible' && states.hidden.has(before)) return false;
    }
    if (rule.area === 'outside-segments' && meetsOther) return false;
    if (rule.area === 'inside-segment' && inside?.labels[voxel] !== inside?.value) return false;
    if (rule.area === 'inside-segment' && !inside) return false;
    if (!range) return true;
    const value = image?.[voxel] ?? Number.NaN;
    // What is no number lies neither in a range nor outside of it.
    if (Number.isNaN(value)) return false;
    return (value >= range.lower && value <= range.upper) !== range.invert;
  };
}

/** Both ends are inside as the image writes them: 0.7 is another number in 32 bits. */
function rangeFor(
  { lower, upper, invert }: NonNullable<WriteRule['range']>,
  image: VoxelArray | undefined
): NonNullable<WriteRule['range']> {
  if (!(image instanceof Float32Array)) return { lower, upper, invert };
  return { lower: Math.fround(lower), upper: Math.fround(upper), invert };
}

/** Whether voxels with the same values before and after may be decided differently. */
export const looksAtVoxels = ({ area, range }: WriteRule): boolean =>
  area === 'inside-segment' || range !== undefined;

/** True when the rule forbids nothing, so that a commit need not ask for each voxel. */
export function isFree(rule: WriteRule, states: LayerStates): boolean {
  return (
    rule.area === 'everywhere' &&
    rule.range === undefined &&
    rule.overwrite === 'all' &&
    states.locked.size === 0
  );
}
