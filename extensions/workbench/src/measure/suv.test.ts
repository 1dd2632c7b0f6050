import { parseDicomDateTime, parseUtcOffset } from './dicom-time';
import { suvBodyWeight, type PetAttributes } from './suv';

/** 70 kg, 370 MBq of F-18 injected one half-life before the scan: 185 MBq are left, 1 SUV is 185e6 / 70e3 Bq/mL. */
const scan: PetAttributes = {
  units: 'BQML',
  correctedImage: ['DECY', 'ATTN', 'SCAT'],
  decayCorrection: 'START',
  patientWeightKg: 70,
  totalDoseBq: 370e6,
  halfLifeSeconds: 6588,
  injectionTime: '101012',
  seriesDate: '20240229',
  seriesTime: '120000.00',
  acquisitionDate: '20240229',
  acquisitionTime: '120000',
};
const expected = 70_000 / 185e6;
const factorOf = (pet: PetAttributes) => {
  const conversion = suvBodyWeight(pet);
  if (!conversion.available) throw new Error(conversion.reason);
  return conversion.factor;
};
const reasonOf = (pet: PetAttributes) => {
  const conversion = suvBodyWeight(pet);
  return conversion.available ? `factor ${conversion.factor}` : conversion.reason;
};

describe('SUV by body weight', () => {
  it('divides by the dose that is left at the start of the scan', () => {
    expect(factorOf(scan)).toBeCloseTo(expected, 12);
  });

  it('takes the date and time of injection before the time alone', () => {
    const dated = { ...scan, injectionTime: '000000', injectionDateTime: '20240229101012.000000' };
    expect(factorOf(dated)).toBeCloseTo(expected, 12);
  });

  it('takes an injection time after the scan as the day before', () => {
    const late = {
      ...scan,
      injectionTime: '232312',
      seriesTime: '011300',
      acquisitionTime: '011300',
    };
    expect(factorOf(late)).toBeCloseTo(expected, 12);
  });

  it('is not misled by the series time of a later reconstruction', () => {
    expect(factorOf({ ...scan, seriesTime: '173000' })).toBeCloseTo(expected, 12);
  });

  it('respects the time zone of an injection that states one', () => {
    const zoned = { ...scan, injectionDateTime: '20240229091012+0000', timezoneOffset: '+0100' };
    expect(factorOf(zoned)).toBeCloseTo(expected, 12);
  });

  it('does not decay a dose that the images are corrected to', () => {
    expect(factorOf({ ...scan, decayCorrection: 'ADMIN' })).toBeCloseTo(70_000 / 370e6, 12);
  });

  it('is already in images in g/mL, and in Philips counts with their factor', () => {
    expect(factorOf({ units: 'GML' })).toBe(1);
    expect(factorOf({ units: 'CNTS', philipsSuvFactor: 0.000551 })).toBe(0.000551);
    expect(factorOf({ ...scan, units: 'CNTS', philipsActivityFactor: 2 })).toBeCloseTo(
      2 * expected,
      12
    );
  });

  it.each<[string, Partial<PetAttributes>, string]>([
    ['no weight', { patientWeightKg: undefined }, 'the weight of the patient is missing'],
    ['weight 0', { patientWeightKg: 0 }, 'the weight of the patient is missing'],
    ['no dose', { totalDoseBq: NaN }, 'the injected dose is missing'],
    [
      'dose in MBq',
      { totalDoseBq: 370 },
      'the injected dose is 370 Bq, which is implausible (MBq?)',
    ],
    ['no half-life', { halfLifeSeconds: undefined }, 'the half-life of the nuclide is missing'],
    ['no injection', { injectionTime: '' }, 'the time of injection is missing'],
    ['malformed injection', { injectionTime: '9:5' }, 'the time of injection is missing'],
    [
      'no scan time',
      { seriesTime: undefined, acquisitionTime: undefined },
      'the time of the scan is missing',
    ],
    [
      'injection tomorrow',
      { injectionDateTime: '20240301101012' },
      'the injection is dated after the scan',
    ],
    [
      'injection last week',
      { injectionDateTime: '20240222101012' },
      'the injection is dated more than a day before the scan',
    ],
    [
      'no attenuation',
      { correctedImage: ['DECY'] },
      'the images are not corrected for attenuation',
    ],
    ['no decay', { correctedImage: ['ATTN'] }, 'the images are not corrected for decay'],
    ['decay NONE', { decayCorrection: 'NONE' }, 'the decay correction is NONE'],
    ['no unit', { units: undefined }, 'the unit of the images (0054,1001) is missing'],
    ['other unit', { units: 'PROPCPS' }, 'the unit of the images is PROPCPS, not activity (BQML)'],
    [
      'counts alone',
      { units: 'CNTS' },
      'the images hold counts, and the factor to activity is missing',
    ],
    [
      'lean body SUV',
      { units: 'GML', suvType: 'LBM' },
      'the images hold SUV of another kind (LBM)',
    ],
  ])('says why there is none: %s', (_, change, reason) => {
    expect(reasonOf({ ...scan, ...change })).toBe(reason);
  });
});

describe('DICOM date and time', () => {
  it.each([
    ['19700102', '000001', 86_401],
    ['19700101', '01', 3600],
    ['19700101', '0102', 3720],
    ['19700101', '010203.5', 3723.5],
    ['1970.01.01', '01:02:03', 3723],
    ['19700101', '000000.000000-0500', 0],
  ])('%s %s', (date, time, seconds) => {
    expect(parseDicomDateTime(date, time)).toBe(seconds);
  });

  it.each([
    ['', '000000'],
    ['20240230x', '000000'],
    ['20241301', '000000'],
    ['20240101', '250000'],
    ['20240101', undefined],
  ])('%s %s is none', (date, time) => {
    expect(parseDicomDateTime(date, time)).toBeUndefined();
  });

  it('offsets from UTC', () => {
    expect(parseUtcOffset('-0530')).toBe(-19_800);
    expect(parseUtcOffset('20240229091012.5+0100')).toBe(3600);
    expect(parseUtcOffset('20240229091012')).toBeUndefined();
  });
});
