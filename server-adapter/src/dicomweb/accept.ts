/** Which representation a caller wants (Accept, PS3.18 8.7). */
import type { MediaType } from './multipart';
import { parseMediaType } from './multipart';
import { HttpError } from './http-error';

/** Splits an Accept header at commas outside quotes. Elements with q=0 are left out; order is kept. */
export function parseAccept(header: string | undefined): MediaType[] {
  if (!header) return [];
  const pieces = header.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return pieces
    .map((piece) => parseMediaType(piece))
    .filter(({ parameters }) => parameters.get('q') !== '0');
}

export const notAcceptable = (why: string, remedy: string): HttpError =>
  new HttpError({
    status: 406,
    code: 'NOT_ACCEPTABLE',
    what: 'the archive cannot answer in the requested form',
    why,
    remedy,
  });

const isAny = (type: string) => type === '*/*' || type === '';

/** Whether JSON is welcome. @throws HttpError 406 */
export function requireJson(accept: readonly MediaType[]): void {
  const fits = ({ type }: MediaType) =>
    isAny(type) ||
    type === 'application/json' ||
    type === 'application/dicom+json' ||
    type === 'application/*';
  if (accept.length && !accept.some(fits)) {
    throw notAcceptable(
      'searches and metadata are answered as DICOM JSON only',
      'accept application/dicom+json'
    );
  }
}

/** Whether DICOM files go out as multipart or, for one instance, alone. @throws HttpError 406 */
export function chooseFileForm(
  accept: readonly MediaType[],
  single: boolean
): 'multipart' | 'single' {
  for (const { type, parameters } of accept) {
    if (isAny(type)) return 'multipart';
    const inner = parameters.get('type')?.toLowerCase() ?? 'application/dicom';
    if (type === 'multipart/related' && (inner === 'application/dicom' || inner === '*/*'))
      return 'multipart';
    if (single && (type === 'application/dicom' || type === 'application/*')) return 'single';
  }
  if (accept.length === 0) return 'multipart';
  throw notAcceptable(
    'instances are returned as DICOM files in the transfer syntax in which they were stored',
    'accept multipart/related; type="application/dicom"; transfer-syntax=*'
  );
}

/**
 * Media type of each frame part.
 * @param stored media type of the stored pixel data ('application/octet-stream' when native)
 * @throws HttpError 406 when only another form than the stored one is accepted: the archive does not transcode
 */
export function chooseFrameType(
  accept: readonly MediaType[],
  stored: {
    readonly mediaType: string;
    readonly transferSyntaxUid: string;
    readonly native: boolean;
  }
): string {
  if (accept.length === 0) return stored.mediaType;
  for (const { type, parameters } of accept) {
    if (isAny(type)) return stored.mediaType;
    const inner =
      type === 'multipart/related' ? (parameters.get('type')?.toLowerCase() ?? '*/*') : type;
    const syntax = parameters.get('transfer-syntax');
    const syntaxFits = syntax === '*' || syntax === stored.transferSyntaxUid;
    if (inner === '*/*') return stored.mediaType;
    if (inner === 'application/octet-stream') {
      const isDefault = syntax === undefined || syntax === '1.2.840.10008.1.2.1';
      if (syntaxFits || (isDefault && stored.native)) return inner;
    } else if (
      (inner === stored.mediaType || inner === 'image/*') &&
      (syntax === undefined || syntaxFits)
    ) {
      return stored.mediaType;
    }
  }
  throw notAcceptable(
    `the frames are stored in transfer syntax ${stored.transferSyntaxUid} and the archive does not convert them`,
    'accept multipart/related; type="application/octet-stream"; transfer-syntax=*'
  );
}
