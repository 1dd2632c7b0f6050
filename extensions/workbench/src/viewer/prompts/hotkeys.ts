/**
 * @file Keys of the drawing tools, in the host's own list of hotkeys: shown and changed in its preferences. None is taken by
 * the host. Brush size is on the host's own keys.
 */
import type { CommandDefinition, CustomizationService } from '../host';
import type { DrawingTool } from '../../prompts/gestures';
import { oppositeLabel } from '../../prompts/gestures';
import type { PanelModel } from '../../ui/panel-model';

interface Hotkey {
  readonly commandName: string;
  readonly commandOptions?: { readonly tool: DrawingTool };
  readonly label: string;
  readonly keys: readonly string[];
  readonly isEditable: true;
}

const toolKey = (tool: DrawingTool, label: string, key: string): Hotkey => ({
  commandName: 'cordonDrawingTool',
  commandOptions: { tool },
  label: `Cordon: ${label}`,
  keys: [key],
  isEditable: true,
});

export const HOTKEYS: readonly Hotkey[] = [
  toolKey('seed', 'Click', 's'),
  toolKey('scribble', 'Scribble', 'd'),
  toolKey('eraser', 'Erase marks', 'x'),
  toolKey('box', 'Box', 'o'),
  toolKey('path', 'Contour points', 'p'),
  {
    commandName: 'cordonOtherLabel',
    label: 'Cordon: Structure or background',
    keys: ['q'],
    isEditable: true,
  },
];

/** Adds the keys for as long as the mode is open. */
export function addHotkeys(customizations: CustomizationService): void {
  customizations.setCustomizations({ 'ohif.hotkeyBindings': { $push: HOTKEYS } });
}

type Commands = Readonly<Record<string, CommandDefinition['commandFn']>>;

/** Factor of one press of a key. */
const SIZE_STEP = 1.25;

/**
 * The commands of the keys. The host's keys for the size of its brush set ours while a drawing tool is in the hand; `host`
 * gives its own command.
 */
export function drawingCommands(
  panel: PanelModel,
  host: (name: string) => CommandDefinition['commandFn'] | undefined
): Commands {
  const sized = (name: 'increaseBrushSize' | 'decreaseBrushSize', factor: number) => {
    const before = host(name);
    return (options: never) => {
      const { prompts } = panel.getState();
      if (prompts?.tool) panel.setBrushMm(Math.round(prompts.brushMm * factor * 2) / 2);
      else before?.(options);
    };
  };
  return {
    cordonDrawingTool: ({ tool }: { readonly tool: DrawingTool }) => {
      const { prompts } = panel.getState();
      if (prompts?.tools.includes(tool)) panel.setDrawingTool(tool);
    },
    cordonOtherLabel: () => {
      const { prompts } = panel.getState();
      if (prompts && prompts.labels.length > 1) panel.setPromptLabel(oppositeLabel(prompts.label));
    },
    increaseBrushSize: sized('increaseBrushSize', SIZE_STEP),
    decreaseBrushSize: sized('decreaseBrushSize', 1 / SIZE_STEP),
  };
}
