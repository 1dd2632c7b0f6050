/**
 * What the card of a network for whole heads says about real series, and what its manifest says about targets.
 */
import { resolve } from 'node:path';
import { describeWithPython, runPython } from '../../test/support/python';

const training = resolve(__dirname, '..', 'training');
const IMPORT = `
import sys
sys.path[:0] = [P['training'], P['training'] + '/brain-anatomy']
from brain_anatomy import card
`;

const volumesMl = { 'left-hippocampus': 3.5, 'right-hippocampus': 3.6, csf: 320.4 };
const series = {
  title: 'T1',
  refused: '',
  volumesMl,
  brainMl: 1300.2,
  ventriclesMl: 20,
  scatteredMl: 1,
  warnings: ['The field of view cuts the brain (11 cm²).'],
};

describeWithPython(['torch', 'scipy', 'nibabel'], 'the card of a network for whole heads', () => {
  const run = async (script: string, values = {}) =>
    (await runPython({ values: { training, ...values }, script: IMPORT + script })).values;

  it('has brain and fluid together, and the warnings of the product', async () => {
    const small = { ...series, title: 'T2', brainMl: 1100, warnings: [] };
    const refused = { title: 'FLAIR', refused: 'too small' };
    const { rows, warnings, fluid } = await run(
      `
R['rows'] = [card.series_row(one) for one in P['series']]
R['warnings'], R['fluid'] = card.warning_lines(P['series']), card.fluid_lines(P['series'])
`,
      { series: [series, small, refused] }
    );
    expect(rows).toEqual([
      '| T1 | 1300 | 1621 | 3.5 / 3.6 | 20.0 | 1.0 |',
      '| T2 | 1100 | 1420 | 3.5 / 3.6 | 20.0 | 1.0 |',
      '| FLAIR | refused: too small | | | | |',
    ]);
    expect(warnings).toContain('- T1: The field of view cuts the brain (11 cm²).');
    expect(fluid).toContainEqual(
      expect.stringMatching(/above the published .* in 1 of these 2 series \(T1 1621 mL\)/)
    );
  });

  it('takes results of an earlier version, without fluid and warnings', async () => {
    const { 'left-hippocampus': left, 'right-hippocampus': right } = volumesMl;
    const known = { 'left-hippocampus': left, 'right-hippocampus': right };
    const { title, refused, brainMl, ventriclesMl, scatteredMl } = series;
    const earlier = { title, refused, brainMl, ventriclesMl, scatteredMl, volumesMl: known };
    const { rows, lines } = await run(
      `
R['rows'] = [card.series_row(one) for one in P['series']]
R['lines'] = card.warning_lines(P['series']) + card.fluid_lines(P['series'])
`,
      { series: [earlier] }
    );
    expect(rows).toEqual(['| T1 | 1300 |  | 3.5 / 3.6 | 20.0 | 1.0 |']);
    expect(lines).toEqual([]);
  });

  it('comes with a manifest that counts the targets that are missed', async () => {
    // Everything is reached but the mean over all structures.
    const { targets } = await run(`
from pathlib import Path
from brain_anatomy import manifest
from brain_anatomy.targets import EASY
good = [0.95, 0.94, 0.96]
thin = {'dice': [0.7, 0.6, 0.8], 'structures': {key: good for key in EASY}}
folder = Path(P['training']).parent / manifest.IDS['fast']
built = manifest.build_manifest('fast', folder, {}, {}, {'1mm': thin, 'reductionFrom1To5Mm': [0.01, 0, 0.02]})
R['targets'] = built['eval_metrics']['targets']
`);
    expect(targets).toEqual({ missed: 1, of: 9 });
  });
});
