/**
 * @file The refusals of reading structure sets. Each says what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const refusal =
  (code: string, what: string, remedy: string) =>
  (why: string): CordonError =>
    new CordonError({ code, what, why, remedy });

export const notAStructureSet = refusal(
  'RTSTRUCT_NOT_ONE',
  'The object is not a structure set',
  'choose an RT Structure Set'
);
export const otherImages = refusal(
  'RTSTRUCT_OTHER_IMAGES',
  'The structure set was not drawn on these images',
  'open the series that it refers to'
);
export const notPlanar = refusal(
  'RTSTRUCT_NOT_PLANAR',
  'The contours do not lie in the planes of the images',
  'open the series that they were drawn on'
);
export const damagedContour = refusal(
  'RTSTRUCT_DAMAGED',
  'A contour of the structure set is damaged',
  'export the structure set again from the program that made it'
);
