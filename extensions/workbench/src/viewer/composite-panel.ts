/**
 * @file One tab with our section above the host's own segmentation panel. The host's React is not ours: our part lives in
 * one element with a React root of its own, which the host's (hook-free) component puts where the tab is.
 */
import { createElement } from 'react';
import { mountPanel } from '../ui';
import type { ExtensionManager, PanelModuleEntry } from './host';
import { HOST_PART, keepTabStill } from './scroll-within';
import type { CordonWorkbench } from './service';

const HOST_PANEL = '@ohif/extension-cornerstone.panelModule.panelSegmentationWithToolsLabelMap';

/** The panel module entry `segmentation` of the workbench. */
export function compositePanel(
  workbench: CordonWorkbench,
  extensionManager: ExtensionManager
): PanelModuleEntry {
  let element: HTMLElement | undefined;
  const ours = () => {
    if (!element) {
      keepTabStill();
      element = document.createElement('div');
      element.dataset['cy'] = 'cordon-panel';
      mountPanel(element, workbench.panel, workbench.slots);
    }
    return element;
  };
  const place = (parent: HTMLElement | null) => {
    if (parent) parent.append(ours());
  };
  return {
    name: 'segmentation',
    iconName: 'tab-segmentation',
    iconLabel: 'Segmentation',
    label: 'Segmentation',
    component: (props) => {
      const HostPanel = extensionManager.getModuleEntry(HOST_PANEL)?.component;
      return createElement(
        'div',
        { className: 'flex h-full flex-col overflow-y-auto', 'data-cy': 'cordon-tab' },
        createElement('div', { ref: place, className: 'flex-none' }),
        HostPanel &&
          createElement(
            'div',
            { className: 'flex-auto', 'data-cy': HOST_PART },
            createElement(HostPanel, props)
          )
      );
    },
  };
}
