import { guessChannels, type SeriesHints } from './guess-channels';

const mr = (description: string, more: Partial<SeriesHints> = {}): SeriesHints => ({
  modality: 'MR',
  description,
  ...more,
});

describe('the series that a method means by its names', () => {
  it.each<[readonly string[], readonly SeriesHints[], readonly (number | undefined)[]]>([
    // The names and descriptions of a real study.
    [
      ['T1', 'T2', 'FLAIR'],
      [mr('T1post', { enhanced: true }), mr('FLAIR_reg'), mr('T1pre_reg'), mr('T2_reg')],
      [2, 3, 1],
    ],
    [
      ['T1ce', 'T1'],
      [mr('AX T1 SE'), mr('AX T1 +C')],
      [1, 0],
    ],
    [['T1c'], [mr('t1_tse_tra'), mr('t1_tse_tra', { enhanced: true })], [1]],
    [
      ['T1Gd', 'T2'],
      [mr('t2_tse_tra'), mr('T1 POST GAD')],
      [1, 0],
    ],
    [
      ['T1', 'T2'],
      [mr('t1_mprage_sag'), mr('t2_tirm_tra_dark-fluid FLAIR')],
      [0, undefined],
    ],
    [
      ['DWI', 'ADC'],
      [mr('ep2d_diff_ADC'), mr('ep2d_diff_TRACEW')],
      [1, 0],
    ],
    [
      ['PET', 'CT'],
      [mr('WB', { modality: 'CT' }), mr('WB', { modality: 'PT' })],
      [1, 0],
    ],
    // No series stands for two names.
    [['T1', 'T1'], [mr('T1 tra')], [0, undefined]],
    // Where the description says nothing, the protocol does, then the times.
    [['FLAIR'], [mr('Ax', { protocol: 'T2 tra' }), mr('Ax', { protocol: 'Brain Flair' })], [1]],
    [
      ['T1', 'T2', 'FLAIR', 'T1ce'],
      [
        mr('a', { echoMs: 90, repetitionMs: 9000, inversionMs: 2500 }),
        mr('b', { echoMs: 92, repetitionMs: 4000 }),
        mr('c', { echoMs: 9.5, repetitionMs: 500 }),
        mr('d', { echoMs: 3, repetitionMs: 2300, inversionMs: 900, enhanced: true }),
      ],
      [2, 1, 0, 3],
    ],
    // A name of nobody's vocabulary is looked for as it is.
    [['late-phase'], [mr('early phase'), mr('LATE PHASE 2')], [1]],
    [['T2'], [mr('localizer')], [undefined]],
  ])('%j', (names, series, expected) => {
    expect(guessChannels(names, series)).toEqual(expected);
  });
});
