import fc from 'fast-check';
import { act, screen, within } from '@testing-library/react';
import { z } from 'zod';
import { METHODS, more } from '../../../../test/fixtures/panel/methods';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { parameterFields } from '../method/parameter-fields';
import { groupMethods } from './panel/method-groups';

let panel: OpenPanel;

beforeEach(() => {
  localStorage.clear();
});

const rows = () =>
  [...panel.element.querySelectorAll<HTMLElement>('[data-row]')].map((row) => row.textContent);
const groups = () =>
  [...panel.element.querySelectorAll('.cordon-group')].map((group) => group.textContent);

describe('the list of methods', () => {
  beforeEach(() => {
    panel = openPanel();
  });
  afterEach(() => {
    panel.close();
  });

  it('groups them by what one wants to do', () => {
    expect(groups()).toEqual([
      'By brightness',
      'Grow from a point',
      'Along edges',
      'Cut with scribbles',
      'Moving contours',
      'Neural networks',
      'Clean up a segment',
    ]);
    expect(rows().slice(0, 3)).toEqual([
      'Otsu threshold',
      'Otsu with several classes',
      'Threshold',
    ]);
    expect(rows()).toHaveLength(METHODS.length - 1);
  });

  it('finds methods by any words of name, purpose and group, without accents', async () => {
    const search = screen.getByRole('searchbox');
    await panel.user.type(search, 'ÖTSU class');
    expect(rows()).toEqual(['Otsu with several classes']);
    await panel.user.keyboard('{Escape}');
    await panel.user.type(search, 'scribbles');
    expect(rows()).toEqual(['Graph cut', 'Watershed from markers']);
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['chooseMethod("graph-cut")']);
  });

  it('says that nothing matches', async () => {
    await panel.user.type(screen.getByRole('searchbox'), 'xyzzy');
    expect(screen.getByText('No method matches “xyzzy”.')).toBeTruthy();
  });

  it('keeps favourites on top, and over visits', async () => {
    await panel.user.click(screen.getByRole('button', { name: 'Add Graph cut to favourites' }));
    expect(groups()[0]).toBe('Favourites');
    expect(rows()[0]).toBe('Graph cut');
    panel.close();
    panel = openPanel();
    expect(rows()[0]).toBe('Graph cut');
    const stars = screen.getAllByRole('button', { name: 'Remove Graph cut from favourites' });
    expect(stars).toHaveLength(2);
    await panel.user.click(stars[0]);
    expect(groups()[0]).toBe('By brightness');
  });

  it('lists what does not fit the series apart, with the reason', () => {
    const unfit = screen.getByText('1 method does not fit this series').closest('details')!;
    expect(within(unfit).getByText('Lung lobes')).toBeTruthy();
    expect(within(unfit).getByText('It was trained on CT; this series is MR.')).toBeTruthy();
    expect(rows()).not.toContain('Lung lobes');
  });

  it('shows methods that are registered later', () => {
    panel.change({ methods: [more('late', 'Late comer', 'my-own-group').entry] });
    expect(groups()).toEqual(['My own group']);
    expect(rows()).toEqual(['Late comer']);
    panel.change({ methods: [] });
    expect(screen.getByText('No method is loaded.')).toBeTruthy();
  });
});

