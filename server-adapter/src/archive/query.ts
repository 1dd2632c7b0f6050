/** QIDO-RS (PS3.18 10.6): which studies, series or instances match, and what is returned of them. */
import { parseTag } from '../dicom/dictionary';
import { tagToHex, TAG } from '../dicom/element';
import type { JsonDataset, JsonElement, JsonValue } from '../dicom/json';
import type { Catalog, InstanceEntry, SeriesEntry, StudyEntry } from './catalog';
import { matches } from './match';

export type QueryLevel = 'studies' | 'series' | 'instances';

export interface Query {
  readonly filters: ReadonlyMap<number, readonly string[]>;
  /** Tags that the answer must hold as well; 'all' for every attribute of the level. */
  readonly include: readonly number[] | 'all';
  readonly limit: number;
  readonly offset: number;
  /** Parameters that are not understood, for the Warning header. */
  readonly ignored: readonly string[];
}

export interface Match {
  readonly study: StudyEntry;
  readonly series?: SeriesEntry;
  readonly instance?: InstanceEntry;
  readonly attributes: JsonDataset;
}

const MAX_RESULTS = 10_000;

/** Reads the parameters of a search; keys are tags or keywords. */
export function parseQuery(parameters: URLSearchParams): Query {
  const filters = new Map<number, string[]>();
  const include: number[] = [];
  const ignored: string[] = [];
  let all = false;
  for (const [key, value] of parameters) {
    if (key === 'limit' || key === 'offset' || key === 'fuzzymatching') continue;
    if (key === 'includefield') {
      for (const field of value.split(',')) {
        const tag = parseTag(field);
        if (field === 'all') all = true;
        else if (tag !== undefined) include.push(tag);
        else ignored.push(key);
      }
      continue;
    }
    const tag = parseTag(key);
    if (tag === undefined) ignored.push(key);
    else if (value !== '') filters.set(tag, [...(filters.get(tag) ?? []), value]);
  }
  const count = (name: string, fallback: number) => {
    const text = parameters.get(name);
    return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : fallback;
  };
  return {
    filters,
    include: all ? 'all' : include,
    limit: Math.min(count('limit', MAX_RESULTS), MAX_RESULTS),
    offset: count('offset', 0),
    ignored,
  };
}

/**
 * Searches the catalog at one level, within a study and a series when given.
 * A filter on an attribute that the index does not hold matches nothing unless it matches the empty value.
 */
export function search(
  catalog: Catalog,
  level: QueryLevel,
  query: Query,
  studyUid?: string,
  seriesUid?: string
): Match[] {
  const found = [...candidates(catalog, level, studyUid, seriesUid)].filter(({ attributes }) =>
    [...query.filters].every(([tag, wanted]) => matches(tag, attributes[tagToHex(tag)], wanted))
  );
  if (level === 'studies') found.sort(newestFirst);
  return found.slice(query.offset, query.offset + query.limit);
}

function* candidates(
  catalog: Catalog,
  level: QueryLevel,
  studyUid: string | undefined,
  seriesUid: string | undefined
): Generator<Match> {
  const chosen = studyUid ? [catalog.studies.get(studyUid)] : catalog.studies.values();
  for (const study of chosen) {
    if (!study) continue;
    const ofStudy = studyAttributes(study);
    if (level === 'studies') {
      yield { study, attributes: ofStudy };
      continue;
    }
    const ordered = [...study.series.values()].sort((a, b) => seriesNumber(a) - seriesNumber(b));
    for (const series of ordered) {
      if (seriesUid && series.uid !== seriesUid) continue;
      const ofSeries = { ...ofStudy, ...seriesAttributes(series) };
      if (level === 'series') {
        yield { study, series, attributes: ofSeries };
        continue;
      }
      for (const instance of catalog.select(study.uid, series.uid)) {
        const attributes = { ...ofSeries, ...instance.attributes, ...online };
        yield { study, series, instance, attributes };
      }
    }
  }
}

const online: JsonDataset = {
  [tagToHex(TAG.instanceAvailability)]: { vr: 'CS', Value: ['ONLINE'] },
};
const counted = (value: number): JsonElement => ({ vr: 'IS', Value: [value] });
const seriesNumber = (series: SeriesEntry): number =>
  Number(series.attributes[tagToHex(TAG.seriesNumber)]?.Value?.[0] ?? 0);

function studyAttributes(study: StudyEntry): JsonDataset {
  const modalities = [
    ...new Set([...study.series.values()].map((series) => series.modality)),
  ].sort();
  const instances = [...study.series.values()].reduce(
    (sum, series) => sum + series.instances.size,
    0
  );
  return {
    ...study.attributes,
    ...online,
    [tagToHex(TAG.modalitiesInStudy)]: { vr: 'CS', Value: modalities },
    [tagToHex(TAG.studyRelatedSeries)]: counted(study.series.size),
    [tagToHex(TAG.studyRelatedInstances)]: counted(instances),
  };
}

function seriesAttributes(series: SeriesEntry): JsonDataset {
  return {
    ...series.attributes,
    ...online,
    [tagToHex(TAG.seriesRelatedInstances)]: counted(series.instances.size),
  };
}

function newestFirst(a: Match, b: Match): number {
  const moment = ({ attributes }: Match) =>
    `${first(attributes, TAG.studyDate)}${first(attributes, TAG.studyTime)}`;
  return moment(b).localeCompare(moment(a)) || a.study.uid.localeCompare(b.study.uid);
}

function first(attributes: JsonDataset, tag: number): string {
  const value: JsonValue | undefined = attributes[tagToHex(tag)]?.Value?.[0];
  return typeof value === 'string' ? value : '';
}
