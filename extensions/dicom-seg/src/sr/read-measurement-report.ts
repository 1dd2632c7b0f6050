/**
 * @file Reads the measurement groups of a report (TID 1500, planar and volumetric groups), our own and those of others.
 */
import type { CodedConcept } from '@cordon/extension-workbench/pure';
import { DEFAULT_LIMITS, type ReadLimits } from '../part10/limits';
import { parseDicom } from '../part10/parse';
import type { Readable } from '../part10/readable';
import { conceptOf } from '../seg/codes';
import { notAReport } from './errors';
import { SR_CODES as CODES } from './sr-codes';

export interface Measurement {
  readonly name: CodedConcept;
  /** Mean, minimum and the like; absent for a volume or a length. */
  readonly derivation?: CodedConcept;
  readonly value: number;
  readonly unit: CodedConcept;
}

export interface ReportedGroup {
  readonly trackingId: string;
  readonly trackingUid: string;
  readonly finding?: CodedConcept;
  readonly findingSite?: CodedConcept;
  readonly segment?: { readonly sopInstanceUid: string; readonly segmentNumber: number };
  readonly measurements: readonly Measurement[];
}

export interface MeasurementReport {
  readonly sopInstanceUid: string;
  readonly isVerified: boolean;
  readonly isComplete: boolean;
  readonly groups: readonly ReportedGroup[];
}

/** Throws `SR_NOT_A_REPORT` or `DICOM_*`. */
export function readMeasurementReport(
  bytes: Uint8Array,
  limits: ReadLimits = DEFAULT_LIMITS
): MeasurementReport {
  const { data } = parseDicom(bytes, limits);
  if (!isNamed(data, CODES.report)) {
    throw notAReport(
      `its title is ${conceptOf(data.item('ConceptNameCodeSequence'))?.meaning ?? 'missing'} (${data.text('Modality')})`
    );
  }
  return {
    sopInstanceUid: data.text('SOPInstanceUID'),
    isVerified: data.text('VerificationFlag') === 'VERIFIED',
    isComplete: data.text('CompletionFlag') === 'COMPLETE',
    groups: children(data, CODES.measurements)
      .flatMap((container) => children(container, CODES.group))
      .map(readGroup),
  };
}

const isNamed = (item: Readable, { value, scheme }: CodedConcept): boolean => {
  const name = conceptOf(item.item('ConceptNameCodeSequence'));
  return name?.value === value && name.scheme === scheme;
};

const children = (item: Readable, name: CodedConcept): readonly Readable[] =>
  item.items('ContentSequence').filter((child) => isNamed(child, name));

function readGroup(group: Readable): ReportedGroup {
  const coded = (name: CodedConcept) =>
    conceptOf(children(group, name)[0]?.item('ConceptCodeSequence'));
  const referenced = children(group, CODES.segment)[0]?.item('ReferencedSOPSequence');
  return {
    trackingId: children(group, CODES.trackingId)[0]?.text('TextValue') ?? '',
    trackingUid: children(group, CODES.trackingUid)[0]?.text('UID') ?? '',
    finding: coded(CODES.finding),
    findingSite: coded(CODES.findingSite),
    segment: referenced && {
      sopInstanceUid: referenced.text('ReferencedSOPInstanceUID'),
      segmentNumber: referenced.number('ReferencedSegmentNumber') ?? 0,
    },
    measurements: group
      .items('ContentSequence')
      .filter((item) => item.text('ValueType') === 'NUM')
      .flatMap(readMeasurement),
  };
}

/** Nothing for a number that the report leaves open. */
function readMeasurement(item: Readable): Measurement[] {
  const measured = item.item('MeasuredValueSequence');
  const name = conceptOf(item.item('ConceptNameCodeSequence'));
  const unit = conceptOf(measured?.item('MeasurementUnitsCodeSequence'));
  const value = measured?.number('FloatingPointValue') ?? measured?.number('NumericValue');
  if (!name || !unit || value === undefined) return [];
  const derivation = conceptOf(children(item, CODES.derivation)[0]?.item('ConceptCodeSequence'));
  return [{ name, value, unit, ...(derivation && { derivation }) }];
}
