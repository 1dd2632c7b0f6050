import { screen, within } from '@testing-library/react';
import { z } from 'zod';
import type { InMemoryMethod } from '../../../../test/fixtures/panel/in-memory-model';
import { METHODS, more, THRESHOLD } from '../../../../test/fixtures/panel/methods';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { parameterFields } from '../method/parameter-fields';

const operation = (id: string, title: string): InMemoryMethod => {
  const method = more(id, title, 'clean-up');
  return {
    ...method,
    entry: { ...method.entry, family: 'operation' },
    segmentInput: 'required',
  };
};

const LOGICAL: InMemoryMethod = {
  ...operation('logical', 'Logical operation'),
  combines: true,
  promptsWhen: { parameter: 'operation', is: ['union'] },
  fields: parameterFields(
    z.object({
      operation: z.enum(['union', 'invert']).default('union').meta({ title: 'Operation' }),
    })
  ),
};

const bound = (title: string, value: number) =>
  z.number().default(value).meta({ title, unit: 'modality' });

const LUNGS: InMemoryMethod = {
  ...more('lungs', 'Lungs', 'pipeline'),
  steps: [
    { name: 'tissue', title: 'Tissue', methodId: 'threshold' },
    { name: 'body', title: 'Body', methodId: 'islands' },
  ],
  fields: parameterFields(
    z.object({
      'tissue.lower': bound('Tissue: lower bound', -400),
      'tissue.upper': bound('Tissue: upper bound', 900),
      'body.count': z.int().min(1).max(9).default(1).meta({ title: 'Body: islands to keep' }),
    })
  ),
};

const segment = (number: number, label: string) =>
  ({ number, label, colour: [number, 2, 3], locked: false }) as const;

let panel: OpenPanel;

beforeEach(() => {
  localStorage.clear();
  panel = openPanel({ segments: [segment(1, 'Liver'), segment(2, 'Spleen')] }, [
    ...METHODS,
    operation('fill-holes', 'Fill holes'),
    LOGICAL,
    LUNGS,
    more('bones', 'Bones', 'pipeline', 'its thresholds are Hounsfield units'),
  ]);
});
afterEach(() => {
  panel.close();
});

async function start(label: string, title: string): Promise<void> {
  await panel.user.click(
    screen.getByRole('button', { name: `Change ${label}: islands, holes, margin …` })
  );
  const group = screen.getByRole('group', { name: `Change ${label}` });
  await panel.user.click(within(group).getByRole('button', { name: title }));
}

describe('operations on a segment', () => {
  it('start from its row with two clicks, and Enter accepts', async () => {
    await panel.user.click(screen.getByRole('button', { name: /^Change Spleen/ }));
    const group = screen.getByRole('group', { name: 'Change Spleen' });
    expect(
      within(group)
        .getAllByRole('button')
        .map((button) => button.textContent)
    ).toEqual(['Fill holes', 'Logical operation']);
    await panel.user.click(within(group).getByRole('button', { name: 'Fill holes' }));
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['startMethod("fill-holes", 2)', 'accept()']);
    expect(screen.queryByRole('group', { name: 'Change Spleen' })).toBeNull();
  });

  it('change a segment, so that a new one is no choice', async () => {
    await start('Liver', 'Fill holes');
    await panel.user.click(screen.getByRole('combobox', { name: 'Segment' }));
    const choices = await screen.findAllByRole('option');
    expect(choices.map((choice) => choice.textContent)).toEqual(['Liver', 'Spleen']);
  });

  it('combine it with another one', async () => {
    await start('Liver', 'Logical operation');
    await panel.user.click(screen.getByRole('combobox', { name: 'With' }));
    const choices = await screen.findAllByRole('option');
    expect(choices.map((choice) => choice.textContent)).toEqual(['Spleen']);
    await panel.user.click(choices[0]);
    expect(panel.model.calls.at(-1)).toBe('setOtherSegment(2)');
  });

  it('cannot run without the segments that they need, and say so', async () => {
    const run = () => screen.getByRole('button', { name: 'Run' });
    const reason = () => document.getElementById(run().getAttribute('aria-describedby') ?? '');
    await panel.user.click(screen.getByText('Logical operation'));
    panel.change({ targetSegment: 1 });
    expect(run()).toHaveProperty('disabled', false);
    panel.change({ segments: [segment(1, 'Liver')] });
    expect(run()).toHaveProperty('disabled', true);
    expect(reason()?.textContent).toMatch(/^It combines two segments, and there is only one/);
    expect(screen.queryByRole('combobox', { name: 'With' })).toBeNull();
    await panel.user.click(screen.getByRole('combobox', { name: 'Operation' }));
    await panel.user.click(await screen.findByRole('option', { name: 'Invert' }));
    expect(run()).toHaveProperty('disabled', false);
    panel.change({ segments: [], targetSegment: undefined });
    expect(run()).toHaveProperty('disabled', true);
    expect(reason()?.textContent).toMatch(/^It changes a segment, and there is none yet/);
    expect(screen.queryByRole('combobox', { name: /Segment|Into/ })).toBeNull();
  });

  it('are not offered where no method changes segments', () => {
    panel.close();
    panel = openPanel({ segments: [segment(1, 'Liver')] }, [THRESHOLD]);
    expect(screen.queryByRole('button', { name: /^Change Liver/ })).toBeNull();
  });
});

describe('a pipeline', () => {
  it('is one button when it fits the series', async () => {
    const group = screen.getByRole('group', { name: 'With one click' });
    expect(
      within(group)
        .getAllByRole('button')
        .map((button) => button.textContent)
    ).toEqual(['Lungs']);
    await panel.user.click(within(group).getByRole('button', { name: 'Lungs' }));
    expect(panel.model.calls).toEqual(['startMethod("lungs", )']);
  });

  it('shows its steps by name, each with its own parameters to change', async () => {
    await panel.user.click(
      within(screen.getByRole('group', { name: 'With one click' })).getByRole('button')
    );
    const steps = within(screen.getByRole('list', { name: 'Steps' })).getAllByRole('listitem');
    expect(steps.map((step) => step.querySelector('summary')?.textContent)).toEqual([
      '1. Tissue Threshold',
      '2. Body Keep the largest island',
    ]);
    // The two bounds are one range with two thumbs, as in the method itself.
    const lower = within(steps[0]).getByRole('spinbutton', { name: 'Lower bound' });
    expect(within(steps[0]).getAllByRole('slider')).toHaveLength(2);
    await panel.user.clear(lower);
    await panel.user.type(lower, '-500{Enter}');
    expect(panel.model.calls.at(-1)).toBe('setParameter("tissue.lower", -500)');
    expect(steps[0].querySelector('summary')?.textContent).toBe('1. Tissue Threshold · changed');
    expect(steps[1].querySelector('summary')?.textContent).toBe('2. Body Keep the largest island');
  });
});
