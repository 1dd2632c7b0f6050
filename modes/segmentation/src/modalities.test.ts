import { fitsModalities } from './modalities';

describe('studies for which the mode is offered', () => {
  it.each(['CT', 'MR\\SEG', 'PT/CT', 'SR\\NM'])('fits %s', (modalities) => {
    expect(fitsModalities(modalities)).toEqual({ valid: true, description: '' });
  });

  it.each(['SEG', 'SM', 'ECG\\SR', 'US'])('gives the reason for %s', (modalities) => {
    const { valid, description } = fitsModalities(modalities);
    expect(valid).toBe(false);
    expect(description).toContain(modalities.split('\\').join(', '));
  });

  it('says so when the archive names no modality', () => {
    expect(fitsModalities('').description).toContain('nothing that is known');
  });
});
