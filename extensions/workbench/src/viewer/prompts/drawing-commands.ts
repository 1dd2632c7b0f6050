/**
 * @file What the keys of the drawing tools do. The keys themselves are listed with the others in `../hotkeys`.
 */
import type { CommandDefinition } from '../host';
import type { DrawingTool } from '../../prompts/gestures';
import { oppositeLabel } from '../../prompts/gestures';
import type { PanelModel } from '../../ui/panel-model';

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
