/**
 * @file What an archive answers to STOW-RS (PS3.18 10.5.3, annex I): which objects it stored, and why not.
 */
import { JsonDataSet } from '../part10/json-data-set';

export interface StoreResponse {
  readonly stored: readonly string[];
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: string }[];
}

/** Reads a DICOM JSON or XML answer; undefined when it is neither. */
export function parseStoreResponse(text: string): StoreResponse | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith('<') ? parseXml(trimmed) : parseJson(trimmed);
}

function parseJson(text: string): StoreResponse | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // not JSON: the caller says so
  }
  const object: unknown = Array.isArray(json) ? json[0] : json;
  if (typeof object !== 'object' || object === null) return undefined;
  const data = new JsonDataSet(object);
  return {
    stored: data
      .items('ReferencedSOPSequence')
      .map((item) => item.text('ReferencedSOPInstanceUID')),
    failed: data.items('FailedSOPSequence').map((item) => ({
      sopInstanceUid: item.text('ReferencedSOPInstanceUID'),
      reason: failureReason(item.number('FailureReason')),
    })),
  };
}

/** Native DICOM Model (PS3.19 A.1): few enough elements matter to find them by their tags. */
function parseXml(text: string): StoreResponse | undefined {
  if (!text.includes('NativeDicomModel')) return undefined;
  const section = (tag: string): string =>
    new RegExp(`tag="${tag}"[\\s\\S]*?(?=<DicomAttribute[^>]*tag="0008119[0-9A-F]"|$)`).exec(
      text
    )?.[0] ?? '';
  const uids = (part: string): string[] =>
    [...part.matchAll(/tag="00081155"[^>]*>\s*<Value[^>]*>([^<]*)</g)].map((match) =>
      match[1].trim()
    );
  const failed = section('00081198');
  const reason = /tag="00081197"[^>]*>\s*<Value[^>]*>([^<]*)</.exec(failed)?.[1];
  return {
    stored: uids(section('00081199')),
    failed: uids(failed).map((sopInstanceUid) => ({
      sopInstanceUid,
      reason: failureReason(reason === undefined ? undefined : Number(reason)),
    })),
  };
}

/** Failure reasons of PS3.18 table I.2-2 and PS3.4 in words. */
function failureReason(code: number | undefined): string {
  if (code === undefined) return 'no reason was given';
  const hex = `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const words =
    code >= 0xa700 && code <= 0xa7ff
      ? 'out of resources'
      : code >= 0xa900 && code <= 0xa9ff
        ? 'the data set does not match the SOP class'
        : code >= 0xc000 && code <= 0xcfff
          ? 'the data set is not understood'
          : code === 0x0122
            ? 'the SOP class is not supported'
            : code === 0x0110
              ? 'processing failure'
              : code === 0xc122
                ? 'the transfer syntax is not supported'
                : code === 0x0111
                  ? 'an object with this identifier exists'
                  : 'failure';
  return `${words} (${hex})`;
}
