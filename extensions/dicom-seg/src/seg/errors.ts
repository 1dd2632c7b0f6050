/**
 * @file The refusals of writing and reading segmentation objects. Each says what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const refusal =
  (code: string, what: string, remedy: string) =>
  (why: string): CordonError =>
    new CordonError({ code, what, why, remedy });

export const sourceIncomplete = refusal(
  'SEG_SOURCE_INCOMPLETE',
  'A segmentation of these images cannot be stored as DICOM',
  'store it as NIfTI, or choose a series whose headers are complete'
);
export const requestInvalid = refusal(
  'SEG_REQUEST_INVALID',
  'The segmentation does not fit its source images',
  'open the images again and repeat the step; if it happens again, report it with this text'
);
export const emptySegmentation = refusal(
  'SEG_EMPTY',
  'There is nothing to store',
  'segment something first, or say that an empty segmentation is what you want'
);
export const tooLarge = refusal(
  'SEG_TOO_LARGE',
  'The segmentation is too large for one DICOM object',
  'store it as LABELMAP, or store fewer segments at a time'
);
export const notASegmentation = refusal(
  'SEG_NOT_A_SEGMENTATION',
  'The object is not a segmentation',
  'choose a DICOM SEG object'
);
export const segDamaged = refusal(
  'SEG_DAMAGED',
  'The segmentation object contradicts itself',
  'ask for the object again, or have it written anew by the program that made it'
);
export const otherGrid = refusal(
  'SEG_OTHER_GRID',
  'The segmentation does not lie on the grid of the images',
  'open the images that it was made from, or read it resampled for display'
);
export const otherPatientSpace = refusal(
  'SEG_OTHER_FRAME_OF_REFERENCE',
  'The segmentation belongs to another frame of reference',
  'open the series that it was made from; the two are not registered to each other'
);
export const noPlace = refusal(
  'SEG_NO_GEOMETRY',
  'The segmentation does not say where it lies in the patient',
  'open it together with the images that it was made from'
);
export const slideSegmentation = refusal(
  'SEG_SLIDE',
  'Segmentations of whole slide images are not read',
  'use a viewer for digital pathology'
);
