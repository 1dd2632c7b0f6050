/**
 * @file What a result takes from segments that are not its own: to be said before it is accepted.
 */
import type { TakenPart } from '../ui/panel-model';
import type { ListedSegment } from './segmentations';
import type { Change } from './label-writer';
import { Labelmap } from './labelmap';

/** The other segments that lose voxels, those that lose most first. `own`: segments that the result is written to. */
export function takenFrom(
  { segmentationId, segment, series, differences }: Change,
  own: readonly number[],
  listed: readonly Pick<ListedSegment, 'number' | 'label'>[]
): readonly TakenPart[] {
  const mm3 = new Map<number, number>();
  for (const { slice, lost } of differences) {
    const each = series.geometry.voxelVolumeMm3(slice);
    for (const [value, voxels] of lost) {
      mm3.set(value, (mm3.get(value) ?? 0) + voxels * each);
    }
  }
  const labelmap = new Labelmap(segmentationId);
  const { layer } = labelmap.placeOf(segment);
  const lostBy = (number: number) => {
    const place = labelmap.placeOf(number);
    return place.layer.id === layer.id ? (mm3.get(place.value) ?? 0) / 1000 : 0;
  };
  return listed
    .filter(({ number }) => !own.includes(number))
    .map(({ number, label }) => ({ segment: label, volumeMl: lostBy(number) }))
    .filter(({ volumeMl }) => volumeMl > 0)
    .sort((a, b) => b.volumeMl - a.volumeMl);
}
