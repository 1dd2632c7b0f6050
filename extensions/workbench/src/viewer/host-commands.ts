/**
 * @file The viewer's own commands that change segments, with what Cordon adds to them: a preview counts as the step that is undone
 * first, a locked segment is not deleted, and what is known about a deleted segment goes and comes back with it.
 */
import type { CommandDefinition, CommandsManager, CommandsModule } from './host';
import { drawingCommands } from './prompts/drawing-commands';
import type { CordonWorkbench } from './service';
import { SET_OPTION, type OptionChange } from './tool-options';

const CONTEXT = 'CORNERSTONE';

interface SegmentOptions {
  readonly segmentationId: string;
  readonly segmentIndex: number;
}

export function hostCommands(
  workbench: CordonWorkbench,
  commandsManager: CommandsManager
): CommandsModule {
  type CommandFn = CommandDefinition['commandFn'];
  /** `ours` gets the host's own command, which it may call; outside of our mode only that one runs. */
  const around = (name: string, ours: (host: CommandFn, options: never) => unknown): CommandFn => {
    const host = commandsManager.getCommand(name, CONTEXT)?.commandFn ?? (() => undefined);
    return (options) => (workbench.isActive ? ours(host, options) : host(options));
  };
  /** A command of ours for a key; nothing outside of our mode. */
  const ours = (work: (panel: CordonWorkbench['panel']) => void) => () => {
    if (workbench.isActive) work(workbench.panel);
  };
  const definitions = {
    cordonRun: ours((panel) => {
      if (panel.getState().active) panel.run();
    }),
    cordonAccept: ours((panel) => {
      if (panel.getState().preview) panel.accept();
    }),
    cordonReject: ours((panel) => {
      if (panel.getState().preview) panel.reject();
    }),
    [SET_OPTION]: ((options) => {
      if (workbench.isActive) workbench.toolbox.setOption(options as OptionChange);
    }) as CommandFn,
    undo: around('undo', (host, options) => {
      if (workbench.hasPreview) workbench.panel.undo();
      else host(options);
    }),
    redo: around('redo', (host, options) => {
      if (workbench.hasPreview) workbench.panel.redo();
      else host(options);
    }),
    deleteSegment: around('deleteSegment', (host, options) => {
      const { segmentationId, segmentIndex } = options as SegmentOptions;
      workbench.deleteSegment(segmentationId, segmentIndex, () => host(options));
    }),
    editSegmentColor: around('editSegmentColor', (host, options) => {
      const { segmentationId, segmentIndex } = options as SegmentOptions;
      workbench.expectColour(segmentationId, segmentIndex);
      host(options);
    }),
    ...drawingCommands(
      workbench.panel,
      (name) => commandsManager.getCommand(name, CONTEXT)?.commandFn
    ),
  };
  return { actions: definitions, definitions, defaultContext: CONTEXT };
}
