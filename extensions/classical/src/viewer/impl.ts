/** @file Offers the classical methods to the workbench, each run in a worker of its own. */
import {
  workbenchOf,
  type ExtensionImplementation,
  type MethodButton,
} from '@cordon/extension-workbench/viewer';
import { icons } from '@cordon/extension-workbench/ui';
import { classicalMethods } from '../pure';

/** The methods that are steered on the image, beside the viewer's brushes. */
const BUTTONS: readonly MethodButton[] = [
  { methodId: 'threshold', icon: icons.HistogramIcon },
  { methodId: 'region-growing', icon: icons.SeedIcon },
  { methodId: 'watershed', icon: icons.ScribbleIcon },
  { methodId: 'graph-cut', icon: icons.CutIcon },
  { methodId: 'live-wire', icon: icons.AnchorPathIcon },
  { methodId: 'level-set', icon: icons.SphereIcon },
];

/** Found beside the plugin, never relative to the page. */
const createWorker = () =>
  new Worker(new URL('./classical.worker.js', import.meta.url), { type: 'module' });

export const classicalExtension: ExtensionImplementation = {
  preRegistration({ servicesManager }) {
    const workbench = workbenchOf(servicesManager);
    for (const method of classicalMethods) workbench.registerMethod({ method, createWorker });
    for (const button of BUTTONS) workbench.toolbox.add(button);
  },
};
