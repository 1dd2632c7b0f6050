/**
 * @file Whether two encodings of a segmentation hold the same values: archives may change the transfer syntax.
 */
import { CordonError, type LabelSegment } from '@cordon/extension-workbench/pure';
import { parseDicom } from '../part10/parse';
import { readSegmentation } from '../seg/reader/read-segmentation';
import type { StoredSegmentation } from '../seg/reader/stored-segmentation';

/** Undefined when they are equal, else the first difference in words. */
export async function sameSegmentation(
  sent: Uint8Array,
  stored: Uint8Array
): Promise<string | undefined> {
  const before = parseDicom(sent).data.text('SOPInstanceUID');
  try {
    const after = parseDicom(stored).data.text('SOPInstanceUID');
    if (before !== after) return `it gave back ${after} instead of ${before}`;
    const options = { withProbabilities: true };
    const a = await readSegmentation(sent, options);
    const b = await readSegmentation(stored, options);
    return firstDifference(a, b) ?? differenceOfProbabilities(a, b);
  } catch (error) {
    if (error instanceof CordonError) return `what it gave back cannot be read: ${error.what}`;
    throw error;
  }
}

function firstDifference(a: StoredSegmentation, b: StoredSegmentation): string | undefined {
  if (!a.labels.geometry.matches(b.labels.geometry)) return 'the positions differ';
  if (a.labels.segments.length !== b.labels.segments.length)
    return 'the number of segments differs';
  for (const [index, segment] of a.labels.segments.entries()) {
    if (describe(segment) !== describe(b.labels.segments[index])) {
      return `the description of segment ${segment.number} differs`;
    }
  }
  const layersDiffer = a.labels.layers.some((layer, index) => {
    const other = b.labels.layers[index];
    return other?.length !== layer.length || layer.some((value, at) => value !== other[at]);
  });
  return layersDiffer || a.labels.layers.length !== b.labels.layers.length
    ? 'the voxels differ'
    : undefined;
}

function differenceOfProbabilities(
  { probabilities: a }: StoredSegmentation,
  { probabilities: b }: StoredSegmentation
): string | undefined {
  const differs = a.some(({ voxels }, index) => {
    const other = b.at(index)?.voxels;
    return other?.length !== voxels.length || voxels.some((value, at) => value !== other[at]);
  });
  return differs || a.length !== b.length ? 'the probabilities differ' : undefined;
}

/** Everything but the layer, which follows from the voxels. */
const describe = (segment: LabelSegment): string => JSON.stringify({ ...segment, layer: 0 });
