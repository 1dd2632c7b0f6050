/**
 * @file Keys of our mode, listed and changed in the viewer's own dialog for keys. One that the viewer has given away, or a command that
 * has a key already, is left as it is. Brush size, undo and redo are on the viewer's own keys.
 */
import type { DrawingTool } from '../prompts/gestures';
import type { CustomizationService } from './host';

const BINDINGS = 'ohif.hotkeyBindings';

export interface Hotkey {
  readonly commandName: string;
  readonly commandOptions?: { readonly tool: DrawingTool };
  readonly label: string;
  readonly keys: readonly string[];
  readonly isEditable?: boolean;
}

/** A colon would be read as the end of a namespace of translations. */
const ours = (label: string) => `Cordon – ${label}`;

const toolKey = (tool: DrawingTool, label: string, key: string): Hotkey => ({
  commandName: 'cordonDrawingTool',
  commandOptions: { tool },
  label: ours(label),
  keys: [key],
});

const OURS: readonly Hotkey[] = [
  { commandName: 'cordonRun', label: ours('run'), keys: ['shift+r'] },
  { commandName: 'cordonAccept', label: ours('accept'), keys: ['shift+a'] },
  { commandName: 'cordonReject', label: ours('reject'), keys: ['shift+x'] },
  toolKey('seed', 'click', 's'),
  toolKey('scribble', 'scribble', 'd'),
  toolKey('eraser', 'erase marks', 'x'),
  toolKey('box', 'box', 'o'),
  toolKey('path', 'contour', 'p'),
  { commandName: 'cordonOtherLabel', label: ours('background'), keys: ['q'] },
  { commandName: 'undo', label: 'Undo', keys: ['ctrl+z'] },
  { commandName: 'redo', label: 'Redo', keys: ['ctrl+shift+z'] },
];

/** Those of our keys that clash with none of the viewer's. */
export function freeHotkeys(taken: readonly Hotkey[]): readonly Hotkey[] {
  const keys = new Set(taken.flatMap(({ keys: used }) => used.map((key) => key.toLowerCase())));
  const commands = new Set(taken.map(({ commandName }) => commandName));
  return OURS.filter(
    ({ commandName, keys: [key] }) => !keys.has(key) && !commands.has(commandName)
  ).map((hotkey) => ({ ...hotkey, isEditable: true }));
}

/** Adds our keys for this visit to the mode; the viewer binds them after the mode has been entered. */
export function addHotkeys(service: CustomizationService): void {
  const taken = (service.getCustomization(BINDINGS) ?? []) as readonly Hotkey[];
  service.setCustomizations({ [BINDINGS]: { $push: freeHotkeys(taken) } });
}
