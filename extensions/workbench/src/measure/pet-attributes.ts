/**
 * @file The attributes that SUV needs, from the instances of a PET series as DICOM JSON libraries name them.
 */
import type { PetAttributes } from './suv';

/** Numbers come as numbers or text, lists as lists or single values. */
export interface PetInstance {
  readonly Units?: string;
  readonly SUVType?: string;
  readonly CorrectedImage?: string | readonly string[];
  readonly DecayCorrection?: string;
  readonly PatientWeight?: number | string;
  readonly RadiopharmaceuticalInformationSequence?: Dose | readonly Dose[];
  readonly SeriesDate?: string;
  readonly SeriesTime?: string;
  readonly AcquisitionDate?: string;
  readonly AcquisitionTime?: string;
  readonly TimezoneOffsetFromUTC?: string;
  readonly '70531000'?: number | string;
  readonly '70531009'?: number | string;
}

interface Dose {
  readonly RadionuclideTotalDose?: number | string;
  readonly RadionuclideHalfLife?: number | string;
  readonly RadiopharmaceuticalStartDateTime?: string;
  readonly RadiopharmaceuticalStartTime?: string;
}

/** The attributes of a PET series, from its instances. */
export function petAttributes(instances: readonly PetInstance[]): PetAttributes {
  const first = instances[0] ?? {};
  const doses = first.RadiopharmaceuticalInformationSequence;
  const dose = (Array.isArray(doses) ? (doses as readonly Dose[])[0] : (doses as Dose)) ?? {};
  const earliest = [...instances]
    .filter(({ AcquisitionDate, AcquisitionTime }) => AcquisitionDate && AcquisitionTime)
    .sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
    .at(0);
  const corrected = first.CorrectedImage;
  return {
    units: first.Units,
    suvType: first.SUVType,
    correctedImage: typeof corrected === 'string' ? corrected.split('\\') : corrected,
    decayCorrection: first.DecayCorrection,
    patientWeightKg: number(first.PatientWeight),
    totalDoseBq: number(dose.RadionuclideTotalDose),
    halfLifeSeconds: number(dose.RadionuclideHalfLife),
    injectionDateTime: dose.RadiopharmaceuticalStartDateTime,
    injectionTime: dose.RadiopharmaceuticalStartTime,
    seriesDate: first.SeriesDate,
    seriesTime: first.SeriesTime,
    acquisitionDate: earliest?.AcquisitionDate,
    acquisitionTime: earliest?.AcquisitionTime,
    timezoneOffset: first.TimezoneOffsetFromUTC,
    philipsSuvFactor: number(first['70531000']),
    philipsActivityFactor: number(first['70531009']),
  };
}

const startOf = ({ AcquisitionDate, AcquisitionTime }: PetInstance) =>
  `${AcquisitionDate ?? ''}${AcquisitionTime ?? ''}`;

function number(value: number | string | undefined): number | undefined {
  const parsed = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}
