/**
 * @file One undo step of ours in the host's own history, so that its buttons and keys serve our work and theirs alike; and a watch
 * over that history while our mode is open.
 */
import { utilities } from '@cornerstonejs/core';

export interface UndoStep {
  undo(): void;
  redo(): void;
  /** What the step keeps in memory. */
  readonly bytes?: number;
}

/** What a step changes: voxels and segments, or only what is drawn for a method. */
export type StepKind = 'labelmap' | 'cordon-prompts';

interface HostHistory {
  /** Setting the size empties the history. */
  size: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly isRecordingGrouped: boolean;
  /** Steps that can be undone lie at `position` and before, round and round. */
  readonly ring: (HostItem | undefined)[];
  readonly position: number;
  undoAvailable: number;
  undo(items?: number): void;
  redo(items?: number): void;
  undoIf(condition: (item: HostItem | undefined) => boolean): boolean;
  push(memo: HostMemo): unknown;
}

/** A step of the host, or several that it takes together. */
type HostItem = HostMemo | HostMemo[];

interface HostMemo {
  readonly id: string;
  readonly operationType: string;
  readonly bytes?: number;
  restoreMemo(isUndo?: boolean): void;
}

/** What a tool of the host has done to the labels of one layer. */
export interface StrokeMemo extends HostMemo {
  readonly segmentationId: string;
  readonly segmentationVoxelManager: VoxelAccess;
  /** Values before. */
  readonly undoVoxelManager: VoxelAccess & { readonly map?: RunMap };
  redoVoxelManager?: object;
  /** Reads the values after anew, when `redoVoxelManager` is undefined. */
  commitMemo(): boolean;
}

interface RunMap {
  readonly map?: ReadonlyMap<unknown, { readonly length: number }>;
}

export interface VoxelAccess {
  getAtIndex(index: number): number;
  setAtIndex(index: number, value: number): unknown;
  forEach(
    visit: (voxel: {
      readonly value: number;
      readonly index: number;
      readonly pointIJK: readonly [number, number, number];
    }) => void
  ): void;
}

const history = (): HostHistory =>
  utilities.HistoryMemo.DefaultHistoryMemo as unknown as HostHistory;

function memoOf(step: UndoStep, kind: StepKind = 'labelmap'): HostMemo {
  return {
    id: utilities.uuidv4(),
    operationType: kind,
    bytes: step.bytes,
    restoreMemo: (isUndo) => {
      if (isUndo === false) step.redo();
      else step.undo();
    },
  };
}

/** Adds a step that the host's undo and redo call. */
export function pushStep(step: UndoStep, kind?: StepKind): void {
  history().push(memoOf(step, kind));
}

/** Makes `step` part of the latest step, which the host recorded in several pieces. */
export function joinLatestStep(step: UndoStep): void {
  const { ring, position } = history();
  const latest = ring[position];
  if (Array.isArray(latest)) latest.push(memoOf(step));
  else pushStep(step);
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

/** What all steps together may keep in memory: beyond it the oldest are forgotten. */
export const MOST_HISTORY_BYTES = 128 * 2 ** 20;
/** Of one run of equal voxels in a step of the host, roughly. */
const RUN_BYTES = 48;

let restoring = 0;

/** True while the history takes steps back or repeats them: what changes then is not a new step. */
export const isRestoring = (): boolean => restoring > 0;

/**
 * Watches the history: `admit` sees each stroke of the host's tools before it becomes a step, and may change it; one for which it
 * says no does not become one. Keeps the memory of all steps bounded. Returns the function that ends the watch.
 */
export function watchHistory(admit: (stroke: StrokeMemo) => boolean): () => void {
  const steps = history();
  const { push, undo: takeBack, redo: repeat } = steps;
  const marking =
    (restore: (items?: number) => void) =>
    (items?: number): void => {
      restoring++;
      try {
        restore.call(steps, items);
      } finally {
        restoring--;
      }
    };
  Object.assign(steps, {
    push: (memo: HostMemo | undefined) => {
      const isStroke = memo !== undefined && !steps.isRecordingGrouped && isStrokeMemo(memo);
      if (isStroke && !admit(memo)) return undefined;
      const pushed = memo && push.call(steps, memo);
      forgetOldest(steps, MOST_HISTORY_BYTES);
      return pushed;
    },
    undo: marking(takeBack),
    redo: marking(repeat),
  });
  return () => {
    // The host's own methods are its class's.
    for (const name of ['push', 'undo', 'redo']) Reflect.deleteProperty(steps, name);
  };
}

function isStrokeMemo(memo: HostMemo): memo is StrokeMemo {
  const { undoVoxelManager, redoVoxelManager, segmentationId } = memo as Partial<StrokeMemo>;
  return (
    undoVoxelManager !== undefined && redoVoxelManager !== undefined && segmentationId !== undefined
  );
}

/** Forgets the oldest steps until the rest keeps no more than `limit` bytes; the latest always stays. */
export function forgetOldest(
  steps: Pick<HostHistory, 'ring' | 'position' | 'size' | 'undoAvailable'>,
  limit: number
): void {
  const at = (age: number) => (steps.position - age + steps.size) % steps.size;
  let total = 0;
  for (let age = 0; age < steps.undoAvailable; age++) {
    total += bytesOf(steps.ring[at(age)]);
    if (total <= limit || age === 0) continue;
    for (let old = age; old < steps.undoAvailable; old++) steps.ring[at(old)] = undefined;
    steps.undoAvailable = age;
    return;
  }
}

function bytesOf(entry: HostItem | undefined): number {
  if (entry === undefined) return 0;
  if (Array.isArray(entry)) return entry.reduce((sum, memo: HostMemo) => sum + bytesOf(memo), 0);
  const memo = entry as HostMemo;
  if (memo.bytes !== undefined || !isStrokeMemo(memo)) return memo.bytes ?? 0;
  let runs = 0;
  for (const row of memo.undoVoxelManager.map?.map?.values() ?? []) runs += row.length;
  // Before and after.
  return 2 * runs * RUN_BYTES;
}
