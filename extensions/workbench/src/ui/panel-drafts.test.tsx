/** @file Unsaved work of an earlier visit, as the panel offers it. */
import axe from 'axe-core';
import { act, screen } from '@testing-library/react';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';

let panel: OpenPanel;

beforeEach(() => {
  localStorage.clear();
});
afterEach(() => {
  panel.close();
});

const LEFT = [
  { id: 'a', label: '<b>Liver</b>', changedAt: '2026-03-04T10:00:00Z', fits: true },
  { id: 'b', label: 'Spleen', changedAt: '2026-03-03T10:00:00Z', fits: false },
];

describe('unsaved work', () => {
  it('is restored by one click, and only onto its own series', async () => {
    panel = openPanel({ drafts: { keeping: 'on', left: LEFT } });
    expect(panel.element.querySelector('b')).toBeNull();
    expect(screen.getByText(/“<b>Liver<\/b>” of Mar 4, 2026/)).toBeTruthy();
    const [liver, spleen] = screen.getAllByRole('button', { name: 'Restore' });
    expect((spleen as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText(/another series/)).toBeTruthy();
    await panel.user.click(liver);
    expect(panel.model.calls).toEqual(['restoreDraft("a")']);
    expect(screen.queryByText(/Liver/)).toBeNull();
  });

  it('is discarded only by a second click on the same button', async () => {
    panel = openPanel({ drafts: { keeping: 'on', left: LEFT } });
    await panel.user.click(screen.getAllByRole('button', { name: 'Discard' })[1]);
    await panel.user.click(screen.getByText('Methods'));
    expect(screen.queryByRole('button', { name: 'Discard for good?' })).toBeNull();
    await panel.user.click(screen.getAllByRole('button', { name: 'Discard' })[1]);
    expect(panel.model.calls).toEqual([]);
    await panel.user.click(screen.getByRole('button', { name: 'Discard for good?' }));
    expect(panel.model.calls).toEqual(['discardDraft("b")']);
  });

  it('has no fault for screen readers', async () => {
    panel = openPanel({ drafts: { keeping: 'on', left: LEFT } });
    jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
    const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
    let found: readonly axe.Result[] = [];
    await act(async () => {
      found = (await axe.run(document.body, { rules })).violations;
    });
    expect(found.map(({ id }) => id)).toEqual([]);
  });

  it('that cannot be kept says why for as long as that is so, and offers what is there', () => {
    const problem = { what: 'Not kept', why: 'the storage is full', remedy: 'Free disk space.' };
    panel = openPanel({ drafts: { keeping: 'failed', problem, left: LEFT } });
    const [said] = screen.getAllByRole('status');
    for (const text of Object.values(problem)) expect(said.textContent).toContain(text);
    expect(screen.queryByRole('button', { name: 'Dismiss message' })).toBeNull();
    expect(screen.getAllByRole('button', { name: 'Restore' })).toHaveLength(2);
  });

  it('that a site does not keep is said to be lost', () => {
    panel = openPanel({ drafts: { keeping: 'off', left: [] } });
    expect(screen.getByText(/not kept on this computer/)).toBeTruthy();
  });
});
