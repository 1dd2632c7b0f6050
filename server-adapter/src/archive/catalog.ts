/** The index in memory: studies, their series, their instances. About 2 KB per instance. */
import type { JsonDataset } from '../dicom/json';
import type { InstanceDescription } from './description';

export interface InstanceEntry {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly attributes: JsonDataset;
  /** Absolute path of the file. */
  readonly path: string;
  readonly series: SeriesEntry;
}
export interface SeriesEntry {
  readonly uid: string;
  readonly modality: string;
  readonly attributes: JsonDataset;
  readonly study: StudyEntry;
  readonly instances: Map<string, InstanceEntry>;
}
export interface StudyEntry {
  readonly uid: string;
  readonly patientId: string;
  readonly attributes: JsonDataset;
  readonly series: Map<string, SeriesEntry>;
}

export class Catalog {
  readonly studies = new Map<string, StudyEntry>();
  private readonly instances = new Map<string, InstanceEntry>();
  private readonly seriesByUid = new Map<string, SeriesEntry>();

  /** Adds an instance that is new; attributes of its study and series come from their first instance. */
  add(description: InstanceDescription, path: string): InstanceEntry {
    let study = this.studies.get(description.studyUid);
    if (!study) {
      study = {
        uid: description.studyUid,
        patientId: description.patientId,
        attributes: description.studyAttributes,
        series: new Map(),
      };
      this.studies.set(study.uid, study);
    }
    let series = study.series.get(description.seriesUid);
    if (!series) {
      series = {
        uid: description.seriesUid,
        modality: description.modality,
        attributes: description.seriesAttributes,
        study,
        instances: new Map(),
      };
      study.series.set(series.uid, series);
      this.seriesByUid.set(series.uid, series);
    }
    const entry: InstanceEntry = {
      sopInstanceUid: description.sopInstanceUid,
      sopClassUid: description.sopClassUid,
      transferSyntaxUid: description.transferSyntaxUid,
      attributes: description.instanceAttributes,
      path,
      series,
    };
    series.instances.set(entry.sopInstanceUid, entry);
    this.instances.set(entry.sopInstanceUid, entry);
    return entry;
  }

  instance(sopInstanceUid: string): InstanceEntry | undefined {
    return this.instances.get(sopInstanceUid);
  }

  series(seriesUid: string): SeriesEntry | undefined {
    return this.seriesByUid.get(seriesUid);
  }

  get instanceCount(): number {
    return this.instances.size;
  }

  /** Instances of a study, a series or one instance, by series number and instance number; empty when not found. */
  select(studyUid: string, seriesUid?: string, sopInstanceUid?: string): InstanceEntry[] {
    const study = this.studies.get(studyUid);
    if (!study) return [];
    const chosen = seriesUid ? [study.series.get(seriesUid)] : [...study.series.values()];
    return chosen.flatMap((series) => {
      if (!series) return [];
      if (sopInstanceUid) return series.instances.get(sopInstanceUid) ?? [];
      return [...series.instances.values()].sort(byInstanceNumber);
    });
  }
}

const instanceNumber = (entry: InstanceEntry): number =>
  Number(entry.attributes['00200013']?.Value?.[0] ?? 0);
const byInstanceNumber = (a: InstanceEntry, b: InstanceEntry): number =>
  instanceNumber(a) - instanceNumber(b) || a.sopInstanceUid.localeCompare(b.sopInstanceUid);
