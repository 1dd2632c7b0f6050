/**
 * @file Which objects of a series are offered: one for each segmentation in it, without the versions that a later one follows.
 */
import type { NaturalInstance } from '@cordon/extension-workbench/viewer';
import { CORDON_EQUIPMENT } from '../seg/equipment';

/** The host gives a sequence of one item as the item or as a list. */
type Sequence<T> = T | readonly T[];

/** What the archive's metadata say of a SEG, as far as they have it. */
export interface SegInstance extends NaturalInstance {
  readonly Manufacturer?: string;
  readonly SourceImageSequence?: Sequence<{ readonly ReferencedSOPInstanceUID?: string }>;
  readonly SegmentSequence?: Sequence<{ readonly SegmentLabel?: string }>;
}

/** The objects to show, in the order of the list. */
export function offeredInstances(instances: readonly SegInstance[]): readonly SegInstance[] {
  const replaced = new Set(
    instances.flatMap(({ SOPInstanceUID, SourceImageSequence }) =>
      listOf(SourceImageSequence)
        .map(({ ReferencedSOPInstanceUID }) => ReferencedSOPInstanceUID)
        .filter((uid) => uid !== SOPInstanceUID)
    )
  );
  const left = instances.filter(({ SOPInstanceUID }) => !replaced.has(SOPInstanceUID));
  // Objects that name each other are all shown, not none.
  const current = left.length > 0 ? left : instances;
  // A series of ours holds versions of one segmentation: a save whose answer was lost is followed by nobody.
  const newest = latest(current.filter(isOurs));
  return current.filter((instance) => !isOurs(instance) || instance === newest);
}

/** The name of one object among `count` of its series. */
export function instanceTitle(
  { SeriesDescription = '', SegmentSequence, InstanceNumber = '' }: SegInstance,
  count: number
): string {
  if (count < 2) return SeriesDescription;
  const segments = listOf(SegmentSequence);
  const [only] = segments;
  const own = (segments.length === 1 && only.SegmentLabel) || String(InstanceNumber);
  return [SeriesDescription, own].filter((part) => part !== '').join(': ');
}

const isOurs = ({ Manufacturer }: SegInstance): boolean =>
  Manufacturer === CORDON_EQUIPMENT.manufacturer;

/** The highest instance number, the last in the list among equals. */
function latest(instances: readonly SegInstance[]): SegInstance | undefined {
  const numberOf = ({ InstanceNumber }: SegInstance) => Number(InstanceNumber ?? 0);
  return instances.reduce<SegInstance | undefined>(
    (best, other) => (best && numberOf(best) > numberOf(other) ? best : other),
    undefined
  );
}

const listOf = <T extends object>(sequence: Sequence<T> | undefined): readonly T[] =>
  sequence === undefined ? [] : Array.isArray(sequence) ? sequence : [sequence as T];
