/** @file Offers the models beside the plugin to the workbench. The page lists them; only workers run them. */
import { toCordonError } from '@cordon/extension-workbench/pure';
import { notifyError } from '@cordon/extension-workbench/viewer/notify';
import { workbenchOf, type ExtensionImplementation } from '@cordon/extension-workbench/viewer';
import { inModelFolder, listModels, readManifest } from '../catalog/catalog';
import { fetchFrom } from '../catalog/fetch-files';
import { neuralMethod } from '../methods/neural-method';
import { addBrainSection } from './brain/add-brain-section';

/** Found beside the plugin, never relative to the page. */
const createWorker = () =>
  new Worker(new URL('./neural.worker.js', import.meta.url), { type: 'module' });

export const neuralExtension: ExtensionImplementation = {
  async preRegistration({ servicesManager }) {
    const workbench = workbenchOf(servicesManager);
    const read = fetchFrom(new URL('./models/', import.meta.url).href);
    const entries = await listModels(read);
    // All at once: the viewer opens after this, and one bad model must not take the others with it.
    const manifests = await Promise.allSettled(entries.map((entry) => readManifest(entry, read)));
    for (const [at, outcome] of manifests.entries()) {
      if (outcome.status === 'rejected') {
        const { uiNotificationService } = servicesManager.services;
        notifyError(uiNotificationService, toCordonError(outcome.reason));
        continue;
      }
      const method = neuralMethod({
        manifest: outcome.value,
        manifestSha256: entries[at].manifestSha256,
        read: inModelFolder(read, entries[at].id),
        loadEngine: () => Promise.reject(new Error('networks run in their worker only')),
      });
      workbench.registerMethod({ method, createWorker });
    }
    const usable = manifests.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : []
    );
    addBrainSection(workbench, usable);
  },
};
