/** @file The workbench extension behind its light object: loaded when the viewer's globals are there. */
import { compositePanel } from './composite-panel';
import type { ExtensionImplementation } from './host';
import { hostCommands } from './host-commands';
import { versionWarning } from './host-version';
import { notifyError } from './notify';
import { CordonWorkbench, SERVICE_NAME } from './service';
import { showLinearVoi } from './voi-lut-function';
import { workbenchOf } from './workbench-of';

export const workbenchExtension: ExtensionImplementation = {
  preRegistration({ servicesManager, commandsManager, extensionManager }) {
    const { services } = servicesManager;
    const warning = versionWarning();
    if (warning) notifyError(services.uiNotificationService, warning);
    showLinearVoi();
    servicesManager.registerService({
      name: SERVICE_NAME,
      create: () =>
        new CordonWorkbench(services, commandsManager, () =>
          extensionManager.getActiveDataSource()?.at(0)
        ),
    });
  },

  onModeExit({ servicesManager }) {
    workbenchOf(servicesManager).leave();
  },

  getPanelModule: ({ servicesManager, extensionManager }) => [
    compositePanel(workbenchOf(servicesManager), extensionManager),
  ],

  getToolbarModule: ({ servicesManager }) => workbenchOf(servicesManager).toolbox.module(),

  getCommandsModule: ({ servicesManager, commandsManager }) =>
    hostCommands(workbenchOf(servicesManager), commandsManager),
};
