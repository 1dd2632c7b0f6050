/**
 * @file What a segmentation that was read becomes when it is stored again: the next version of its object, or, when it was
 * resampled or thresholded, an object of its own.
 */
import type { LabelSegment } from '@cordon/extension-workbench/pure';
import { newUid } from '../../part10/uid';
import type { Predecessor } from '../request';
import type { StoredSegmentation } from './stored-segmentation';

export interface NextVersion {
  readonly segments: readonly LabelSegment[];
  /** Absent for an object of its own. */
  readonly predecessor?: Predecessor;
}

/** Segments and predecessor to store again. Segments of a copy are tracked anew: they must not pass for the original. */
export function nextVersion(
  stored: Pick<
    StoredSegmentation,
    'isForExport' | 'labels' | 'sopClassUid' | 'sopInstanceUid' | 'seriesInstanceUid'
  >
): NextVersion {
  const { segments } = stored.labels;
  if (!stored.isForExport) {
    return {
      segments: segments.map((segment) => ({
        ...segment,
        trackingId: undefined,
        trackingUid: newUid(),
      })),
    };
  }
  const { sopClassUid, sopInstanceUid, seriesInstanceUid } = stored;
  return { segments, predecessor: { sopClassUid, sopInstanceUid, seriesInstanceUid } };
}
