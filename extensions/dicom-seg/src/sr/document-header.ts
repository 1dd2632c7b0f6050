/**
 * @file What surrounds the content of a report: patient, study, series, equipment, state of the document.
 */
import { attribute, valuesOf, type Attribute } from '../part10/attribute';
import type { Keyword } from '../part10/tags';
import { ALWAYS, equipment, find, LOSSY, SCANNER, takenOver, type HeaderIds } from '../seg/header';
import { singleLine } from '../seg/text';
import { timestamps } from '../seg/timestamps';
import type { MeasurementReportRequest } from './measurement-report';

/** What is said of an image, not of a document. */
const OF_IMAGES: readonly Keyword[] = [
  ...SCANNER,
  ...LOSSY,
  'BodyPartExamined',
  'PatientOrientation',
  'PositionReferenceIndicator',
  'TimezoneOffsetFromUTC',
];

export function documentHeader(
  request: MeasurementReportRequest,
  ids: HeaderIds
): readonly Attribute[] {
  const [source] = request.series.instances;
  const at = timestamps(
    request.now ?? new Date(),
    valuesOf(find(source, 'TimezoneOffsetFromUTC'))[0]
  );
  return [
    ...takenOver(source, OF_IMAGES, ALWAYS),
    attribute('SpecificCharacterSet', 'ISO_IR 192'),
    attribute('InstanceCreationDate', at.date),
    attribute('InstanceCreationTime', at.time),
    attribute('SOPClassUID', ids.sopClassUid),
    attribute('SOPInstanceUID', ids.sopInstanceUid),
    attribute('SeriesDate', at.date),
    attribute('SeriesTime', at.time),
    attribute('ContentDate', at.date),
    attribute('ContentTime', at.time),
    attribute('Modality', 'SR'),
    attribute('TimezoneOffsetFromUTC', at.offset),
    attribute('SeriesDescription', singleLine(request.seriesDescription, 64)),
    attribute('StudyInstanceUID', source.studyInstanceUid),
    attribute('SeriesInstanceUID', ids.seriesInstanceUid),
    attribute('SeriesNumber', request.seriesNumber ?? 1001),
    attribute('InstanceNumber', 1),
    ...equipment(request.equipment),
    attribute('ReferencedPerformedProcedureStepSequence', []),
    attribute('PerformedProcedureCodeSequence', []),
    attribute('CompletionFlag', 'PARTIAL'),
    attribute('VerificationFlag', 'UNVERIFIED'),
  ];
}
