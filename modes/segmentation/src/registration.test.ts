/**
 * @file The packages in a viewer that is built with them: OHIF's own managers, without a browser, register each extension and find
 * what it offers, under the names that OHIF's plug-in rules ask for.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A browser has it, the test environment has not; that of Node would keep the process alive. */
class Channel {
  readonly port1: { onmessage?: () => void; close(): void } = { close: () => undefined };
  readonly port2 = {
    postMessage: () => {
      setTimeout(() => this.port1.onmessage?.(), 0);
    },
  };
}
Object.assign(globalThis, { MessageChannel: Channel });

const root = resolve(__dirname, '../../..');

interface Managers {
  readonly CommandsManager: new () => {
    createContext(name: string): void;
    getCommand(name: string, context: string): object | undefined;
  };
  readonly ServicesManager: new (commands: object) => { readonly services: object };
  readonly ExtensionManager: new (parts: object) => {
    registerExtension(extension: object): Promise<void>;
    getModuleEntry(id: string): { readonly name: string } | undefined;
    getRegisteredExtensionIds(): readonly string[];
  };
}
// Published without declarations.
const { CommandsManager, ExtensionManager, ServicesManager } =
  jest.requireActual<Managers>('@ohif/core');

const PACKAGES = ['workbench', 'classical', 'dicom-seg'] as const;

async function registered() {
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
  Object.assign(servicesManager.services, {
    uiNotificationService: { show: () => 'shown' },
    customizationService: { addReferences: () => undefined },
  });
  for (const name of PACKAGES) {
    const { default: extension } = (await import(
      `../../../extensions/${name}/src/extension.ts`
    )) as { readonly default: object };
    await extensionManager.registerExtension(extension);
  }
  return { commandsManager, extensionManager, servicesManager };
}

describe('in a viewer that is built with the packages', () => {
  it('every extension registers under the name of its package and offers its modules', async () => {
    const { commandsManager, extensionManager, servicesManager } = await registered();
    const names = PACKAGES.map(
      (name) =>
        JSON.parse(readFileSync(join(root, 'extensions', name, 'package.json'), 'utf8')) as {
          readonly name: string;
          readonly keywords: readonly string[];
        }
    );
    expect(extensionManager.getRegisteredExtensionIds()).toEqual(names.map(({ name }) => name));
    for (const { keywords } of names) expect(keywords).toContain('ohif-extension');
    const entry = (id: string) => extensionManager.getModuleEntry(`@cordon/extension-${id}`);
    expect(entry('workbench.panelModule.segmentation')?.name).toBe('segmentation');
    expect(entry('dicom-seg.sopClassHandlerModule.dicom-seg')?.name).toBe('dicom-seg');
    expect(commandsManager.getCommand('cordonAccept', 'CORNERSTONE')).toBeDefined();
    const { cordonWorkbench } = servicesManager.services as {
      readonly cordonWorkbench: { readonly methods: { list(): readonly object[] } };
    };
    expect(cordonWorkbench.methods.list().length).toBeGreaterThan(10);
  });
});
