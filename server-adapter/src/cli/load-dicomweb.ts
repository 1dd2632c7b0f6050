/**
 * @file Fetches the files of a series from a DICOMweb archive (QIDO-RS, WADO-RS).
 *
 * Instances are fetched one by one, a few at a time: progress can be shown, and no answer holds the whole series.
 */
import { CordonError, type Progress } from '@cordon/extension-workbench/pure';
import { isUid, type NamedFile } from '@cordon/extension-dicom-seg/pure';
import { dicomWebError, requestFrom } from './dicomweb-client';
import { firstPart } from './multipart-answer';

export interface SeriesAddress {
  /** DICOMweb root. */
  readonly url: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
}

export interface FetchOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Requests at a time. */
const PARALLEL = 4;

/** An archive that lists instances without end is left after so many answers. */
const MOST_PAGES = 1000;

/** The files of a series. Throws `DICOMWEB_…`, `CANCELLED`. */
export async function fetchSeries(
  address: SeriesAddress,
  options: FetchOptions = {}
): Promise<readonly NamedFile[]> {
  const series = `/studies/${address.studyInstanceUid}/series/${address.seriesInstanceUid}`;
  const uids = await instanceUids(address.url, series, options);
  const files: NamedFile[] = [];
  let next = 0;
  const worker = async () => {
    while (next < uids.length) {
      const index = next++;
      const uid = uids[index];
      files[index] = {
        name: uid,
        bytes: await instance(address.url, `${series}/instances/${uid}`, options),
      };
      options.onProgress?.({
        fraction: files.length / uids.length,
        message: `Fetched ${Object.keys(files).length} of ${uids.length} images`,
      });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return files;
}

/** Archives limit their answers: they are asked for more until nothing new comes. */
async function instanceUids(
  url: string,
  series: string,
  options: FetchOptions
): Promise<readonly string[]> {
  const path = `${series}/instances`;
  const found = new Set<string>();
  let listed = 0;
  let announcesMore = false;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { uids, hasMore }: InstancePage = await (page === 0
      ? instancePage(url, path, options)
      : furtherPage(url, `${path}?offset=${listed}`, announcesMore, options));
    const before = found.size;
    for (const uid of uids) found.add(uid);
    if (found.size === before) {
      if (announcesMore || hasMore) break;
      if (before === 0) throw nothingFound(series);
      return [...found];
    }
    listed += uids.length;
    announcesMore = hasMore;
  }
  throw dicomWebError(
    'DICOMWEB_INCOMPLETE',
    `${path} lists ${found.size} instances, says that there are more, and does not list them`
  );
}

interface InstancePage {
  readonly uids: readonly string[];
  /** The archive says that there is more than it lists (PS3.18 8.3.4.4). */
  readonly hasMore: boolean;
}

/** An archive that has announced no more may know no offsets: then it has listed all in its first answer. */
async function furtherPage(
  url: string,
  path: string,
  isAnnounced: boolean,
  options: FetchOptions
): Promise<InstancePage> {
  try {
    return await instancePage(url, path, options);
  } catch (error) {
    const isRefused = error instanceof CordonError && error.code === 'DICOMWEB_REFUSED';
    if (isRefused && !isAnnounced) return { uids: [], hasMore: false };
    throw error;
  }
}

async function instancePage(
  url: string,
  path: string,
  options: FetchOptions
): Promise<InstancePage> {
  const answer = await requestFrom(url, path, 'application/dicom+json', options);
  const hasMore = /\b299\b.*additional results/i.test(answer.warning);
  if (answer.status === 404 || answer.status === 204) return { uids: [], hasMore };
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(answer.bytes));
  } catch (cause) {
    throw dicomWebError('DICOMWEB_NOT_DICOM', `${path} was answered with ${answer.kind}`, cause);
  }
  if (!Array.isArray(json)) {
    throw dicomWebError('DICOMWEB_NOT_DICOM', `${path} was not answered with a list`);
  }
  const uids = json.map((item: unknown) => sopInstanceUid(item));
  const known = uids.filter((uid) => uid !== undefined);
  if (known.length < uids.length) {
    throw dicomWebError('DICOMWEB_NOT_DICOM', `${path} lists an instance without SOP Instance UID`);
  }
  return { uids: known, hasMore };
}

/** (0008,0018) of an item in the DICOM JSON model. */
function sopInstanceUid(item: unknown): string | undefined {
  const element = (
    item as Partial<Record<string, { readonly Value?: readonly unknown[] }>> | null
  )?.['00080018'];
  const uid = element?.Value?.[0];
  return typeof uid === 'string' && isUid(uid) ? uid : undefined;
}

async function instance(url: string, path: string, options: FetchOptions): Promise<Uint8Array> {
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const answer = await requestFrom(url, path, accept, options);
  if (answer.status === 404) {
    throw dicomWebError('DICOMWEB_NOT_DICOM', `${path} is listed, but is not found`);
  }
  const part = await firstPart(answer.bytes, answer.contentType);
  if (part) return part;
  throw dicomWebError('DICOMWEB_NOT_DICOM', `${path} was answered with ${answer.kind}`);
}

const nothingFound = (series: string) =>
  new CordonError({
    code: 'DICOMWEB_NOTHING_FOUND',
    what: 'The archive has no such series',
    why: `nothing is found under ${series}`,
    remedy: 'check --study and --series',
  });
