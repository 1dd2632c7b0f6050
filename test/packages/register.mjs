/**
 * Registers the bundled packages with OHIF's own managers in a page without a screen, at an address that serves the site, and
 * prints what they offer as JSON. Arguments: the folder of the viewer, the address of its site.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { JSDOM } from 'jsdom';

const [, , folder, address] = process.argv;
const require = createRequire(import.meta.url);
const { window } = new JSDOM('<!doctype html><div id="root"></div>', {
  url: new URL('viewer?StudyInstanceUIDs=1.2.3', address).href,
  pretendToBeVisual: true,
});
// What OHIF's page sets before anything is loaded.
window.PUBLIC_URL = new URL(address).pathname;
window.matchMedia = () => ({ matches: false, addEventListener: () => undefined });
globalThis.self = globalThis;
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
globalThis.window = globalThis;

const { CommandsManager, ExtensionManager, ServicesManager } = require('@ohif/core');
const { packages } = require(path.join(folder, 'viewer.cjs'));

const commandsManager = new CommandsManager();
commandsManager.createContext('CORNERSTONE');
const servicesManager = new ServicesManager(commandsManager);
const extensionManager = new ExtensionManager({
  commandsManager,
  servicesManager,
  serviceProvidersManager: { registerProvider: () => undefined },
  hotkeysManager: {},
  appConfig: {},
});
const shown = [];
Object.assign(servicesManager.services, {
  uiNotificationService: { show: (message) => shown.push(message) },
  customizationService: { addReferences: () => undefined },
});
const loaded = {};
for (const [name, load] of Object.entries(packages)) loaded[name] = (await load()).default;
const { '@cordon/mode-segmentation': mode, ...extensions } = loaded;
for (const extension of Object.values(extensions)) {
  await extensionManager.registerExtension(extension);
}
const { cordonWorkbench } = servicesManager.services;
const offered = (id) => extensionManager.getModuleEntry(`@cordon/extension-${id}`)?.name;
const report = {
  extensions: extensionManager.getRegisteredExtensionIds(),
  mode: mode.id,
  panel: offered('workbench.panelModule.segmentation'),
  reader: offered('dicom-seg.sopClassHandlerModule.dicom-seg'),
  accepts: Boolean(commandsManager.getCommand('cordonAccept', 'CORNERSTONE')),
  methods: cordonWorkbench.methods.list().map(({ method }) => method.id),
  shown,
};
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
