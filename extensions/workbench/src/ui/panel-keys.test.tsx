import { act, screen, waitFor } from '@testing-library/react';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';

/** Stands for the viewer's hotkeys: they listen on the document. */
const heard: string[] = [];
const hear = (event: KeyboardEvent) => {
  if (event.type === 'keydown') heard.push(event.key);
};

let panel: OpenPanel;

beforeEach(() => {
  heard.length = 0;
  document.addEventListener('keydown', hear);
  document.addEventListener('keyup', hear);
  localStorage.clear();
  panel = openPanel({
    segments: [{ number: 1, label: 'Liver', colour: [1, 2, 3], locked: false }],
  });
});

afterEach(() => {
  document.removeEventListener('keydown', hear);
  document.removeEventListener('keyup', hear);
  panel.close();
});

const PREVIEW = { voxels: 1200, volumeMl: 1.2, values: [] };

function choose(method: string): void {
  act(() => {
    panel.model.chooseMethod(method);
  });
  panel.model.calls.length = 0;
}

describe('keys that the panel uses', () => {
  it('do not reach the viewer from a slider', async () => {
    choose('threshold');
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{ArrowLeft}{ArrowUp}{PageDown}{Home}{End}');
    expect(panel.model.calls).toHaveLength(5);
    expect(heard).toEqual([]);
  });

  it('do not reach the viewer from a text, a button or an open list', async () => {
    choose('everything');
    await panel.user.type(screen.getByRole('textbox', { name: 'Note' }), 'z1{ArrowLeft}');
    panel.focus(screen.getByRole('button', { name: 'Run' }));
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['setParameter("note", "z1")', 'run()']);
    panel.focus(screen.getByRole('combobox', { name: 'Neighbours' }));
    await panel.user.keyboard('{Enter}');
    await screen.findByRole('listbox');
    await panel.user.keyboard('{ArrowDown}');
    await waitFor(() => {
      expect(document.activeElement?.textContent).toBe('Edge');
    });
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls.at(-1)).toBe('setParameter("connectivity", "edge")');
    expect(heard).toEqual([]);
  });

  it('leave all others to the viewer', async () => {
    choose('threshold');
    panel.focus(screen.getByRole('button', { name: 'Run' }));
    await panel.user.keyboard('z{ArrowDown}');
    expect(heard).toEqual(['z', 'ArrowDown']);
  });

  it('are only the panel’s own while the focus is in it', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW });
    act(() => {
      (document.activeElement as HTMLElement).blur();
    });
    await panel.user.keyboard('{Enter}{Escape}');
    expect(panel.model.calls).toEqual([]);
    expect(heard).toEqual(['Enter', 'Escape']);
  });
});

describe('Enter and Escape', () => {
  it('accept and reject the preview', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW });
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['accept()']);
    panel.change({ preview: PREVIEW });
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{Escape}');
    expect(panel.model.calls).toEqual(['accept()', 'reject()']);
    expect(heard).toEqual([]);
  });

  it('first confirm a typed number, then accept', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW });
    const lower = screen.getByRole('spinbutton', { name: 'Lower' });
    await panel.user.clear(lower);
    await panel.user.type(lower, '50{Enter}');
    expect(panel.model.calls).toEqual(['setParameter("lower", 50)']);
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['setParameter("lower", 50)', 'accept()']);
  });

  it('press a button that has the focus, and do not accept as well', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW });
    panel.focus(screen.getByRole('button', { name: 'Reject' }));
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['reject()']);
  });

  it('end the work that runs', async () => {
    choose('threshold');
    panel.change({ job: { title: 'Threshold', message: 'Slice 3', fraction: 0.3 } });
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{Enter}{Escape}');
    expect(panel.model.calls).toEqual(['cancel()']);
  });

  it('accept what is on its way in place of what is shown', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW, job: { title: 'Threshold', message: 'Slice 3' } });
    panel.focus(screen.getByRole('slider', { name: 'Lower' }));
    await panel.user.keyboard('{Enter}');
    expect(panel.model.calls).toEqual(['accept()']);
  });

  it('close an open list without rejecting the preview', async () => {
    choose('everything');
    panel.change({ preview: PREVIEW });
    panel.focus(screen.getByRole('combobox', { name: 'Neighbours' }));
    await panel.user.keyboard('{Enter}');
    await screen.findByRole('listbox');
    await panel.user.keyboard('{Escape}');
    expect(panel.model.calls).toEqual([]);
    expect(screen.queryByRole('listbox')).toBeNull();
  });
});

describe('the focus', () => {
  it('goes from search to list with the arrow keys, and Enter opens the method', async () => {
    await panel.user.click(screen.getByRole('searchbox', { name: 'Search methods' }));
    await panel.user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('Otsu with several classes');
    await panel.user.keyboard('{ArrowUp}{Enter}');
    expect(panel.model.calls).toEqual(['chooseMethod("otsu")']);
    expect(heard).toEqual([]);
  });

  it('stays in the panel when list and form take each other’s place', async () => {
    await panel.user.click(screen.getByRole('button', { name: 'Threshold' }));
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Threshold' }));
    await panel.user.click(screen.getByRole('button', { name: 'All methods' }));
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });

  it('passes through everything in the order of reading', async () => {
    choose('threshold');
    panel.change({ preview: PREVIEW });
    panel.focus(screen.getByRole('button', { name: 'All methods' }));
    const names: string[] = [];
    for (let stop = 0; stop < 13; stop++) {
      await panel.user.tab();
      const { activeElement } = document;
      names.push(activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '');
    }
    expect(names).toEqual([
      'Explain the parameters',
      'Reset all parameters',
      'Understood',
      'Region',
      'Lower',
      'Upper',
      'Lower',
      'Upper',
      'Into',
      'Add a segment',
      'Accept',
      'Reject',
      'Run again',
    ]);
  });

  it('has one stop for the list of methods', async () => {
    await panel.user.click(screen.getByRole('searchbox'));
    await panel.user.tab();
    expect(document.activeElement?.textContent).toBe('Otsu threshold');
    await panel.user.tab();
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'Add Otsu threshold to favourites'
    );
    await panel.user.tab();
    expect(document.activeElement?.tagName).toBe('SUMMARY');
  });
});
