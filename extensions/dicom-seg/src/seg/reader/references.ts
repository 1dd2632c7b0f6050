/**
 * @file Which images and objects a segmentation refers to.
 */
import type { Readable } from '../../part10/readable';
import { SOP_CLASS } from '../../part10/uid';
import type { Predecessor } from '../request';
import type { ReferencedInstance, ReferencedSeries } from './stored-segmentation';

const instancesOf = (items: readonly Readable[]): ReferencedInstance[] =>
  items.map((item) => ({
    sopClassUid: item.text('ReferencedSOPClassUID'),
    sopInstanceUid: item.text('ReferencedSOPInstanceUID'),
  }));

/** Referenced series of this and of other studies. */
export function referencedSeries(data: Readable): ReferencedSeries[] {
  const series = [
    ...data.items('ReferencedSeriesSequence'),
    ...data
      .items('StudiesContainingOtherReferencedInstancesSequence')
      .flatMap((study) => [...study.items('ReferencedSeriesSequence')]),
  ];
  return series.map((item) => ({
    seriesInstanceUid: item.text('SeriesInstanceUID'),
    instances: instancesOf(item.items('ReferencedInstanceSequence')),
  }));
}

/** The stored segmentation that this one follows, when it names one. */
export function predecessorOf(data: Readable): Predecessor | undefined {
  const before = instancesOf(data.items('SourceImageSequence')).find(
    ({ sopClassUid }) =>
      sopClassUid === SOP_CLASS.segmentation || sopClassUid === SOP_CLASS.labelMapSegmentation
  );
  if (!before) return undefined;
  const series = referencedSeries(data).find(({ instances }) =>
    instances.some(({ sopInstanceUid }) => sopInstanceUid === before.sopInstanceUid)
  );
  return { ...before, seriesInstanceUid: series?.seriesInstanceUid ?? '' };
}
