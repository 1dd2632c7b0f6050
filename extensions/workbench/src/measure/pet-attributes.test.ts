/** @file From a PET series as viewers hold it to SUV, worked out by hand from DICOM's own definition. */
import { petAttributes, type PetInstance } from './pet-attributes';
import { suvBodyWeight } from './suv';

/** Injected at noon, scanned two half-lives later; the first slice in the list is not the first in time. */
const series = (change: PetInstance = {}): readonly PetInstance[] =>
  ['140200', '140000'].map((AcquisitionTime) => ({
    Units: 'BQML',
    CorrectedImage: ['DECY', 'ATTN', 'SCAT'],
    DecayCorrection: 'START',
    PatientWeight: '70',
    RadiopharmaceuticalInformationSequence: [
      {
        RadionuclideTotalDose: '280000000',
        RadionuclideHalfLife: 3600,
        RadiopharmaceuticalStartTime: '120000',
      },
    ],
    SeriesDate: '20260101',
    SeriesTime: '150000',
    AcquisitionDate: '20260101',
    AcquisitionTime,
    ...change,
  }));

describe('attributes of a PET series', () => {
  it('give the SUV of a dose that has decayed to a quarter', () => {
    // 70 000 g / (280 MBq / 4): a value of 1000 Bq/ml is an SUV of 1.
    const suv = suvBodyWeight(petAttributes(series()));
    expect(suv).toMatchObject({ available: true });
    expect(suv.available && suv.factor * 1000).toBeCloseTo(1, 10);
  });

  it('are read from one dose as from a list, and from joined texts', () => {
    const [{ RadiopharmaceuticalInformationSequence: doses }] = series();
    const single = (doses as readonly object[])[0];
    const joined = series({
      CorrectedImage: 'DECY\\ATTN',
      RadiopharmaceuticalInformationSequence: single,
    });
    expect(suvBodyWeight(petAttributes(joined))).toEqual(suvBodyWeight(petAttributes(series())));
  });

  it('say what is missing', () => {
    const reasonOf = (change: PetInstance) => {
      const suv = suvBodyWeight(petAttributes(series(change)));
      return suv.available ? '' : suv.reason;
    };
    expect(reasonOf({ PatientWeight: '' })).toContain('weight');
    expect(reasonOf({ RadiopharmaceuticalInformationSequence: [] })).toContain('dose');
    expect(reasonOf({ Units: 'CNTS' })).toContain('counts');
    expect(suvBodyWeight(petAttributes([]))).toMatchObject({ available: false });
  });
});
