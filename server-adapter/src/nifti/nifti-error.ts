/**
 * @file Refusals of NIfTI files, each with what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const refusal =
  (code: string, what: string, remedy: string) =>
  (why: string, cause?: unknown): CordonError =>
    new CordonError({ code, what, why, remedy, cause });

export const notNifti = refusal(
  'NIFTI_NOT_A_FILE',
  'The file is not NIfTI-1',
  'give a .nii or .nii.gz file in NIfTI-1 format'
);
export const niftiDamaged = refusal(
  'NIFTI_DAMAGED',
  'The NIfTI file is damaged',
  'copy or export the file again'
);
export const niftiUnsupported = refusal(
  'NIFTI_UNSUPPORTED',
  'The NIfTI file is not a volume that can be read',
  'convert it to one three-dimensional volume of numbers first'
);
export const niftiGeometry = refusal(
  'NIFTI_GEOMETRY',
  'The NIfTI file does not say where its voxels lie',
  'write it again with an affine whose axes stand at right angles in the slices'
);
export const notNiftiGrid = refusal(
  'NIFTI_GRID_UNEVEN',
  'The result cannot be written as NIfTI',
  'store it as DICOM SEG, which keeps the position of every slice'
);
export const notLabels = refusal(
  'NIFTI_NOT_LABELS',
  'The NIfTI file does not hold labels',
  'give a volume of whole numbers from 0 to 65535, where 0 is background'
);
