/**
 * @file The drop-in: one OHIF extension that loads all parts of Cordon that lie beside it, in the right order. A part that
 * cannot be loaded is reported and the rest works; listed one by one, a missing file would keep the whole viewer shut.
 */
import { loadError } from '@cordon/extension-workbench/viewer/soft-extension';
import type { ExtensionContext } from '@cordon/extension-workbench/viewer';
import { notifyError } from '@cordon/extension-workbench/viewer/notify';

/** The workbench first: the others register with it. */
const PARTS = ['workbench', 'classical', 'neural', 'dicom-seg'] as const;

interface ExtensionModule {
  readonly default: object;
}

export default {
  id: '@cordon/cordon',

  async preRegistration({ extensionManager, servicesManager }: ExtensionContext): Promise<void> {
    for (const part of PARTS) {
      try {
        const address = new URL(`./${part}.js`, import.meta.url).href;
        const module = (await import(address)) as ExtensionModule;
        await extensionManager.registerExtension(module.default);
      } catch (error) {
        const { uiNotificationService } = servicesManager.services;
        notifyError(uiNotificationService, loadError(`@cordon/extension-${part}`, error));
      }
    }
  },
};
