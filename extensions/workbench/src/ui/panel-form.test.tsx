import { act, screen, within } from '@testing-library/react';
import { EVERYTHING, THRESHOLD } from '../../../../test/fixtures/panel/methods';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { addTexts, METHOD_TEXTS, setPanelLanguage } from './index';

let panel: OpenPanel;

function open(method: string, ...rest: Parameters<typeof openPanel>): void {
  panel = openPanel(...rest);
  act(() => {
    panel.model.chooseMethod(method);
  });
  panel.model.calls.length = 0;
}

afterEach(() => {
  panel.close();
});

const spin = (name: string) => screen.getByRole('spinbutton', { name });
const slider = (name: string) => screen.getByRole('slider', { name });

describe('the form of a method', () => {
  it('has one control for each field of every kind, with title, unit and value', () => {
    open('everything');
    expect(spin('Radius')).toHaveProperty('value', '2.5');
    expect(spin('Radius').getAttribute('aria-valuetext')).toBe('2.5 mm');
    expect(spin('Iterations')).toHaveProperty('value', '10');
    expect(slider('Iterations').getAttribute('aria-valuemax')).toBe('100');
    const largest = screen.getByRole('switch', { name: 'Largest part only' });
    expect(largest.getAttribute('aria-checked')).toBe('true');
    expect(screen.getByRole('combobox', { name: 'Neighbours' }).textContent).toContain('Face');
    expect(screen.getByRole('textbox', { name: 'Note' })).toHaveProperty('value', '');
    expect(screen.getAllByRole('spinbutton')).toHaveLength(3);
  });

  it('takes a typed number with Enter and refuses what is out of range, saying why', async () => {
    open('everything');
    await panel.user.clear(spin('Radius'));
    await panel.user.type(spin('Radius'), '51{Enter}');
    expect(panel.model.calls).toEqual([]);
    expect(screen.getByRole('alert').textContent).toBe('Between 0 and 50.');
    expect(spin('Radius').getAttribute('aria-invalid')).toBe('true');
    await panel.user.clear(spin('Radius'));
    await panel.user.type(spin('Radius'), '12.25{Enter}');
    expect(panel.model.calls).toEqual(['setParameter("radiusMm", 12.25)']);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it.each([
    ['many', 'Type a number.'],
    ['2.5', 'Type a whole number.'],
    ['', 'Type a number.'],
  ])('explains why %p is no number of iterations, and Escape takes it back', async (text, why) => {
    open('everything');
    await panel.user.clear(spin('Iterations'));
    if (text) await panel.user.type(spin('Iterations'), text);
    expect(screen.getByRole('alert').textContent).toBe(why);
    await panel.user.keyboard('{Escape}');
    expect(spin('Iterations')).toHaveProperty('value', '10');
    expect(panel.model.calls).toEqual([]);
  });

  it('takes a typed number when the focus leaves', async () => {
    open('everything');
    await panel.user.clear(spin('Iterations'));
    await panel.user.type(spin('Iterations'), '25');
    await panel.user.tab();
    expect(panel.model.calls).toEqual(['setParameter("iterations", 25)']);
  });

  it('steps a number with the arrow keys by its own step, never past its end', async () => {
    open('everything');
    await panel.user.click(spin('Radius'));
    await panel.user.keyboard('{ArrowUp}{PageUp}{ArrowDown}');
    expect(panel.model.calls).toEqual([
      'setParameter("radiusMm", 3)',
      'setParameter("radiusMm", 8)',
      'setParameter("radiusMm", 7.5)',
    ]);
    for (let step = 0; step < 4; step++) await panel.user.keyboard('{PageDown}');
    expect(spin('Radius')).toHaveProperty('value', '0');
  });

  it('moves a slider with the keyboard', async () => {
    open('everything');
    panel.focus(slider('Iterations'));
    await panel.user.keyboard('{ArrowRight}{ArrowRight}{End}');
    expect(panel.model.calls).toEqual([
      'setParameter("iterations", 11)',
      'setParameter("iterations", 12)',
      'setParameter("iterations", 100)',
    ]);
    expect(slider('Iterations').getAttribute('aria-valuetext')).toBe('100');
  });

  it('changes booleans, choices and texts', async () => {
    open('everything');
    await panel.user.click(screen.getByRole('switch', { name: 'Largest part only' }));
    await panel.user.click(screen.getByRole('combobox', { name: 'Neighbours' }));
    await panel.user.click(await screen.findByRole('option', { name: 'Corner' }));
    await panel.user.type(screen.getByRole('textbox', { name: 'Note' }), 'left side{Enter}');
    expect(panel.model.calls).toEqual([
      'setParameter("keepLargest", false)',
      'setParameter("connectivity", "corner")',
      'setParameter("note", "left side")',
    ]);
  });

  it('resets one parameter, and all of them', async () => {
    open('everything');
    expect(screen.queryByRole('button', { name: 'Reset Iterations to 10' })?.className).toContain(
      'invisible'
    );
    act(() => {
      panel.model.setParameter('iterations', 50);
    });
    await panel.user.click(screen.getByRole('button', { name: 'Reset Iterations to 10' }));
    expect(panel.model.calls.at(-1)).toBe('setParameter("iterations", 10)');
    await panel.user.click(screen.getByRole('button', { name: 'Reset all parameters' }));
    expect(panel.model.calls.at(-1)).toBe('resetParameters()');
  });

  it('reads descriptions out always and shows them when asked', async () => {
    open('everything');
    const described = spin('Radius').getAttribute('aria-describedby') ?? '';
    const text = document.getElementById(described);
    expect(text?.textContent).toBe('Distance up to which neighbours are compared.');
    expect(text?.className).toBe('hidden');
    await panel.user.click(screen.getByRole('button', { name: 'Explain the parameters' }));
    expect(text?.className).not.toContain('hidden');
    expect(screen.getByText(/Adams and Bischof/)).toBeTruthy();
  });

  it('offers the regions that the method supports', async () => {
    open('everything');
    await panel.user.click(screen.getByRole('combobox', { name: 'Region' }));
    const options = await screen.findAllByRole('option');
    expect(options.map((option) => option.textContent)).toEqual([
      'Whole volume',
      'This slice only',
      'Box',
    ]);
    await panel.user.click(options[1]);
    expect(panel.model.calls).toEqual(['setRegion("slice")']);
  });
});

describe('a lower and an upper bound', () => {
  it('share one slider over the range of the image', () => {
    open('threshold');
    const thumbs = screen.getAllByRole('slider');
    expect(thumbs.map((thumb) => thumb.getAttribute('aria-label'))).toEqual(['Lower', 'Upper']);
    expect(thumbs.map((thumb) => thumb.getAttribute('aria-valuemin'))).toEqual(['0', '0']);
    expect(thumbs.map((thumb) => thumb.getAttribute('aria-valuemax'))).toEqual(['1000', '1000']);
  });

  it('move apart, and a bound that passes the other takes it along', async () => {
    open('threshold');
    panel.focus(slider('Upper'));
    await panel.user.keyboard('{ArrowRight}');
    expect(panel.model.calls).toEqual(['setParameter("upper", 301)']);
    await panel.user.clear(spin('Lower'));
    await panel.user.type(spin('Lower'), '400{Enter}');
    expect(panel.model.calls.slice(1)).toEqual([
      'setParameter("lower", 400)',
      'setParameter("upper", 400)',
    ]);
  });

  it('step finely where the image reaches from 0 to 5, and show its unit', async () => {
    const series = { title: 'PET', modality: 'PT', unit: 'SUV', range: { min: 0, max: 5 } };
    open('threshold', { series });
    act(() => {
      panel.model.setParameter('lower', 1);
      panel.model.setParameter('upper', 4);
    });
    panel.focus(slider('Lower'));
    await panel.user.keyboard('{ArrowRight}');
    expect(panel.model.calls.at(-1)).toBe('setParameter("lower", 1.01)');
    expect(slider('Lower').getAttribute('aria-valuetext')).toBe('1.01\u00a0SUV');
  });

  it('are typed only while the range of the image is not known', () => {
    const series = { title: 'CT', modality: 'CT', unit: 'HU' };
    open('threshold', { series });
    expect(screen.queryAllByRole('slider')).toEqual([]);
    expect(screen.getAllByRole('spinbutton')).toHaveLength(2);
    panel.change({ series: { ...series, range: { min: -1024, max: 3071 } } });
    expect(screen.getAllByRole('slider')).toHaveLength(2);
  });
});

describe('the texts of a method', () => {
  it('are shown in the reader’s language where its extension brings them', () => {
    open('threshold', {}, [THRESHOLD, EVERYTHING]);
    act(() => {
      addTexts('de', METHOD_TEXTS, {
        threshold: { title: 'Schwellenwert', parameters: { lower: { title: 'Untergrenze' } } },
      });
      setPanelLanguage('de');
    });
    expect(screen.getByRole('heading', { level: 3 }).textContent).toBe('Schwellenwert');
    const form = screen.getByRole('group', { name: 'Grenzen' });
    expect(within(form).getByRole('spinbutton', { name: 'Untergrenze' })).toBeTruthy();
    expect(within(form).getByRole('spinbutton', { name: 'Upper' })).toBeTruthy();
  });

  it('take numbers as the language writes them', async () => {
    open('everything');
    act(() => {
      setPanelLanguage('de');
    });
    expect(spin('Radius')).toHaveProperty('value', '2,5');
    await panel.user.clear(spin('Radius'));
    await panel.user.type(spin('Radius'), '7,25{Enter}');
    expect(panel.model.calls).toEqual(['setParameter("radiusMm", 7.25)']);
  });
});
