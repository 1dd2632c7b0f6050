import { act, screen, within } from '@testing-library/react';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import { setPanelLanguage } from './index';
import { more } from '../../../../test/fixtures/panel/methods';

let panel: OpenPanel;

beforeEach(() => {
  localStorage.clear();
});
afterEach(() => {
  panel.close();
});

/** What a hostile DICOM file may carry in a description. */
const PAYLOADS = [
  '<img src=x onerror="window.hacked = true">',
  '<script>window.hacked = true</script>',
  '"><svg onload=window.hacked=true>',
  '{{constructor.constructor("window.hacked = true")()}}',
  '$t(panel.undo) \u202e&lt;b&gt;',
];

describe('texts from outside', () => {
  it.each(PAYLOADS)('stay texts: %s', (text) => {
    panel = openPanel({
      series: { title: text, modality: text, unit: text, range: { min: 0, max: 1 } },
      segments: [{ number: 1, label: text, colour: [1, 2, 3], locked: false }],
      targetSegment: 1,
      writeRule: { area: 'inside-segment', insideSegment: 1, overwrite: 'all' },
      messages: [{ id: 'a', kind: 'error', what: text, why: text, remedy: text }],
      job: { title: text, message: text },
    });
    expect(panel.element.querySelectorAll('img, script, svg[onload], b')).toHaveLength(0);
    expect('hacked' in window).toBe(false);
    const shown = (screen.getByRole('alert').textContent ?? '').split(text).length - 1;
    expect(shown).toBe(3);
    expect(screen.getByRole('button', { name: `Write into ${text}` })).toBeTruthy();
    expect(panel.element.textContent).toContain(`${text} · ${text}`);
  });

  it('stay texts in the names of methods and in the search', async () => {
    panel = openPanel({}, [more('x', PAYLOADS[0], PAYLOADS[1], undefined)]);
    await panel.user.type(screen.getByRole('searchbox'), PAYLOADS[1].replace(/[{[]/g, '$&$&'));
    expect(panel.element.querySelectorAll('img, script')).toHaveLength(0);
    expect(screen.getByRole('button', { name: PAYLOADS[0] })).toBeTruthy();
  });
});

describe('messages', () => {
  it('say what, why and what to do; errors at once, the others when there is time', async () => {
    panel = openPanel({
      messages: [
        { id: 'e', kind: 'error', what: 'It failed', why: 'no memory', remedy: 'close a tab' },
        { id: 'w', kind: 'warning', what: 'It is coarse', why: '', remedy: '' },
      ],
    });
    expect(screen.getByRole('alert').textContent).toBe('Error: It failedno memoryclose a tab');
    const warning = screen.getByText('It is coarse').closest<HTMLElement>('[role="status"]')!;
    await panel.user.click(within(warning).getByRole('button', { name: 'Dismiss message' }));
    expect(panel.model.calls).toEqual(['dismissMessage("w")']);
    expect(screen.queryByText('It is coarse')).toBeNull();
  });

  it('tell what to do while no image is open, and show nothing to press', () => {
    panel = openPanel({ ready: false, series: undefined });
    expect(screen.getByText(/No image is open/)).toBeTruthy();
    expect(screen.getByText(/click an image/)).toBeTruthy();
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  it('always say that the panel is not for diagnostic use', () => {
    panel = openPanel({ ready: false });
    expect(screen.getByText('Not for diagnostic use')).toBeTruthy();
  });
});

describe('work and its result', () => {
  it('show progress with a name and a way to end it', async () => {
    panel = openPanel();
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    panel.change({ job: { title: 'Threshold', message: 'Slice 7 of 20', fraction: 0.35 } });
    const bar = screen.getByRole('progressbar', { name: 'Threshold' });
    expect(bar.getAttribute('aria-valuenow')).toBe('35');
    expect(screen.getByText('35%')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Run' })).toBeNull();
    await panel.user.click(screen.getByRole('button', { name: 'Cancel Threshold' }));
    expect(panel.model.calls.at(-1)).toBe('cancel()');
  });

  it('show that work runs whose end cannot be told', () => {
    panel = openPanel();
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    panel.change({ job: { title: 'Threshold', message: 'Loading' } });
    expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
  });

  it('show the size of the preview and what the method found, in the unit of the image', () => {
    panel = openPanel({
      series: { title: 'CT', modality: 'CT', unit: 'HU', range: { min: 0, max: 9 } },
    });
    act(() => {
      panel.model.chooseMethod('threshold');
    });
    panel.change({
      preview: {
        voxels: 1234567,
        volumeMl: 1234.5678,
        values: [
          { name: 'Threshold', value: 131.5, unit: 'modality' },
          { name: 'Separability', value: 0.81234567, unit: '' },
        ],
      },
    });
    const text = panel.element.textContent ?? '';
    expect(text).toContain('1,234,567 voxels · 1,235\u00a0ml');
    expect(text).toContain('Threshold131.5\u00a0HU');
    expect(text).toContain('Separability0.8123');
    panel.change({ preview: { voxels: 1, volumeMl: 0.00123456, values: [] } });
    expect(panel.element.textContent).toContain('1 voxel · 0.001235\u00a0ml');
    // What others lose is said before it is accepted: the largest parts by name.
    const taken = ['Liver', 'Tumour', 'Spleen', 'Kidney'].map((segment, at) => ({
      ...{ segment, volumeMl: 8 / 2 ** at },
    }));
    panel.change({ preview: { voxels: 9, volumeMl: 9, values: [], taken: taken.slice(0, 1) } });
    expect(panel.element.textContent).toContain(
      'Takes 8\u00a0ml from Liver. To avoid that, set “Overlap” to “Keep others”.'
    );
    panel.change({ preview: { voxels: 9, volumeMl: 9, values: [], taken } });
    expect(panel.element.textContent).toContain(
      'Takes 8\u00a0ml from Liver, 4\u00a0ml from Tumour, 2\u00a0ml from Spleen, 1 more.'
    );
    panel.change({ preview: { voxels: 0, volumeMl: 0, values: [], taken: [] } });
    expect(panel.element.textContent).not.toContain('Takes');
    expect(panel.element.textContent).toContain('Nothing found with these values.');
  });

  it('read the preview out once it has come to rest', () => {
    jest.useFakeTimers();
    try {
      panel = openPanel();
      act(() => {
        panel.model.chooseMethod('threshold');
      });
      const spoken = () =>
        screen.getAllByRole('status').filter(({ className }) => className === 'sr-only')[0]
          .textContent;
      for (const voxels of [10, 20, 30]) {
        panel.change({ preview: { voxels, volumeMl: voxels / 1000, values: [] } });
        act(() => jest.advanceTimersByTime(300));
        expect(spoken()).toBe('');
      }
      act(() => jest.advanceTimersByTime(700));
      expect(spoken()).toBe('Preview: 30 voxels · 0.03\u00a0ml');
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('sections of other extensions', () => {
  const ORDER = ['Methods', 'Write only here', 'Segments'];
  const titles = () =>
    screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent);

  it('come and go at any time and stand in their order', () => {
    panel = openPanel();
    expect(titles()).toEqual(ORDER);
    let remove: () => void = () => undefined;
    act(() => {
      panel.slots.add({ id: 'store', title: 'Store', order: 300, render: () => 'stored' });
      remove = panel.slots.add({ id: 'ai', title: 'Networks', order: 120, render: () => 'nets' });
    });
    expect(titles()).toEqual(['Methods', 'Networks', 'Write only here', 'Segments', 'Store']);
    act(remove);
    expect(titles()).toEqual([...ORDER, 'Store']);
  });

  it('have a title in the language of the panel', () => {
    panel = openPanel();
    const title = (language: string) => (language === 'de' ? 'Speichern' : 'Store');
    act(() => {
      panel.slots.add({ id: 'store', title, order: 300, render: () => null });
    });
    expect(titles().at(-1)).toBe('Store');
    act(() => {
      setPanelLanguage('de');
    });
    expect(titles().at(-1)).toBe('Speichern');
  });

  it('are refused when their id is taken', () => {
    panel = openPanel();
    const slot = { id: 'store', title: 'Store', order: 300, render: () => null };
    act(() => {
      panel.slots.add(slot);
    });
    expect(() => panel.slots.add({ ...slot, title: 'Another' })).toThrow(
      expect.objectContaining({ code: 'SLOT_EXISTS' })
    );
  });

  it('that fail leave the rest of the panel usable', async () => {
    const silence = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      panel = openPanel();
      act(() => {
        panel.slots.add({
          id: 'bad',
          title: 'Bad',
          order: 10,
          render: () => {
            throw new Error('no licence');
          },
        });
      });
      expect(screen.getByRole('alert').textContent).toContain('“Bad” cannot be shown');
      expect(screen.getByRole('alert').textContent).toContain('no licence');
      await panel.user.click(screen.getByRole('button', { name: 'Threshold' }));
      expect(panel.model.calls).toEqual(['chooseMethod("threshold")']);
    } finally {
      silence.mockRestore();
    }
  });

  it('fold, and stay folded at the next visit', async () => {
    panel = openPanel();
    const fold = () => screen.getByRole('button', { name: 'Segments' });
    await panel.user.click(fold());
    expect(fold().getAttribute('aria-expanded')).toBe('false');
    panel.close();
    panel = openPanel();
    expect(fold().getAttribute('aria-expanded')).toBe('false');
    await panel.user.click(fold());
    expect(fold().getAttribute('aria-expanded')).toBe('true');
  });
});

describe('another patient', () => {
  it('sees nothing that was typed for the one before, even when the change is at once', async () => {
    const label = { number: 1, colour: [9, 9, 9], locked: false } as const;
    panel = openPanel({ segments: [{ ...label, label: 'Liver of A' }] });
    await panel.user.click(screen.getByRole('button', { name: /^Name and code/ }));
    await panel.user.type(screen.getByRole('textbox', { name: 'Name' }), ' Mr A');
    await panel.user.type(screen.getByRole('searchbox'), 'thresh');
    act(() => {
      panel.model.change({ ready: false, segments: [] });
      panel.model.change({ ready: true, segments: [{ ...label, label: 'Segment 1' }] });
    });
    expect(document.body.innerHTML).not.toContain('Mr A');
    expect(document.body.innerHTML).not.toContain('Liver of A');
    expect(screen.getByRole('searchbox')).toHaveProperty('value', '');
    expect(JSON.stringify({ ...localStorage })).not.toContain('Liver of A');
  });
});
