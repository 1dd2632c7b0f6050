import axe from 'axe-core';
import { act, screen } from '@testing-library/react';
import { THRESHOLD } from '../../../../test/fixtures/panel/methods';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { speakPseudo } from '../../../../test/fixtures/panel/pseudo-language';

let panel: OpenPanel;

beforeEach(() => {
  localStorage.clear();
});
afterEach(() => {
  panel.close();
});

const SEGMENTS = [
  { number: 1, label: 'Liver', colour: [200, 0, 0], locked: true },
  { number: 2, label: 'Tumour', colour: [0, 200, 0], locked: false },
] as const;

/** Everything that axe finds, but colours: jsdom paints nothing. */
async function faults(): Promise<readonly string[]> {
  // axe asks for a canvas, which jsdom has not.
  jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
  let found: readonly axe.Result[] = [];
  await act(async () => {
    found = (await axe.run(document.body, { rules })).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('for screen readers', () => {
  it('the list of methods has no fault', async () => {
    panel = openPanel({ segments: SEGMENTS });
    expect(await faults()).toEqual([]);
  });

  it('a form with a preview, work and messages has none', async () => {
    panel = openPanel({ segments: SEGMENTS, targetSegment: 2 });
    act(() => {
      panel.model.chooseMethod('everything');
    });
    panel.change({
      preview: { voxels: 3, volumeMl: 1, values: [{ name: 'Threshold', value: 3, unit: '' }] },
      job: { title: 'Growing', message: 'Slice 3', fraction: 0.5 },
      writeRule: {
        area: 'everywhere',
        overwrite: 'all',
        range: { lower: 1, upper: 2, invert: true },
      },
      messages: [{ id: '1', kind: 'error', what: 'a', why: 'b', remedy: 'c' }],
    });
    expect(await faults()).toEqual([]);
  });

  it('an open list and the term picker have none', async () => {
    panel = openPanel({ segments: SEGMENTS });
    await panel.user.click(screen.getByRole('button', { name: /^Name and code Tumour/ }));
    expect(await faults()).toEqual([]);
    await panel.user.click(screen.getByRole('combobox', { name: 'Area' }));
    await screen.findByRole('option', { name: 'Everywhere' });
    const open = await faults();
    // Radix hides the page behind an open list from screen readers, but not from the focus, which it holds.
    expect(open.filter((fault) => !fault.startsWith('aria-hidden-focus'))).toEqual([]);
  });

  it('the check itself finds a control without a name', async () => {
    panel = openPanel();
    panel.element.append(document.createElement('button'));
    expect((await faults()).join()).toContain('button-name');
  });
});

describe('in a language that is written from right to left', () => {
  it('every text is translated and the panel is turned round', () => {
    panel = openPanel({ segments: SEGMENTS, messages: [] });
    act(() => {
      speakPseudo();
    });
    const section = panel.element.querySelector('.cordon-panel');
    expect(section?.getAttribute('dir')).toBe('rtl');
    expect(section?.getAttribute('lang')).toBe('ar-XB');
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    panel.change({ preview: { voxels: 5, volumeMl: 1, values: [] } });
    const ofTheMethod = THRESHOLD.fields.flatMap(({ title, description }) => [title, description]);
    const own = ['MR · T1 axial', 'Threshold', 'Liver', 'Tumour', ...ofTheMethod];
    own.push(THRESHOLD.entry.summary);
    own.push(ofTheMethod.filter((text) => text.endsWith('.')).join(' '));
    const texts: string[] = [];
    const walker = document.createTreeWalker(panel.element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? '');
    const plain = texts.filter((text) => /\p{L}{2}/u.test(text) && !text.includes('⟦'));
    expect(plain.filter((text) => !own.includes(text))).toEqual([]);
    const labelled = [...panel.element.querySelectorAll('[aria-label]')];
    const labels = labelled.map((one) => one.getAttribute('aria-label') ?? '');
    expect(labels.filter((label) => !label.includes('⟦') && !own.includes(label))).toEqual([]);
  });

  it('a slider grows to the left', async () => {
    panel = openPanel();
    act(() => {
      speakPseudo();
      panel.model.chooseMethod('threshold');
    });
    panel.focus(screen.getByRole('slider', { name: 'Upper' }));
    await panel.user.keyboard('{ArrowLeft}');
    expect(panel.model.calls.at(-1)).toBe('setParameter("upper", 301)');
  });
});
