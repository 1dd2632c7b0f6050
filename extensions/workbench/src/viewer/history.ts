/**
 * @file One undo step of ours in the host's own history, so that its buttons and keys serve our work and theirs alike.
 */
import { utilities } from '@cornerstonejs/core';

export interface UndoStep {
  undo(): void;
  redo(): void;
}

/** What a step changes: voxels and segments, or only what is drawn for a method. */
export type StepKind = 'labelmap' | 'cordon-prompts';

interface HostHistory {
  /** Setting the size empties the history. */
  size: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
  undoIf(condition: (item: HostItem | undefined) => boolean): boolean;
  push(memo: HostMemo): unknown;
  readonly ring: readonly (HostItem | undefined)[];
  readonly position: number;
}

/** A step of the host, or several that it takes together. */
type HostItem = HostMemo | readonly HostMemo[];

interface HostMemo {
  readonly id: string;
  readonly operationType: string;
  restoreMemo(isUndo?: boolean): void;
}

const history = (): HostHistory =>
  utilities.HistoryMemo.DefaultHistoryMemo as unknown as HostHistory;

/** Adds a step that the host's undo and redo call. */
export function pushStep(step: UndoStep, kind: StepKind = 'labelmap'): void {
  history().push({
    id: utilities.uuidv4(),
    operationType: kind,
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

/** Undoes the last step if it only changed what is drawn; false otherwise. */
export const undoPrompts = (): boolean => history().undoIf(isPromptStep);

/** Does the next step again if it only changes what is drawn. */
export function redoPrompts(): void {
  const steps = history();
  const next = steps.ring[(steps.position + 1) % steps.size];
  if (steps.canRedo && isPromptStep(next)) steps.redo();
}

const isPromptStep = (item: HostItem | undefined): boolean =>
  item !== undefined && 'operationType' in item && item.operationType === 'cordon-prompts';

/** Empties the history: its steps belong to labels that are gone. */
export function clearHistory(): void {
  const steps = history();
  const { size } = steps;
  steps.size = size;
}
