/**
 * @file The OHIF mode object of @cordon/mode-segmentation: OHIF's own segmentation mode, taken over at run time, with
 * Cordon's panel, its SEG reader and its workbench. Without its extensions it says so instead of opening.
 */
import { isLoaded } from '@cordon/extension-workbench/viewer/loaded';
import type { ExtensionContext } from '@cordon/extension-workbench/viewer';
import type { HostMode, Layout, ModeFactoryContext } from './host-mode';
import { fitsModalities, type Validity } from './modalities';

const ID = '@cordon/mode-segmentation';
const WORKBENCH = '@cordon/extension-workbench';
const DICOM_SEG = '@cordon/extension-dicom-seg';
const OUR_PANEL = `${WORKBENCH}.panelModule.segmentation`;
const OUR_SEG = `${DICOM_SEG}.sopClassHandlerModule.dicom-seg`;
const HOST_PANEL = '@ohif/extension-cornerstone.panelModule.panelSegmentationWithToolsLabelMap';
const HOST_SEG = '@ohif/extension-cornerstone-dicom-seg.sopClassHandlerModule.dicom-seg';

interface Workbench {
  enter(): void;
  leave(): void;
}

const workbenchOf = ({ servicesManager }: ExtensionContext): Workbench | undefined =>
  (servicesManager.services as { cordonWorkbench?: Workbench }).cordonWorkbench;

/** Our SEG reader in place of the host's; the host's stays when ours is missing. */
const sopClassHandlers = (base: HostMode) =>
  base.sopClassHandlers.map((id) => (id === HOST_SEG && isLoaded(DICOM_SEG) ? OUR_SEG : id));

function layout({ id, props }: Layout): Layout {
  const rightPanels = props.rightPanels.map((panel) =>
    panel === HOST_PANEL && isLoaded(WORKBENCH) ? OUR_PANEL : panel
  );
  const viewports = props.viewports.map((viewport) => ({
    ...viewport,
    // Segmentations that are drawn here still carry the host's handler.
    displaySetsToDisplay: viewport.displaySetsToDisplay.includes(HOST_SEG)
      ? [...viewport.displaySetsToDisplay, OUR_SEG]
      : [...viewport.displaySetsToDisplay],
  }));
  return { id, props: { ...props, leftPanels: [...props.leftPanels], rightPanels, viewports } };
}

function validity(modalities: string): Validity {
  if (isLoaded(WORKBENCH)) return fitsModalities(modalities);
  return {
    valid: false,
    description: 'Cordon is incomplete: its workbench could not be loaded from the web server.',
  };
}

export default {
  id: ID,
  extensionDependencies: {},

  async modeFactory({ loadModules }: ModeFactoryContext) {
    const [{ modeInstance: base }] = await loadModules(['@ohif/mode-segmentation']);
    const [route] = base.routes;
    return {
      ...base,
      id: ID,
      routeName: 'cordon',
      displayName: 'Cordon',
      sopClassHandlers: sopClassHandlers(base),
      isValidMode: ({ modalities }: { readonly modalities: string }) => validity(modalities),
      routes: [{ ...route, path: 'cordon', layoutTemplate: () => layout(route.layoutInstance) }],
      onModeEnter(context: ExtensionContext) {
        base.onModeEnter.call(this as unknown as HostMode, context);
        workbenchOf(context)?.enter();
      },
      onModeExit(context: ExtensionContext) {
        // Before the host lets go of the labels: what is not saved is kept first.
        workbenchOf(context)?.leave();
        base.onModeExit.call(this as unknown as HostMode, context);
      },
    };
  },
};
