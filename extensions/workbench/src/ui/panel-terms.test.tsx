import { screen, within } from '@testing-library/react';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import type { SegmentEntry } from './index';

let panel: OpenPanel;

const segment = (number: number, label: string): SegmentEntry => ({
  number,
  label,
  colour: [10, 20, 30],
  locked: false,
});

beforeEach(() => {
  localStorage.clear();
  panel = openPanel({ segments: [segment(1, 'Segment 1'), segment(2, 'My own name')] });
});
afterEach(() => {
  panel.close();
});

const describeButton = (label: string) =>
  screen.getByRole('button', { name: new RegExp(`^Name and code ${label}`) });
const termsOf = (number: number) =>
  panel.model.getState().segments.find((one) => one.number === number)?.terms;
const search = () => screen.getByRole('combobox', { name: 'Term' });
const options = () => within(screen.getByRole('listbox', { name: 'Term' })).getAllByRole('option');

describe('describing a segment', () => {
  it('finds a term by typing, with its side, by keyboard alone', async () => {
    await panel.user.click(describeButton('Segment 1'));
    expect(document.activeElement).toBe(search());
    await panel.user.keyboard('left kidney{Enter}');
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'Kidney, left');
    expect(screen.getByRole('button', { name: 'Left' }).getAttribute('aria-pressed')).toBe('true');
    panel.focus(screen.getByRole('button', { name: 'Apply' }));
    await panel.user.keyboard('{Enter}');
    expect(termsOf(1)).toEqual({
      label: 'Kidney, left',
      category: { value: '91723000', scheme: 'SCT', meaning: 'Anatomical Structure' },
      type: { value: '64033007', scheme: 'SCT', meaning: 'Kidney' },
      typeModifiers: [{ value: '7771000', scheme: 'SCT', meaning: 'Left' }],
      anatomicRegion: undefined,
      anatomicRegionModifiers: undefined,
      colour: [185, 102, 83],
    });
    expect(document.activeElement).toBe(describeButton('Kidney, left'));
  });

  it('moves through the terms with the arrow keys', async () => {
    await panel.user.click(describeButton('Segment 1'));
    await panel.user.keyboard('lung{ArrowDown}{ArrowDown}{ArrowUp}');
    const active = search().getAttribute('aria-activedescendant');
    const chosen = options().filter((option) => option.getAttribute('aria-selected') === 'true');
    expect(chosen.map(({ id }) => id)).toEqual([active]);
    expect(options().indexOf(chosen[0])).toBe(1);
  });

  it('asks where a finding is', async () => {
    await panel.user.click(describeButton('Segment 1'));
    await panel.user.keyboard('nodule{Enter}');
    await panel.user.click(screen.getByRole('combobox', { name: 'Where' }));
    await panel.user.keyboard('right lung{Enter}');
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(termsOf(1)).toMatchObject({
      label: 'Nodule (Lung, right)',
      anatomicRegion: { value: '39607008' },
      anatomicRegionModifiers: [{ value: '24028007' }],
    });
  });

  it('keeps a name that the person gave', async () => {
    await panel.user.click(describeButton('My own name'));
    await panel.user.keyboard('spleen{Enter}');
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(termsOf(2)).toMatchObject({ label: 'My own name', type: { value: '78961009' } });
  });

  it('renames without touching the codes that a segment has', async () => {
    const foreign = {
      label: 'Imported',
      category: { value: '1', scheme: '99X', meaning: 'Category' },
      type: { value: '2', scheme: '99X', meaning: 'Type' },
      colour: [1, 2, 3] as const,
    };
    panel.change({ segments: [{ ...segment(1, 'Imported'), terms: foreign }] });
    await panel.user.click(describeButton('Imported'));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await panel.user.clear(name);
    await panel.user.type(name, 'Renamed{Enter}');
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(panel.model.calls).toEqual([
      'describeSegment(1, {"label":"Renamed","colour":[10,20,30]})',
    ]);
    expect(termsOf(1)?.type).toEqual(foreign.type);
  });

  it('lists the terms used lately first, at the next visit as well', async () => {
    await panel.user.click(describeButton('Segment 1'));
    expect(options()[0].textContent).not.toContain('Pancreas');
    await panel.user.keyboard('pancreas{Enter}');
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    panel.close();
    panel = openPanel({ segments: [segment(1, 'Segment 1')] });
    await panel.user.click(describeButton('Segment 1'));
    expect(options()[0].textContent).toBe('Pancreaslately');
  });

  it('closes with Escape and changes nothing', async () => {
    await panel.user.click(describeButton('Segment 1'));
    await panel.user.keyboard('liver{Escape}{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(panel.model.calls).toEqual([]);
    expect(document.activeElement).toBe(describeButton('Segment 1'));
  });

  it('says that a word is no term, and that the name is stored all the same', async () => {
    await panel.user.click(describeButton('Segment 1'));
    await panel.user.keyboard('xyzzy');
    expect(screen.getByText(/No term matches/)).toBeTruthy();
    expect(search().getAttribute('aria-expanded')).toBe('false');
  });

  it('takes a side away again', async () => {
    await panel.user.click(describeButton('Segment 1'));
    await panel.user.keyboard('left kidney{Enter}');
    await panel.user.click(screen.getByRole('button', { name: 'Not stated' }));
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(termsOf(1)).toMatchObject({ label: 'Kidney', typeModifiers: undefined });
  });
});

describe('descriptions that others would misread', () => {
  it('are named under the list', async () => {
    for (const label of ['Segment 1', 'My own name']) {
      await panel.user.click(describeButton(label));
      await panel.user.keyboard('left kidney{Enter}');
      await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    }
    expect(panel.element.textContent).toContain(
      'Other systems cannot tell “Kidney, left” and “My own name” apart: they have the same codes.'
    );
    await panel.user.click(describeButton('My own name'));
    await panel.user.click(screen.getByRole('button', { name: 'Right' }));
    await panel.user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(panel.element.textContent).not.toContain('cannot tell');
  });
});
