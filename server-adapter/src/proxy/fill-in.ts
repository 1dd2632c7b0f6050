/**
 * Adds descriptions that a server leaves out of its search answers (Orthanc 1.10 never returns StudyDescription,
 * so that the study list would say "No Description"): read from the metadata of one instance and remembered.
 */
import { inParallel } from '../archive/parallel';
import { HttpError } from '../dicomweb/http-error';
import type { JsonDataset, JsonElement } from '../dicom/json';
import { asDatasets } from './rewrite';
import type { Upstream, UpstreamRequest } from './upstream';
import { isUid } from '../dicom/uid';

const STUDY_DESCRIPTION = '00081030';
const SERIES_DESCRIPTION = '0008103E';
const REMEMBERED = 5_000;
const REMEMBER_MS = 5 * 60_000;
const PARALLEL = 6;
/** More rows than a study list shows at once are not filled in. */
const MAX_ROWS = 200;

type Context = Pick<UpstreamRequest, 'authorization' | 'signal'>;
interface Remembered {
  readonly until: number;
  readonly element: JsonElement;
}

export class DescriptionFiller {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly upstream: Upstream) {}

  /** Fills in studies (in place). A study whose metadata cannot be read keeps an empty description. */
  async fillStudies(studies: readonly JsonDataset[], context: Context): Promise<void> {
    const missing = studies.filter((study) => !(STUDY_DESCRIPTION in study)).slice(0, MAX_ROWS);
    await inParallel(missing, PARALLEL, async (study) => {
      const uid = text(study, '0020000D');
      if (isUid(uid))
        study[STUDY_DESCRIPTION] = await this.describe(
          `/studies/${uid}`,
          STUDY_DESCRIPTION,
          context
        );
    });
  }

  /** Fills in the series of one study (in place). */
  async fillSeries(
    studyUid: string,
    list: readonly JsonDataset[],
    context: Context
  ): Promise<void> {
    const missing = list.filter((series) => !(SERIES_DESCRIPTION in series)).slice(0, MAX_ROWS);
    await inParallel(missing, PARALLEL, async (series) => {
      const uid = text(series, '0020000E');
      if (!isUid(uid)) return;
      const path = `/studies/${studyUid}/series/${uid}`;
      series[SERIES_DESCRIPTION] = await this.describe(path, SERIES_DESCRIPTION, context);
    });
  }

  private async describe(path: string, tag: string, context: Context): Promise<JsonElement> {
    // What one caller may see must not be told to another.
    const key = `${context.authorization ?? ''} ${path}`;
    const known = this.remembered.get(key);
    if (known && known.until > Date.now()) return known.element;
    const element = await this.read(path, tag, context);
    if (this.remembered.size >= REMEMBERED) {
      const [oldest] = this.remembered.keys();
      if (oldest !== undefined) this.remembered.delete(oldest);
    }
    this.remembered.set(key, { until: Date.now() + REMEMBER_MS, element });
    return element;
  }

  private async read(path: string, tag: string, context: Context): Promise<JsonElement> {
    const empty: JsonElement = { vr: 'LO' };
    const get = (below: string, query?: URLSearchParams) =>
      this.upstream.json({
        ...context,
        method: 'GET',
        path: below,
        query,
        accept: 'application/dicom+json',
      });
    try {
      const [instance] =
        asDatasets(await get(`${path}/instances`, new URLSearchParams({ limit: '1' }))) ?? [];
      const [study, series, sop] = ['0020000D', '0020000E', '00080018'].map((uid) =>
        text(instance ?? {}, uid)
      );
      if (![study, series, sop].every(isUid)) return empty;
      const metadata = await get(`/studies/${study}/series/${series}/instances/${sop}/metadata`);
      return asDatasets(metadata)?.[0]?.[tag] ?? empty;
    } catch (error) {
      // The list is worth more than one description; what is wrong shows when the study is opened.
      if (error instanceof HttpError) return empty;
      throw error;
    }
  }
}

function text(dataset: JsonDataset, tag: string): string {
  const value = dataset[tag]?.Value?.[0];
  return typeof value === 'string' ? value : '';
}
