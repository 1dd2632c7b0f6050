/**
 * @file What can go wrong while storing. Every message says that the work is kept, and what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

export type StoreErrorCode =
  | 'STORE_UNREACHABLE'
  | 'STORE_TIMEOUT'
  | 'STORE_UNAUTHORIZED'
  | 'STORE_FORBIDDEN'
  | 'STORE_NO_DICOMWEB'
  | 'STORE_TOO_LARGE'
  | 'STORE_UNSUPPORTED'
  | 'STORE_CONFLICT'
  | 'STORE_REFUSED'
  | 'STORE_SERVER_ERROR'
  | 'STORE_NOT_FOUND_AFTERWARDS'
  | 'STORE_NOT_VERIFIED'
  | 'STORE_DIFFERS';

interface StoreProblem {
  readonly what: string;
  readonly remedy: string;
}

const KEPT = 'The segmentation is kept;';

const PROBLEMS: { readonly [code in StoreErrorCode]: StoreProblem } = {
  STORE_UNREACHABLE: {
    what: 'The archive cannot be reached',
    remedy: `${KEPT} check the network and the address of the archive, then save again`,
  },
  STORE_TIMEOUT: {
    what: 'The archive did not answer in time',
    remedy: `${KEPT} save again: the same object is sent, so no second one can result`,
  },
  STORE_UNAUTHORIZED: {
    what: 'The archive wants you to log in',
    remedy: `${KEPT} log in again, then save again`,
  },
  STORE_FORBIDDEN: {
    what: 'You may not store in this archive',
    remedy: `${KEPT} ask the administrator for the right to store, then save again`,
  },
  STORE_NO_DICOMWEB: {
    what: 'The address does not answer as a DICOMweb archive',
    remedy: `${KEPT} check the address of the archive (STOW-RS), then save again`,
  },
  STORE_TOO_LARGE: {
    what: 'The archive, or a proxy before it, refuses an object of this size',
    remedy: `${KEPT} have the size limit raised (nginx: client_max_body_size), or store it as LABELMAP`,
  },
  STORE_UNSUPPORTED: {
    what: 'The archive does not take this kind of object',
    remedy: `${KEPT} store it as BINARY in Explicit VR Little Endian, which every archive with SEG takes`,
  },
  STORE_CONFLICT: {
    what: 'The archive refused the object',
    remedy: `${KEPT} check that patient and study are the same in the archive, then save again`,
  },
  STORE_REFUSED: {
    what: 'The archive did not store the object',
    remedy: `${KEPT} tell the administrator of the archive the reason, then save again`,
  },
  STORE_SERVER_ERROR: {
    what: 'The archive failed',
    remedy: `${KEPT} save again in a moment; if it fails again, tell the administrator of the archive`,
  },
  STORE_NOT_FOUND_AFTERWARDS: {
    what: 'The archive said that it stored the object, but does not have it',
    remedy: `${KEPT} save again; if it happens again, tell the administrator of the archive`,
  },
  STORE_NOT_VERIFIED: {
    what: 'The object may be stored, but could not be read back',
    remedy: `${KEPT} save again: the same object is sent, so no second one can result`,
  },
  STORE_DIFFERS: {
    what: 'The archive holds a different object under the identifier of this one',
    remedy: `${KEPT} save it as a new object, and tell the administrator of the archive`,
  },
};

export const storeError = (code: StoreErrorCode, why: string, cause?: unknown): CordonError =>
  new CordonError({ code, ...PROBLEMS[code], why, cause });
