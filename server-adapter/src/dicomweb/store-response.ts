/** The answer to STOW-RS (PS3.18 10.5.3): which instances were stored, which were refused and why. */
import type { JsonDataset } from '../dicom/json';
import { DICOM_JSON, type DicomWebAnswer } from './backend';

export interface StoredInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
}
export interface RefusedInstance {
  /** Empty when the file could not be read far enough. */
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly reason: number;
  readonly comment: string;
}

/** 200 when all are stored, 202 when some, 409 when none. */
export function storeAnswer(
  stored: readonly StoredInstance[],
  refused: readonly RefusedInstance[],
  baseUrl: string
): DicomWebAnswer {
  const body: JsonDataset = {};
  const studies = [...new Set(stored.map(({ studyUid }) => studyUid))];
  if (studies.length === 1)
    body['00081190'] = { vr: 'UR', Value: [`${baseUrl}/studies/${studies[0]}`] };
  if (stored.length)
    body['00081199'] = { vr: 'SQ', Value: stored.map((one) => success(one, baseUrl)) };
  if (refused.length) body['00081198'] = { vr: 'SQ', Value: refused.map(failure) };
  const status = refused.length === 0 ? 200 : stored.length === 0 ? 409 : 202;
  return { status, contentType: DICOM_JSON, body: JSON.stringify(body) };
}

function success(
  { sopClassUid, sopInstanceUid, studyUid, seriesUid }: StoredInstance,
  baseUrl: string
): JsonDataset {
  const url = `${baseUrl}/studies/${studyUid}/series/${seriesUid}/instances/${sopInstanceUid}`;
  return {
    '00081150': { vr: 'UI', Value: [sopClassUid] },
    '00081155': { vr: 'UI', Value: [sopInstanceUid] },
    '00081190': { vr: 'UR', Value: [url] },
  };
}

/** The comment goes into ErrorComment (0000,0902), as other archives do, because a bare number helps nobody. */
function failure({ sopClassUid, sopInstanceUid, reason, comment }: RefusedInstance): JsonDataset {
  const uid = (text: string) =>
    text ? { vr: 'UI' as const, Value: [text] } : { vr: 'UI' as const };
  return {
    '00000902': { vr: 'LO', Value: [comment] },
    '00081150': uid(sopClassUid),
    '00081155': uid(sopInstanceUid),
    '00081197': { vr: 'US', Value: [reason] },
  };
}
