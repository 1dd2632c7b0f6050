/** @file The dicom-seg extension behind its light object: saving, opening, and the host's own entries led to ours. */
import { createElement } from 'react';
import {
  workbenchOf,
  type CommandDefinition,
  type ExtensionContext,
  type ExtensionImplementation,
} from '@cordon/extension-workbench/viewer';
import { addTexts } from '@cordon/extension-workbench/ui';
import { Archive } from './archive';
import type { OpenContext } from './open-segmentation';
import { SaveJobs } from './save-jobs';
import { SaveSection } from './save-section';
import { segHandler } from './sop-class-handler';
import { NAMESPACE, TEXTS } from './texts';

interface StoreOptions {
  readonly segmentationId?: string;
  readonly modality?: string;
}

let opened: OpenContext | undefined;

function contextOf({ servicesManager, extensionManager }: ExtensionContext): OpenContext {
  if (opened) return opened;
  const { services } = servicesManager;
  const workbench = workbenchOf(servicesManager);
  const archive = new Archive(extensionManager, services);
  opened = { services, workbench, archive, jobs: new SaveJobs(workbench, services, archive) };
  return opened;
}

export const dicomSegExtension: ExtensionImplementation = {
  preRegistration(context) {
    const { workbench, jobs } = contextOf(context);
    for (const [language, texts] of Object.entries(TEXTS)) addTexts(language, NAMESPACE, texts);
    workbench.slots.add({
      id: 'cordon-save',
      title: TEXTS.en.title,
      order: 300,
      render: () => createElement(SaveSection, { jobs, workbench }),
    });
  },

  onModeEnter(context) {
    overrideStoring(context);
  },

  onModeExit() {
    opened?.jobs.reset();
  },

  getSopClassHandlerModule: (context) => [segHandler(contextOf(context))],
};

/** Contexts in which the host offers to store and download; the host's own are called outside of our mode. */
const CONTEXTS = ['CORNERSTONE', 'SEGMENTATION'] as const;
const overridden = new WeakSet<CommandDefinition['commandFn']>();

/** Leads the host's entries for SEG to ours. Its extensions register late, so this looks again on each entry of a mode. */
function overrideStoring(context: ExtensionContext): void {
  const { commandsManager } = context;
  const { workbench, jobs } = contextOf(context);
  const replace = (
    name: string,
    contextName: string,
    ours: (options: StoreOptions) => Promise<unknown>
  ) => {
    const host = commandsManager.getCommand(name, contextName);
    if (!host || overridden.has(host.commandFn)) return;
    const commandFn = (options: StoreOptions = {}): unknown =>
      workbench.isActive && (options.modality ?? 'SEG') === 'SEG'
        ? ours(options)
        : host.commandFn(options as never);
    overridden.add(commandFn);
    commandsManager.registerCommand(contextName, name, { ...host, commandFn });
  };
  for (const name of CONTEXTS) {
    replace('storeSegmentation', name, ({ segmentationId }) => jobs.save('', segmentationId));
    replace('downloadSegmentation', name, ({ segmentationId }) => jobs.download(segmentationId));
  }
}
