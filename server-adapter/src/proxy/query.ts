/** Query parameters and Accept headers that are passed on: known names only, written anew. */
import { parseTag } from '../dicom/dictionary';
import type { MediaType } from '../dicomweb/multipart';
import { badRequest } from '../dicomweb/http-error';

const MAX_VALUE_LENGTH = 2048;
const MAX_PARAMETERS = 64;

/**
 * Parameters of a search: limit, offset, fuzzymatching, includefield and attributes of the dictionary.
 * @throws HttpError 400 when there are too many or too long ones
 */
export function searchParameters(parameters: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const [name, value] of parameters) {
    if (kept.size >= MAX_PARAMETERS || value.length > MAX_VALUE_LENGTH || hasControl(value))
      throw badQuery();
    if ((name === 'limit' || name === 'offset') && !/^[0-9]{1,9}$/.test(value)) throw badQuery();
    if (name === 'fuzzymatching' && value !== 'true' && value !== 'false') throw badQuery();
    if (isKnown(name)) kept.append(name, value);
  }
  return kept;
}

const isKnown = (name: string) =>
  ['limit', 'offset', 'fuzzymatching', 'includefield'].includes(name) ||
  parseTag(name) !== undefined;

/** Parameters of rendered images (PS3.18 8.3.5). */
export function renderedParameters(parameters: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of ['viewport', 'window', 'quality', 'annotation']) {
    const value = parameters.get(name);
    if (value !== null && /^[A-Za-z0-9.,:-]{1,64}$/.test(value)) kept.append(name, value);
  }
  return kept;
}

/** An Accept header with the same meaning, written anew from its parts. */
export function acceptHeader(accept: readonly MediaType[], fallback: string): string {
  const token = /^[A-Za-z0-9!#$&^_.+*/-]{1,100}$/;
  const parts = accept.flatMap(({ type, parameters }) => {
    if (!token.test(type)) return [];
    const own = ['type', 'transfer-syntax', 'q'].flatMap((name) => {
      const value = parameters.get(name);
      if (value === undefined || !token.test(value)) return [];
      return name === 'type' ? [`; type="${value}"`] : [`; ${name}=${value}`];
    });
    return [`${type}${own.join('')}`];
  });
  return parts.length ? parts.join(', ') : fallback;
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);

const badQuery = () =>
  badRequest(
    'BAD_QUERY',
    'the search cannot be done',
    'a search parameter is not valid',
    'correct the search fields'
  );
