/**
 * @file The errors of reading DICOM files. Each says what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

/** The file breaks the rules of Part 10 or of its own header. */
export const malformed = (why: string, cause?: unknown): CordonError =>
  new CordonError({
    code: 'DICOM_MALFORMED',
    what: 'The DICOM file is damaged',
    why,
    remedy: 'fetch or export the file again; if it stays so, ask the sender for an intact copy',
    cause,
  });

/** The file ends before its contents do. */
export const truncated = (why: string): CordonError =>
  new CordonError({
    code: 'DICOM_TRUNCATED',
    what: 'The DICOM file is incomplete',
    why,
    remedy: 'fetch or copy the file again: the transfer was cut off',
  });

/** The file is no DICOM file. */
export const notDicom = (why: string): CordonError =>
  new CordonError({
    code: 'DICOM_NOT_A_FILE',
    what: 'This is not a DICOM file',
    why,
    remedy: 'choose DICOM Part 10 files (often *.dcm)',
  });

/** Reading it would go beyond a limit that protects the machine. */
export const overLimit = (why: string): CordonError =>
  new CordonError({
    code: 'DICOM_OVER_LIMIT',
    what: 'The DICOM file is refused because it asks for too much',
    why,
    remedy: 'check where the file comes from; a genuine one can be read with higher limits',
  });

/** The transfer syntax is not one we read. */
export const unknownTransferSyntax = (uid: string): CordonError =>
  new CordonError({
    code: 'DICOM_TRANSFER_SYNTAX',
    what: 'The DICOM file is stored in a way that cannot be read here',
    why: uid === '' ? 'it names no transfer syntax' : `transfer syntax ${uid} is not supported`,
    remedy: 'convert it to Explicit VR Little Endian (for example with dcmconv) and try again',
  });
