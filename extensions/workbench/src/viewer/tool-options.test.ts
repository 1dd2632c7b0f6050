import { z } from 'zod';
import { parameterFields } from '../method/parameter-fields';
import type { ActiveMethod, SeriesSummary } from '../ui/panel-model';
import { changedParameters, toolOptions } from './tool-options';

const CT: SeriesSummary = {
  title: 'Chest',
  modality: 'CT',
  unit: 'HU',
  range: { min: -1024, max: 2000 },
};

const fields = parameterFields(
  z.object({
    lower: z.number().default(100).meta({ title: 'Lower bound', unit: 'modality' }),
    upper: z.number().default(3000).meta({ title: 'Upper bound', unit: 'modality' }),
    how: z.enum(['at-once', 'in-steps']).default('at-once').meta({ title: 'How' }),
    steps: z
      .int()
      .min(1)
      .max(9)
      .default(3)
      .meta({ title: 'Steps', when: { parameter: 'how', is: ['in-steps'] } }),
    closed: z.boolean().default(true).meta({ title: 'Closed', description: 'Ends meet.' }),
    last: z.boolean().default(true).meta({ title: 'Last' }),
  })
);

const method = (values: ActiveMethod['values'] = {}): ActiveMethod => ({
  entry: { id: 'tried', title: 'Tried', summary: '', family: 'classical', group: 'grow' },
  fields,
  values,
  regions: ['volume'],
  region: 'volume',
  citation: '',
});

const original = (_: string, __: string, text: string) => text;
const options = (values?: ActiveMethod['values'], series: SeriesSummary = CT) =>
  toolOptions(method(values), series, original);

describe('options in the viewer’s toolbox', () => {
  it('are the first parameters that matter, in the viewer’s controls', () => {
    expect(options()).toMatchObject([
      { type: 'custom', name: 'Lower bound – Upper bound (HU)' },
      {
        type: 'double-range',
        name: 'Lower bound – Upper bound (HU)',
        value: [100, 2000],
        min: -1024,
        max: 2000,
      },
      { type: 'radio', value: 'at-once', values: [{ label: 'At once' }, { label: 'In steps' }] },
      { type: 'switch', name: 'Closed', value: true, tooltip: 'Ends meet.' },
    ]);
    const [, , , third] = options({ how: 'in-steps', steps: 5 });
    expect(third).toMatchObject({ type: 'range', name: 'Steps', value: 5, min: 1, max: 9 });
  });

  it('leave out what the viewer has no control for', () => {
    const ids = options({}, { ...CT, range: undefined }).map(({ id }) => id);
    expect(ids).toEqual(['cordon.tried.how', 'cordon.tried.closed']);
  });

  it('change the parameters that were moved, and no others', () => {
    const change = (id: string, value: number | boolean | string | readonly number[]) =>
      changedParameters(method(), CT, { id: `cordon.tried.${id}`, value });
    // The upper bound lies beyond the slider, which shows its end.
    expect(change('lower', [120, 2000])).toEqual({ lower: 120 });
    expect(change('lower', [100, 1500])).toEqual({ upper: 1500 });
    expect(change('closed', false)).toEqual({ closed: false });
    expect(change('how', 'in-steps')).toEqual({ how: 'in-steps' });
    expect(change('steps', 4)).toEqual({}); // not shown
  });
});
