/** WADO-RS metadata of one instance. */
import { readHeader } from '../dicom/file';
import { toDicomJson, type JsonDataset } from '../dicom/json';
import type { InstanceEntry } from './catalog';

/** Longer binary values are fetched by their own address. */
const MAX_INLINE_BYTES = 4096;

/** Address of an instance below the DICOMweb root. */
export function instanceUrl({ series, sopInstanceUid }: InstanceEntry, baseUrl: string): string {
  return `${baseUrl}/studies/${series.study.uid}/series/${series.uid}/instances/${sopInstanceUid}`;
}

/** @throws CordonError DICOM_UNREADABLE when the file was damaged after it was indexed */
export async function instanceMetadata(
  instance: InstanceEntry,
  baseUrl: string
): Promise<JsonDataset> {
  const url = instanceUrl(instance, baseUrl);
  const json = toDicomJson(await readHeader(instance.path), {
    bulkDataUri: (path) => `${url}/bulkdata/${path.join('/')}`,
    maxInlineBytes: MAX_INLINE_BYTES,
  });
  json['00083002'] = { vr: 'UI', Value: [instance.transferSyntaxUid] };
  return json;
}
