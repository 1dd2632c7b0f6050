/** @file The workbench extension behind its light object: loaded when the viewer's globals are there. */
import { compositePanel } from './composite-panel';
import type { ExtensionImplementation } from './host';
import { versionWarning } from './host-version';
import { notifyError } from './notify';
import { drawingCommands } from './prompts/hotkeys';
import { CordonWorkbench, SERVICE_NAME } from './service';
import { workbenchOf } from './workbench-of';

export const workbenchExtension: ExtensionImplementation = {
  preRegistration({ servicesManager, commandsManager }) {
    const { services } = servicesManager;
    const warning = versionWarning();
    if (warning) notifyError(services.uiNotificationService, warning);
    servicesManager.registerService({
      name: SERVICE_NAME,
      create: () => new CordonWorkbench(services, commandsManager),
    });
  },

  onModeExit({ servicesManager }) {
    workbenchOf(servicesManager).leave();
  },

  getPanelModule: ({ servicesManager, extensionManager }) => [
    compositePanel(workbenchOf(servicesManager), extensionManager),
  ],

  getCommandsModule: ({ servicesManager, commandsManager }) => {
    const workbench = workbenchOf(servicesManager);
    /** The host's own command, with a preview treated as the step that is undone first. */
    const around = (name: 'undo' | 'redo') => {
      const host = commandsManager.getCommand(name, 'CORNERSTONE')?.commandFn;
      return (options: never) => {
        if (workbench.isActive && workbench.hasPreview) workbench.panel[name]();
        else host?.(options);
      };
    };
    const definitions = {
      undo: around('undo'),
      redo: around('redo'),
      ...drawingCommands(
        workbench.panel,
        (name) => commandsManager.getCommand(name, 'CORNERSTONE')?.commandFn
      ),
    };
    return { actions: definitions, definitions, defaultContext: 'CORNERSTONE' };
  },
};
