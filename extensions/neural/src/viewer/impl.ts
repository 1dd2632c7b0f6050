/** @file Offers networks to the workbench: beside the plugin, a site's own, and those that a person adds. */
import { workbenchOf, type ExtensionImplementation } from '@cordon/extension-workbench/viewer';
import { addBrainSection } from './brain/add-brain-section';
import { addModelsSection } from './models/add-models-section';
import { ModelShelf } from './models/model-shelf';

export const neuralExtension: ExtensionImplementation = {
  async preRegistration({ servicesManager }) {
    const workbench = workbenchOf(servicesManager);
    const shelf = new ModelShelf(workbench, servicesManager.services);
    const shipped = await shelf.offerCatalog(new URL('./models/', import.meta.url).href);
    await shelf.offerSiteCatalogs();
    await shelf.offerAdded();
    addBrainSection(workbench, shipped);
    addModelsSection(workbench, shelf);
  },
};
