/**
 * @file The refusals of reading an image series. Each says what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const refusal =
  (code: string, what: string, remedy: string) =>
  (why: string): CordonError =>
    new CordonError({ code, what, why, remedy });

export const noImages = refusal(
  'SERIES_NO_IMAGES',
  'There is no image to read',
  'choose a folder or files with a CT, MR, PET or X-ray series'
);
export const notAnImage = refusal(
  'SERIES_NOT_AN_IMAGE',
  'The object is not an image that can be segmented',
  'choose the image series that it belongs to'
);
export const severalSeries = refusal(
  'SERIES_SEVERAL',
  'There are several image series, and one has to be chosen',
  'name one by its Series Instance UID (--series UID)'
);
export const seriesNotFound = refusal(
  'SERIES_NOT_FOUND',
  'The series is not among the files',
  'check the Series Instance UID, or choose the folder that holds it'
);
export const mixedSizes = refusal(
  'SERIES_MIXED_SIZES',
  'The images of the series do not fit together',
  'leave out the images that differ (localizers, reformats), then read the rest as a series'
);
export const mixedOrientation = refusal(
  'SERIES_MIXED_ORIENTATION',
  'The images of the series lie in different planes',
  'leave out the images of the other planes (localizers), then read the rest as a series'
);
export const duplicatePositions = refusal(
  'SERIES_DUPLICATE_POSITIONS',
  'Several images of the series lie at the same position',
  'choose one time point, echo or reconstruction (4D series are not read as one volume)'
);
export const noGeometry = refusal(
  'SERIES_NO_GEOMETRY',
  'The images do not say where they lie in the patient',
  'choose a series with image position and orientation, or a single image'
);
export const colourImage = refusal(
  'SERIES_COLOUR',
  'Colour images cannot be segmented as a volume',
  'choose a series in shades of grey'
);
export const noPixels = refusal(
  'SERIES_NO_PIXELS',
  'The images hold no pixels',
  'fetch the series again with its pixel data'
);
export const slide = refusal(
  'SERIES_SLIDE',
  'Whole slide images are not read as a volume',
  'choose a radiological series'
);
export const modalityTable = refusal(
  'SERIES_MODALITY_TABLE',
  'The values of the image are defined by a table that cannot be used',
  'fetch the image again, or convert it to one with rescale slope and intercept'
);
