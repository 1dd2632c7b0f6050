/** @file Offers the classical methods to the workbench, each run in a worker of its own. */
import { workbenchOf, type ExtensionImplementation } from '@cordon/extension-workbench/viewer';
import { classicalMethods } from '../pure';

/** Found beside the plugin, never relative to the page. */
const createWorker = () =>
  new Worker(new URL('./classical.worker.js', import.meta.url), { type: 'module' });

export const classicalExtension: ExtensionImplementation = {
  preRegistration({ servicesManager }) {
    const workbench = workbenchOf(servicesManager);
    for (const method of classicalMethods) workbench.registerMethod({ method, createWorker });
  },
};
