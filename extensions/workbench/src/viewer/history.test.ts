/** @file The watch over the viewer's history, on the viewer's own class: bounded memory, strokes that are refused, restoring. */
import type { HistoryMemo } from '../../../../node_modules/@cornerstonejs/core/dist/esm/utilities/historyMemo/index.js';
import {
  clearHistory,
  forgetOldest,
  isRestoring,
  pushStep,
  redo,
  undo,
  watchHistory,
} from './history';

jest.mock('@cornerstonejs/core', () => {
  const actual: { DefaultHistoryMemo: object } = jest.requireActual(
    '../../../../node_modules/@cornerstonejs/core/dist/esm/utilities/historyMemo/index.js'
  );
  return {
    utilities: {
      HistoryMemo: { DefaultHistoryMemo: actual.DefaultHistoryMemo },
      uuidv4: () => crypto.randomUUID(),
    },
  };
});

const core: { utilities: { HistoryMemo: { DefaultHistoryMemo: HistoryMemo } } } =
  jest.requireMock('@cornerstonejs/core');
const host = core.utilities.HistoryMemo.DefaultHistoryMemo;

/** A step that writes down what is done with it. */
const step = (name: string, log: string[], bytes = 0) => ({
  bytes,
  undo: () => log.push(`undo ${name}`),
  redo: () => log.push(`redo ${name}`),
});

beforeEach(() => {
  clearHistory();
});

describe('forgetting old steps', () => {
  it('keeps the newest that fit, in any place of the ring, and always the latest', () => {
    const log: string[] = [];
    // More steps than the ring holds, so that it has gone round.
    for (let n = 0; n < 60; n++) pushStep(step(String(n), log, 10));
    forgetOldest(host as never, 35);
    for (let n = 0; n < 10; n++) undo();
    expect(log).toEqual(['undo 59', 'undo 58', 'undo 57']);
    redo();
    expect(log.at(-1)).toBe('redo 57');
    clearHistory();
    pushStep(step('huge', log, 1000));
    forgetOldest(host as never, 35);
    undo();
    expect(log.at(-1)).toBe('undo huge');
  });
});

describe('the watch', () => {
  const stroke = () => ({
    id: 'stroke',
    operationType: 'labelmap',
    segmentationId: 's',
    segmentationVoxelManager: {},
    undoVoxelManager: {},
    redoVoxelManager: {},
    restoreMemo: () => undefined,
    commitMemo: () => true,
  });

  it('shows each stroke before it becomes a step, and leaves the viewer as it was', () => {
    const seen: string[] = [];
    const stop = watchHistory(({ id }) => {
      seen.push(id);
      return seen.length > 1;
    });
    host.push(stroke());
    expect(host.canUndo).toBe(false);
    host.push(stroke());
    expect(host.canUndo).toBe(true);
    stop();
    host.push(stroke());
    expect(seen).toHaveLength(2);
    expect(Object.keys(host)).not.toContain('push');
  });

  it('does not judge what the viewer records in groups, as it deletes a segment', () => {
    const stop = watchHistory(() => false);
    host.startGroupRecording();
    host.push(stroke());
    host.endGroupRecording();
    expect(host.canUndo).toBe(true);
    stop();
  });

  it('tells while steps are taken back and repeated', () => {
    const seen: boolean[] = [];
    const stop = watchHistory(() => true);
    pushStep({ undo: () => seen.push(isRestoring()), redo: () => seen.push(isRestoring()) });
    undo();
    redo();
    expect(seen).toEqual([true, true]);
    expect(isRestoring()).toBe(false);
    stop();
  });
});
