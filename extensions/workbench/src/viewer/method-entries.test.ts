import { z } from 'zod';
import { FITS, type SegmentationMethod } from '../method/contract';
import { defineMethod } from '../method/define-method';
import { defaultParameters } from '../method/parameter-fields';
import { MethodRegistry } from '../method/registry';
import { activateMethod, beginAnew, startingValues } from './method-entries';

const method: SegmentationMethod = defineMethod({
  id: 'grow',
  version: '1',
  title: 'Grow',
  summary: '',
  family: 'classical',
  group: 'grow',
  citation: '',
  parameters: z.object({
    bounds: z.enum(['fixed', 'around']).default('fixed'),
    tolerance: z.number().default(50),
    lower: z.number().default(100),
  }),
  viewerDefaults: ({ histogram }) => ({
    bounds: 'around' as const,
    ...(histogram && { tolerance: (histogram.to - histogram.from) / 10 }),
  }),
  inputs: { channels: ['image'], regions: ['volume'], segment: 'none', prompts: ['seeds'] },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: () => ({ bytes: 1, operations: 1 }),
  open: () => Promise.reject(new Error('not opened here')),
});
const methods = new MethodRegistry();
methods.register({ method });
const { id, title, summary, family, group } = method;
const entry = { id, title, summary, family, group };
const CT = { modality: 'CT' };
const MR = { modality: 'MR', histogram: { min: 0, max: 900, from: 0, to: 400, counts: [] } };

describe('a method in the viewer', () => {
  it('begins with what it would rather have there, which the command line does not', () => {
    const active = activateMethod(methods, entry, CT);
    expect(active.values).toEqual({ bounds: 'around', tolerance: 50, lower: 100 });
    // What a form resets a field to.
    expect(active.fields.map((field) => field.default)).toEqual(['around', 50, 100]);
    expect(startingValues(active)).toEqual(active.values);
    expect(defaultParameters(method.parameters)).toMatchObject({ bounds: 'fixed' });
  });

  it('begins anew once more is known of the series, but for what was changed', () => {
    const active = activateMethod(methods, entry, CT);
    expect(beginAnew(methods, active, MR).values).toEqual({
      bounds: 'around',
      tolerance: 40,
      lower: 100,
    });
    const changed = { ...active, values: { ...active.values, tolerance: 7, bounds: 'fixed' } };
    const again = beginAnew(methods, changed, MR);
    expect(again.values).toEqual({ bounds: 'fixed', tolerance: 7, lower: 100 });
    expect(startingValues(again).tolerance).toBe(40);
  });
});
