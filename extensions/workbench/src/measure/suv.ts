/**
 * @file Standardized uptake value of PET by body weight, after the vendor-neutral pseudo-code of the QIBA FDG-PET/CT profile.
 *
 * SUVbw = activity concentration (Bq/mL) · body weight (g) / dose at the time to which the images are decay-corrected (Bq);
 * tissue counts as 1 g/mL. Where an attribute is missing or contradicts another, the reason is given instead of a number.
 */
import { parseDicomDateTime, parseUtcOffset } from './dicom-time';

/** Attributes of a PET series as they stand in DICOM; absent ones undefined or empty. */
export interface PetAttributes {
  /** Units (0054,1001): BQML, GML, CNTS … */
  readonly units?: string;
  /** SUV Type (0054,1006): BW when absent. */
  readonly suvType?: string;
  /** Corrected Image (0028,0051). */
  readonly correctedImage?: readonly string[];
  /** Decay Correction (0054,1102): START, ADMIN or NONE. */
  readonly decayCorrection?: string;
  /** Patient's Weight (0010,1030). */
  readonly patientWeightKg?: number;
  /** Radionuclide Total Dose (0018,1074). */
  readonly totalDoseBq?: number;
  /** Radionuclide Half Life (0018,1075). */
  readonly halfLifeSeconds?: number;
  /** Radiopharmaceutical Start DateTime (0018,1078), DICOM DT. */
  readonly injectionDateTime?: string;
  /** Radiopharmaceutical Start Time (0018,1072), DICOM TM. */
  readonly injectionTime?: string;
  /** Series Date and Time (0008,0021) (0008,0031). */
  readonly seriesDate?: string;
  readonly seriesTime?: string;
  /** Earliest Acquisition Date and Time of the series (0008,0022) (0008,0032). */
  readonly acquisitionDate?: string;
  readonly acquisitionTime?: string;
  /** Timezone Offset From UTC (0008,0201): that of the dates and times without one of their own. */
  readonly timezoneOffset?: string;
  /** Philips SUV Scale Factor (7053,xx00): counts to SUV. */
  readonly philipsSuvFactor?: number;
  /** Philips Activity Concentration Scale Factor (7053,xx09): counts to Bq/mL. */
  readonly philipsActivityFactor?: number;
}

export type SuvConversion =
  /** Multiply a value of the image (rescale applied) by `factor` to get g/mL. */
  | { readonly available: true; readonly factor: number; readonly unit: 'g/ml{SUVbw}' }
  /** Why there is no SUV, in a sentence for the user. */
  | { readonly available: false; readonly reason: string };

/** How to turn the values of a PET series into SUV by body weight, or why that cannot be done. */
export function suvBodyWeight(pet: PetAttributes): SuvConversion {
  switch (pet.units) {
    case 'GML':
      return !pet.suvType || pet.suvType === 'BW'
        ? suv(1)
        : no(`the images hold SUV of another kind (${pet.suvType})`);
    case 'CNTS':
      if (isPositive(pet.philipsSuvFactor)) return suv(pet.philipsSuvFactor);
      if (isPositive(pet.philipsActivityFactor))
        return fromActivity(pet, pet.philipsActivityFactor);
      return no('the images hold counts, and the factor to activity is missing');
    case 'BQML':
      return fromActivity(pet, 1);
    case undefined:
    case '':
      return no('the unit of the images (0054,1001) is missing');
    default:
      return no(`the unit of the images is ${pet.units}, not activity (BQML)`);
  }
}

function fromActivity(pet: PetAttributes, toActivity: number): SuvConversion {
  const corrections = pet.correctedImage ?? [];
  for (const [name, meaning] of REQUIRED_CORRECTIONS) {
    if (!corrections.includes(name)) return no(`the images are not corrected for ${meaning}`);
  }
  if (!isPositive(pet.patientWeightKg)) return no('the weight of the patient is missing');
  if (!isPositive(pet.totalDoseBq)) return no('the injected dose is missing');
  if (pet.totalDoseBq < LEAST_DOSE_BQ) {
    return no(`the injected dose is ${pet.totalDoseBq} Bq, which is implausible (MBq?)`);
  }
  const grams = pet.patientWeightKg * 1000;
  if (pet.decayCorrection === 'ADMIN') return suv((toActivity * grams) / pet.totalDoseBq);
  if (pet.decayCorrection !== 'START') {
    return no(`the decay correction is ${pet.decayCorrection || 'not stated'}`);
  }
  if (!isPositive(pet.halfLifeSeconds)) return no('the half-life of the nuclide is missing');
  const elapsed = secondsFromInjection(pet);
  if (typeof elapsed === 'string') return no(elapsed);
  const dose = pet.totalDoseBq * 2 ** (-elapsed / pet.halfLifeSeconds);
  return suv((toActivity * grams) / dose);
}

const REQUIRED_CORRECTIONS = [
  ['ATTN', 'attenuation'],
  ['DECY', 'decay'],
] as const;
/** A dose below this is not one for imaging; it was likely entered in MBq. */
const LEAST_DOSE_BQ = 100_000;
const DAY_SECONDS = 86_400;

/** Seconds from injection to the start of the scan, to which the images are corrected; or why they are not known. */
function secondsFromInjection(pet: PetAttributes): number | string {
  const series = parseDicomDateTime(pet.seriesDate, pet.seriesTime);
  const acquisition = parseDicomDateTime(pet.acquisitionDate, pet.acquisitionTime);
  // A series time after the first acquisition is that of a later reconstruction, not of the scan.
  const usable = [series, acquisition].filter((time) => time !== undefined);
  if (usable.length === 0) return 'the time of the scan is missing';
  const start = Math.min(...usable);
  let injected = injectionSeconds(pet);
  if (injected === undefined) {
    const date = start === acquisition ? pet.acquisitionDate : pet.seriesDate;
    injected = parseDicomDateTime(date, pet.injectionTime);
    if (injected === undefined) return 'the time of injection is missing';
    if (injected > start) injected -= DAY_SECONDS; // injected before midnight, scanned after it
  }
  const elapsed = start - injected;
  if (elapsed < 0) return 'the injection is dated after the scan';
  if (elapsed > DAY_SECONDS) return 'the injection is dated more than a day before the scan';
  return elapsed;
}

/** Injection date and time in the time zone of the series. */
function injectionSeconds({
  injectionDateTime,
  timezoneOffset,
}: PetAttributes): number | undefined {
  const text = injectionDateTime?.trim();
  const seconds = parseDicomDateTime(text?.slice(0, 8), text?.slice(8));
  const [own, series] = [parseUtcOffset(text), parseUtcOffset(timezoneOffset)];
  if (seconds === undefined || own === undefined || series === undefined) return seconds;
  return seconds - own + series;
}

const suv = (factor: number): SuvConversion => ({ available: true, factor, unit: 'g/ml{SUVbw}' });
const no = (reason: string): SuvConversion => ({ available: false, reason });
const isPositive = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0;
