/**
 * @file One undo step of ours in the host's own history, so that its buttons and keys serve our work and theirs alike.
 */
import { utilities } from '@cornerstonejs/core';

export interface UndoStep {
  undo(): void;
  redo(): void;
}

interface HostHistory {
  /** Setting the size empties the history. */
  size: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
  push(memo: HostMemo): unknown;
}

interface HostMemo {
  readonly id: string;
  readonly operationType: string;
  restoreMemo(isUndo?: boolean): void;
}

const history = (): HostHistory =>
  utilities.HistoryMemo.DefaultHistoryMemo as unknown as HostHistory;

/** Adds a step that the host's undo and redo call. */
export function pushStep(step: UndoStep): void {
  history().push({
    id: utilities.uuidv4(),
    operationType: 'labelmap',
    restoreMemo: (isUndo) => {
      if (isUndo === false) step.redo();
      else step.undo();
    },
  });
}

export const canUndo = (): boolean => history().canUndo;
export const canRedo = (): boolean => history().canRedo;
export const undo = (): void => {
  history().undo();
};
export const redo = (): void => {
  history().redo();
};

/** Empties the history: its steps belong to labels that are gone. */
export function clearHistory(): void {
  const steps = history();
  const { size } = steps;
  steps.size = size;
}