describe('the write rule', () => {
  const segments = [
    { number: 1, label: 'Liver', colour: [200, 0, 0], locked: true },
    { number: 4, label: 'Tumour', colour: [0, 200, 0], locked: false },
  ] as const;

  beforeEach(() => {
    panel = openPanel({ segments });
  });
  afterEach(() => {
    panel.close();
  });

  const choose = async (box: string, option: string) => {
    await panel.user.click(screen.getByRole('combobox', { name: box }));
    await panel.user.click(await screen.findByRole('option', { name: option }));
  };

  it('is in sight before and while a method is chosen', () => {
    expect(screen.getByRole('combobox', { name: 'Area' })).toBeTruthy();
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    expect(screen.getByRole('combobox', { name: 'Area' })).toBeTruthy();
    expect(screen.getByText('1 locked segment stays as it is.')).toBeTruthy();
  });

  it('limits to a segment, to the outside of all, and not at all', async () => {
    await choose('Area', 'Inside Tumour');
    expect(panel.model.getState().writeRule).toEqual({
      area: 'inside-segment',
      insideSegment: 4,
      overwrite: 'all',
    });
    await choose('Area', 'Outside segments');
    expect(panel.model.getState().writeRule).toEqual({
      area: 'outside-segments',
      insideSegment: undefined,
      overwrite: 'all',
    });
    await choose('Overlap', 'Keep others');
    expect(panel.model.getState().writeRule.overwrite).toBe('none');
  });

  it('limits to intensities, and to those outside of them', async () => {
    await panel.user.click(screen.getByRole('switch', { name: 'Only these intensities' }));
    expect(panel.model.getState().writeRule.range).toEqual({
      lower: 0,
      upper: 1000,
      invert: false,
    });
    const lower = screen.getByRole('spinbutton', { name: 'Smallest editable intensity' });
    await panel.user.clear(lower);
    await panel.user.type(lower, '120{Enter}');
    await panel.user.click(screen.getByRole('switch', { name: /^Invert/ }));
    expect(panel.model.getState().writeRule.range).toEqual({
      lower: 120,
      upper: 1000,
      invert: true,
    });
    await panel.user.click(screen.getByRole('switch', { name: 'Only these intensities' }));
    expect(panel.model.getState().writeRule.range).toBeUndefined();
  });

  it('keeps and frees locked segments', async () => {
    await panel.user.click(screen.getByRole('button', { name: 'Unlock Liver' }));
    await panel.user.click(screen.getByRole('button', { name: 'Lock Tumour' }));
    expect(panel.model.calls).toEqual(['setSegmentLocked(1, false)', 'setSegmentLocked(4, true)']);
  });

  it('goes with the segment that results are written to', async () => {
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    await choose('Into', 'Tumour');
    await choose('Into', 'New segment');
    await panel.user.click(screen.getByRole('button', { name: 'Add a segment' }));
    await panel.user.click(screen.getByRole('button', { name: 'Write into Liver' }));
    expect(panel.model.calls.slice(1)).toEqual([
      'setTargetSegment(4)',
      'setTargetSegment()',
      'addSegment()',
      'setTargetSegment(1)',
    ]);
  });

  it('is undone and done again from the panel', async () => {
    expect(screen.getByRole('button', { name: 'Undo' })).toHaveProperty('disabled', true);
    panel.change({ canUndo: true });
    await panel.user.click(screen.getByRole('button', { name: 'Undo' }));
    await panel.user.click(screen.getByRole('button', { name: 'Redo' }));
    expect(panel.model.calls).toEqual(['undo()', 'redo()']);
  });
});

describe('the segment that a result is written into', () => {
  afterEach(() => {
    panel.close();
  });

  it('is asked for only while labels are made', async () => {
    const result = z.enum(['edge-map', 'edges']).default('edge-map').meta({ title: 'Result' });
    const labelsWhen = { parameter: 'result', is: ['edges'] };
    panel = openPanel({}, [
      {
        ...more('edges', 'Edges', 'edges'),
        fields: parameterFields(z.object({ result })),
        labelsWhen,
      },
      { ...more('denoise', 'Denoise', 'filter'), makesLabels: false },
    ]);
    const into = () => screen.queryByRole('combobox', { name: 'Into' });
    act(() => {
      panel.model.chooseMethod('edges');
    });
    expect(into()).toBeNull();
    act(() => {
      panel.model.setParameter('result', 'edges');
    });
    expect(into()).toBeTruthy();
    act(() => {
      panel.model.chooseMethod('denoise');
    });
    expect(into()).toBeNull();
    expect(screen.getByText(/no segment is changed/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run' })).toHaveProperty('disabled', false);
  });
});

describe('grouping', () => {
  it('lists every method that matches exactly once, apart from favourites', () => {
    const name = fc.string({ maxLength: 8 });
    const entry = fc.record({
      id: fc.uuid(),
      title: name,
      summary: name,
      family: fc.constant('classical' as const),
      group: fc.constantFrom('threshold', 'network', 'clean-up', 'zzz'),
      unfit: fc.option(name, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.boolean(), (methods, starred) => {
        const favourites = starred ? methods.map(({ id }) => id) : [];
        const groupTitle = (group: string) => group;
        const all = groupMethods({ methods, query: ' ', favourites, groupTitle, tag: 'en' });
        const own = all.groups.filter(({ id }) => id !== 'favourites');
        const listed = [...own.flatMap(({ entries }) => entries), ...all.unfit];
        expect(listed.map(({ id }) => id).sort()).toEqual(methods.map(({ id }) => id).sort());
        expect(all.unfit.every(({ unfit }) => unfit !== undefined)).toBe(true);
      })
    );
  });
});
