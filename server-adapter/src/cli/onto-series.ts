/**
 * @file Labels of a file onto the slices of a DICOM series, by place in the patient.
 */
import {
  CordonError,
  length,
  ontoCommonGrid,
  subtract,
  type Geometry,
  type LabelVolume,
} from '@cordon/extension-workbench/pure';
import type { ImageSeries } from '@cordon/extension-dicom-seg/pure';
import type { Narrator } from './terminal';

/**
 * The labels on the grid of the series. NIfTI keeps one spacing, so that labels of an unevenly spaced series come back evenly
 * spaced: when only that differs, slice goes to slice, with a warning. Throws `LABELS_BEYOND_IMAGES` or `GRIDS_DIFFER`.
 */
export function ontoSeries(
  labels: LabelVolume,
  series: ImageSeries,
  narrator: Pick<Narrator, 'warn'>
): LabelVolume {
  const { geometry } = series.volume;
  if (isEvenCopy(labels.geometry, geometry)) {
    narrator.warn(
      'The slices of the series are unevenly spaced and those of the labels are not: each went to the slice of the same number.'
    );
    return { ...labels, geometry };
  }
  const [grid, placed] = ontoCommonGrid({ geometry, layers: [], segments: [] }, labels);
  if (grid.geometry.voxelCount === geometry.voxelCount) return { ...placed, geometry };
  throw new CordonError({
    code: 'LABELS_BEYOND_IMAGES',
    what: 'The labels do not fit the images',
    why: `they reach beyond them: together they have ${grid.geometry.size.join(' × ')} voxels, the images ${geometry.size.join(' × ')}`,
    remedy: 'give the series that the labels were drawn on',
  });
}

/** Same size, planes and ends, but the slices between lie at even distances. */
function isEvenCopy(labels: Geometry, images: Geometry): boolean {
  if (labels.matches(images) || labels.isSheared || images.isSheared) return false;
  if (labels.size.some((extent, axis) => extent !== images.size[axis])) return false;
  const [i, j, last] = labels.size.map((extent) => extent - 1);
  const near = 0.01;
  return (
    !images.isEven &&
    images.unevenness <= 0.05 &&
    (
      [
        [0, 0, 0],
        [i, 0, 0],
        [0, j, 0],
        [0, 0, last],
        [i, j, last],
      ] as const
    ).every((corner) => length(subtract(labels.ijkToLps(corner), images.ijkToLps(corner))) < near)
  );
}
