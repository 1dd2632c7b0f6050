/** The answer to a QIDO-RS search of the embedded archive. */
import { readHeader } from '../dicom/file';
import { tagToHex, TAG } from '../dicom/element';
import { toDicomJson, type JsonDataset } from '../dicom/json';
import { DICOM_JSON, type DicomWebAnswer } from '../dicomweb/backend';
import type { DicomWebResource } from '../dicomweb/resource';
import type { Archive } from './archive';
import { inParallel } from './parallel';
import { parseQuery, search, type Match, type Query } from './query';

type Search = Extract<DicomWebResource, { kind: 'search' }>;
const READERS = 8;

export async function searchAnswer(
  archive: Archive,
  resource: Search,
  parameters: URLSearchParams,
  baseUrl: string
): Promise<DicomWebAnswer> {
  const query = parseQuery(parameters);
  const found = search(archive.catalog, resource.level, query, resource.study, resource.series);
  const records = await inParallel(found, READERS, (match) => toRecord(match, query, baseUrl));
  return {
    status: 200,
    contentType: DICOM_JSON,
    body: JSON.stringify(records),
    ...(query.ignored.length
      ? { warning: '299 cordon "some search parameters are not known and were ignored"' }
      : {}),
  };
}

async function toRecord(match: Match, query: Query, baseUrl: string): Promise<JsonDataset> {
  const { study, series, instance } = match;
  const url = [
    `${baseUrl}/studies/${study.uid}`,
    series ? `/series/${series.uid}` : '',
    instance ? `/instances/${instance.sopInstanceUid}` : '',
  ].join('');
  return {
    ...match.attributes,
    ...(await included(match, query)),
    [tagToHex(TAG.retrieveUrl)]: { vr: 'UR', Value: [url] },
  };
}

/** Attributes that the index lacks are read from the match's first file. */
async function included(match: Match, { include }: Query): Promise<JsonDataset> {
  if (include === 'all') return {};
  const missing = include.filter((tag) => !(tagToHex(tag) in match.attributes));
  if (missing.length === 0) return {};
  const series = match.series ?? [...match.study.series.values()][0];
  const instance = match.instance ?? [...series.instances.values()][0];
  const json = toDicomJson(await readHeader(instance.path), {
    bulkDataUri: () => '',
    maxInlineBytes: 0,
  });
  const picked: JsonDataset = {};
  for (const tag of missing) {
    const element = json[tagToHex(tag)];
    if (element && !('BulkDataURI' in element)) picked[tagToHex(tag)] = element;
  }
  return picked;
}
