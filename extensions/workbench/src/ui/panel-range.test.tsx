import { screen, within } from '@testing-library/react';
import { z } from 'zod';
import { more, THRESHOLD } from '../../../../test/fixtures/panel/methods';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { parameterFields } from '../method/parameter-fields';

/** Most values lie between 0 and 256; a few voxels are metal or padding. */
const HISTOGRAM = {
  min: -2000,
  max: 9000,
  from: 0,
  to: 256,
  counts: Array.from({ length: 256 }, (_, bin) => 256 - bin),
};
const CT = {
  title: 'Chest',
  modality: 'CT',
  unit: 'HU',
  range: { min: -2000, max: 9000 },
  histogram: HISTOGRAM,
};

const EDGES = {
  ...more('edges', 'Edges', 'edges'),
  fields: parameterFields(
    z.object({
      operator: z.enum(['sobel', 'canny']).default('sobel').meta({ title: 'Operator' }),
      result: z.enum(['map', 'regions']).default('map').meta({ title: 'Result' }),
      weakest: z.number().default(50).meta({ title: 'Weakest edge', unit: 'modality/mm' }),
      smallest: z
        .number()
        .default(7)
        .meta({
          title: 'Smallest',
          when: [
            { parameter: 'operator', is: ['canny'] },
            { parameter: 'result', is: ['regions'] },
          ],
        }),
      sigmaMm: z
        .number()
        .min(0)
        .max(9)
        .default(1)
        .meta({ title: 'Smoothing', when: { parameter: 'operator', is: ['canny'] } }),
    })
  ),
};

let panel: OpenPanel;

function open(series = CT): void {
  panel = openPanel({ series }, [THRESHOLD, EDGES]);
}

const choose = (title: string) => panel.user.click(screen.getByText(title, { exact: true }));
const values = () =>
  screen.getAllByRole<HTMLInputElement>('spinbutton').map((field) => field.value);
const presets = () =>
  within(screen.getByRole('group', { name: 'Named ranges' }))
    .getAllByRole('button')
    .map((button) => button.textContent)
    .filter(Boolean);

beforeEach(() => {
  localStorage.clear();
  open();
});
afterEach(() => {
  panel.close();
});

describe('a range of image values', () => {
  it('is moved in the histogram; its ends mean all values beyond', async () => {
    await choose('Threshold');
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{ArrowRight}');
    expect(values()).toEqual(['101', '300']);
    await panel.user.keyboard('{Home}');
    expect(values()).toEqual(['-2000', '300']);
    panel.focus(screen.getByRole('slider', { name: 'Upper' }));
    await panel.user.keyboard('{ArrowLeft}');
    expect(values()).toEqual(['-2000', '255']);
    await panel.user.keyboard('{End}');
    expect(values()).toEqual(['-2000', '9000']);
  });

  it('keeps a bound that lies beyond the curve while the other one moves', async () => {
    await choose('Threshold');
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(values()).toEqual(['98', '300']);
  });

  it('has names in CT: Hounsfield units, up to the largest value for bone', async () => {
    await choose('Threshold');
    expect(presets()).toEqual(['Lung', 'Fat', 'Soft tissue', 'Contrast vessel', 'Bone']);
    await panel.user.click(screen.getByRole('button', { name: 'Lung' }));
    expect(values()).toEqual(['-950', '-500']);
    await panel.user.click(screen.getByRole('button', { name: 'Bone' }));
    expect(values()).toEqual(['226', '9000']);
    expect(screen.getByRole('button', { name: 'Bone' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('keeps names of the user in the browser, for series of the same modality', async () => {
    await choose('Threshold');
    await panel.user.click(screen.getByRole('button', { name: 'Keep this range under a name' }));
    await panel.user.keyboard('Stent{Enter}');
    expect(presets()).toContain('Stent');
    panel.close();
    open();
    await choose('Threshold');
    await panel.user.click(screen.getByRole('button', { name: 'Lung' }));
    await panel.user.click(screen.getByRole('button', { name: 'Stent' }));
    expect(values()).toEqual(['100', '300']);
    panel.change({ series: { ...CT, modality: 'MR', unit: '' } });
    expect(presets()).toEqual([]);
    panel.change({ series: CT });
    await panel.user.click(screen.getByRole('button', { name: 'Forget the range Stent' }));
    expect(presets()).not.toContain('Stent');
  });

  it('is dragged in the write rule as well', async () => {
    await panel.user.click(screen.getByRole('switch', { name: 'Only these intensities' }));
    await panel.user.click(screen.getByRole('button', { name: 'Soft tissue' }));
    expect(panel.model.getState().writeRule.range).toEqual({
      lower: -29,
      upper: 150,
      invert: false,
    });
    panel.focus(screen.getByRole('slider', { name: 'Largest editable intensity' }));
    await panel.user.keyboard('{ArrowRight}');
    expect(panel.model.getState().writeRule.range?.upper).toBe(151);
  });
});

describe('a form', () => {
  it('shows only what matters with the values as they are', async () => {
    await choose('Edges');
    const shown = () =>
      ['Smoothing', 'Smallest'].filter((name) => screen.queryByRole('spinbutton', { name }));
    const pick = async (field: string, choice: string) => {
      await panel.user.click(screen.getByRole('combobox', { name: field }));
      await panel.user.click(await screen.findByRole('option', { name: choice }));
    };
    expect(shown()).toEqual([]);
    await pick('Operator', 'Canny');
    expect(shown()).toEqual(['Smoothing', 'Smallest']);
    await pick('Operator', 'Sobel');
    expect(shown()).toEqual([]);
    // One of two conditions is enough.
    await pick('Result', 'Regions');
    expect(shown()).toEqual(['Smallest']);
  });

  it('shows the unit of the image, also where a value is one per millimetre', async () => {
    await choose('Edges');
    expect(screen.getByRole('group', { name: 'Weakest edge' }).textContent).toContain('HU/mm');
    panel.change({ series: { ...CT, unit: '' } });
    expect(screen.getByRole('group', { name: 'Weakest edge' }).textContent).toContain('1/mm');
  });

  it('explains the method at its first use, and not again', async () => {
    await choose('Edges');
    expect(screen.getByText('Edges of the image.')).toBeTruthy();
    await panel.user.click(screen.getByRole('button', { name: 'All methods' }));
    await choose('Edges');
    expect(screen.queryByText('Edges of the image.')).toBeNull();
  });
});

describe('a map over the image', () => {
  it('says what it is, gets fainter, and goes off again', async () => {
    panel.change({
      overlay: { title: 'Edges (sobel)', unit: 'HU/mm', lower: 3, upper: 250, opacity: 0.7 },
    });
    const row = screen.getByRole('group', { name: 'Edges (sobel)' });
    expect(row.textContent).toContain('3 … 250 HU/mm');
    panel.focus(within(row).getByRole('slider', { name: 'Opacity of the map' }));
    await panel.user.keyboard('{ArrowLeft}');
    expect(panel.model.getState().overlay?.opacity).toBeCloseTo(0.65);
    await panel.user.click(within(row).getByRole('button', { name: 'Take the map off the image' }));
    expect(screen.queryByRole('group', { name: 'Edges (sobel)' })).toBeNull();
  });
});
