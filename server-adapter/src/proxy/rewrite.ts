/** Makes another server's DICOM JSON fit for the browser: addresses point to the gateway, text is known as UTF-8. */
import { parseResource, resourcePath } from '../dicomweb/resource';
import { HttpError } from '../dicomweb/http-error';
import type { JsonDataset, JsonElement } from '../dicom/json';

const isRecord = (value: unknown): value is { readonly [key in string]?: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of data sets, or undefined when the answer is something else. */
export function asDatasets(value: unknown): JsonDataset[] | undefined {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.every(isRecord) ? (list as JsonDataset[]) : undefined;
}

/**
 * Rewrites a data set in place.
 * @param baseUrl public DICOMweb root of the gateway
 */
export function rewriteDataset(dataset: JsonDataset, baseUrl: string): void {
  for (const [tag, element] of Object.entries(dataset)) {
    if (!isRecord(element)) continue;
    dataset[tag] = rewriteElement(tag, element, baseUrl);
  }
}

function rewriteElement(tag: string, element: JsonElement, baseUrl: string): JsonElement {
  // JSON is UTF-8 whatever the file was; a server that says otherwise would have names decoded twice.
  if (tag === '00080005') return { vr: 'CS', Value: ['ISO_IR 192'] };
  if (element.BulkDataURI !== undefined) {
    const { BulkDataURI, ...rest } = element;
    const uri = ownAddress(String(BulkDataURI), baseUrl);
    return uri ? { ...rest, BulkDataURI: uri } : rest;
  }
  if (element.vr === 'UR' && tag === '00081190') {
    const addresses = (element.Value ?? []).map(
      (value) => ownAddress(String(value), baseUrl) ?? null
    );
    return { vr: 'UR', Value: addresses };
  }
  if (element.vr === 'SQ') {
    (element.Value ?? []).forEach((item) => {
      if (isRecord(item)) rewriteDataset(item as JsonDataset, baseUrl);
    });
  }
  return element;
}

/**
 * The gateway's address of what an address of the server names; undefined when it names nothing that the gateway
 * serves. Relative addresses are left as they are unless they leave the gateway.
 */
export function ownAddress(address: string, baseUrl: string): string | undefined {
  const absolute = /^[a-z][a-z0-9+.-]*:|^\/|\\/i.test(address);
  if (!absolute)
    return /^[A-Za-z0-9./]+$/.test(address) && !address.includes('//') ? address : undefined;
  const at = address.indexOf('/studies/');
  if (at < 0) return undefined;
  try {
    return `${baseUrl}${resourcePath(parseResource('GET', address.slice(at)))}`;
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

/** A Warning header without the names of computers, which are no business of the browser. */
export const withoutAddresses = (warning: string): string =>
  warning
    .replace(/\b299 +\S+/g, '299 archive')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"]+/gi, 'archive');
