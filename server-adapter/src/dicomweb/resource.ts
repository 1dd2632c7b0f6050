/**
 * The DICOMweb addresses that the gateway knows. An address is taken apart here and built again from its parts, so
 * that nothing but digits, dots and fixed words ever reaches a file system or another server.
 */
import { isUid } from '../dicom/uid';
import { badRequest, HttpError, type HttpError as Refused } from './http-error';

export type DicomWebResource =
  | {
      readonly kind: 'search';
      readonly level: 'studies' | 'series' | 'instances';
      readonly study?: string;
      readonly series?: string;
    }
  | {
      readonly kind: 'retrieve';
      readonly study: string;
      readonly series?: string;
      readonly instance?: string;
    }
  | {
      readonly kind: 'metadata';
      readonly study: string;
      readonly series?: string;
      readonly instance?: string;
    }
  | {
      readonly kind: 'frames';
      readonly study: string;
      readonly series: string;
      readonly instance: string;
      readonly frames: readonly number[];
    }
  | {
      readonly kind: 'bulk';
      readonly study: string;
      readonly series: string;
      readonly instance: string;
      readonly word: 'bulk' | 'bulkdata';
      readonly path: readonly string[];
    }
  | {
      readonly kind: 'rendered';
      readonly word: 'rendered' | 'thumbnail';
      readonly study: string;
      readonly series?: string;
      readonly instance?: string;
      readonly frame?: number;
    }
  | { readonly kind: 'store'; readonly study?: string };

const MAX_FRAMES_A_REQUEST = 10_000;

/**
 * Parses the part of a raw (undecoded) URL path behind the DICOMweb root.
 * @throws HttpError 400 for anything but plain segments and for bad UIDs, 404 for an unknown address, 405 for the method
 */
export function parseResource(method: string, rawPath: string): DicomWebResource {
  if (!/^(\/[A-Za-z0-9.,-]+)+$/.test(rawPath) || /\/\.+(\/|$)/.test(rawPath)) {
    throw badRequest(
      'BAD_ADDRESS',
      'the DICOMweb address is not valid',
      'it holds characters that no DICOMweb address has',
      'use the addresses that the search returns'
    );
  }
  const segments = rawPath.slice(1).split('/');
  if (method === 'POST') return parseStore(segments);
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(method);
  return parseGet(segments);
}

function parseStore(segments: readonly string[]): DicomWebResource {
  if (segments[0] !== 'studies' || segments.length > 2) throw methodNotAllowed('POST');
  return segments.length === 2 ? { kind: 'store', study: uid(segments[1]) } : { kind: 'store' };
}

function parseGet(segments: readonly string[]): DicomWebResource {
  const [root, second] = segments;
  if (segments.length === 1 && (root === 'studies' || root === 'series' || root === 'instances')) {
    return { kind: 'search', level: root };
  }
  if (root !== 'studies') throw unknownAddress();
  const study = uid(second);
  if (segments.length === 2) return { kind: 'retrieve', study };
  if (segments[2] !== 'series') return leaf({ study }, segments.slice(2));
  if (segments.length === 3) return { kind: 'search', level: 'series', study };
  const series = uid(segments[3]);
  if (segments.length === 4) return { kind: 'retrieve', study, series };
  if (segments[4] !== 'instances') return leaf({ study, series }, segments.slice(4));
  if (segments.length === 5) return { kind: 'search', level: 'instances', study, series };
  const instance = uid(segments[5]);
  if (segments.length === 6) return { kind: 'retrieve', study, series, instance };
  return instanceLeaf({ study, series, instance }, segments.slice(6));
}

function leaf(
  at: { study: string; series?: string; instance?: string },
  rest: readonly string[]
): DicomWebResource {
  if (rest.length !== 1) throw unknownAddress();
  if (rest[0] === 'metadata') return { kind: 'metadata', ...at };
  if (rest[0] === 'rendered' || rest[0] === 'thumbnail')
    return { kind: 'rendered', word: rest[0], ...at };
  if (rest[0] === 'instances' && !at.series)
    return { kind: 'search', level: 'instances', study: at.study };
  throw unknownAddress();
}

function instanceLeaf(
  at: { study: string; series: string; instance: string },
  rest: readonly string[]
): DicomWebResource {
  const [word, ...behind] = rest;
  if (word === 'frames' && behind.length === 1)
    return { kind: 'frames', ...at, frames: frameList(behind[0]) };
  if (
    word === 'frames' &&
    behind.length === 2 &&
    (behind[1] === 'rendered' || behind[1] === 'thumbnail')
  ) {
    return { kind: 'rendered', word: behind[1], ...at, frame: frameList(behind[0])[0] };
  }
  if ((word === 'bulkdata' || word === 'bulk') && behind.length > 0 && behind.length < 32) {
    if (
      !behind.every((part, index) => (index % 2 ? /^[0-9]{1,6}$/ : /^[0-9A-Fa-f]{8}$/).test(part))
    ) {
      throw unknownAddress();
    }
    return { kind: 'bulk', ...at, word, path: behind };
  }
  return leaf(at, rest);
}

function frameList(text: string): number[] {
  const numbers = text.split(',');
  const plain = numbers.every((number) => /^[1-9][0-9]{0,8}$/.test(number));
  if (!plain || numbers.length > MAX_FRAMES_A_REQUEST) {
    throw badRequest(
      'BAD_FRAME_LIST',
      'the frame list is not valid',
      'frames are numbers from 1, separated by commas, at most 10000 in a request',
      'correct the frame numbers'
    );
  }
  return numbers.map(Number);
}

function uid(text: string): string {
  if (isUid(text)) return text;
  throw badRequest(
    'BAD_UID',
    'a UID in the address is not valid',
    'a UID has at most 64 digits and dots',
    'use the UIDs that the search returns'
  );
}

const unknownAddress = (): Refused =>
  new HttpError({
    status: 404,
    code: 'UNKNOWN_ADDRESS',
    what: 'this DICOMweb address is not known',
    why: 'the gateway passes on only the services that a viewer needs',
    remedy: 'see the list of services in the README of server-adapter',
  });

const methodNotAllowed = (method: string): Refused =>
  new HttpError({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    what: `${/^[A-Z]{1,10}$/.test(method) ? method : 'this method'} is not allowed here`,
    why: 'DICOMweb is read with GET and stored with POST to /studies',
    remedy: 'use GET, or POST to /dicom-web/studies',
  });

/** Builds the path of a resource again, without the DICOMweb root. */
export function resourcePath(resource: DicomWebResource): string {
  switch (resource.kind) {
    case 'search':
      return [...base(resource), resource.level].map((part) => `/${part}`).join('');
    case 'store':
      return resource.study ? `/studies/${resource.study}` : '/studies';
    case 'retrieve':
      return join(base(resource));
    case 'metadata':
      return join([...base(resource), 'metadata']);
    case 'frames':
      return join([...base(resource), 'frames', resource.frames.join(',')]);
    case 'bulk':
      return join([...base(resource), resource.word, ...resource.path]);
    case 'rendered': {
      const frame = resource.frame ? ['frames', String(resource.frame)] : [];
      return join([...base(resource), ...frame, resource.word]);
    }
  }
}

const join = (parts: readonly string[]): string => parts.map((part) => `/${part}`).join('');

function base(at: { study?: string; series?: string; instance?: string }): string[] {
  return [
    ...(at.study ? ['studies', at.study] : []),
    ...(at.series ? ['series', at.series] : []),
    ...(at.instance ? ['instances', at.instance] : []),
  ];
}
