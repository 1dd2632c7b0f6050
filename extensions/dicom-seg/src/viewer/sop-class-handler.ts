/**
 * @file Lists SEG objects in the study and opens them with our reader: any encoding, odd sizes, codes and colours kept.
 */
import { CordonError, toCordonError } from '@cordon/extension-workbench/pure';
import {
  addLayersOnArrival,
  notify,
  notifyError,
  type DisplaySet,
  type NaturalInstance,
  type SopClassHandlerEntry,
} from '@cordon/extension-workbench/viewer';
import { SOP_CLASS } from '../part10/uid';
import {
  describeOpened,
  hostSegments,
  labelImages,
  recolour,
  readStored,
  type LoadedParts,
  type OpenContext,
} from './open-segmentation';
import { instanceTitle, offeredInstances } from './offered-instances';

const NAME = 'dicom-seg';
const HANDLER_ID = `@cordon/extension-dicom-seg.sopClassHandlerModule.${NAME}`;
const SOP_CLASS_UIDS = [SOP_CLASS.segmentation, SOP_CLASS.labelMapSegmentation];

/** A display set of a SEG as the host's viewports use it; the host writes into it. */
interface SegDisplaySet extends DisplaySet, Partial<LoadedParts> {
  referencedDisplaySetInstanceUID: string | null;
  isReconstructable: boolean;
  FrameOfReferenceUID?: string;
  loading: boolean;
  isLoaded: boolean;
  loadingPromise?: Promise<void>;
  load(context?: object): Promise<void>;
}

/** The SOP class handler module of this extension. */
export function segHandler(context: OpenContext): SopClassHandlerEntry {
  return {
    name: NAME,
    sopClassUids: SOP_CLASS_UIDS,
    getDisplaySetsFromSeries: (instances) => {
      const offered = offeredInstances(instances);
      return offered.map((instance) =>
        displaySetOf(instance, instanceTitle(instance, offered.length), context)
      );
    },
  };
}

/**
 * The host's viewport takes pixel measures out of the shared groups, and the whole viewer goes black where there are none: a
 * radiograph has no place in the patient, and slices of different thickness have theirs frame by frame.
 */
function withSharedMeasures(instance: NaturalInstance): NaturalInstance {
  const { SharedFunctionalGroupsSequence: groups } = instance;
  const shared = (Array.isArray(groups) ? groups[0] : groups) as object | undefined;
  if (shared && 'PixelMeasuresSequence' in shared) return instance;
  const completed = { ...shared, PixelMeasuresSequence: [{}] };
  return { ...instance, SharedFunctionalGroupsSequence: [completed] };
}

function displaySetOf(stored: NaturalInstance, title: string, context: OpenContext): SegDisplaySet {
  const instance = withSharedMeasures(stored);
  const { SeriesNumber } = instance;
  const references = instance.ReferencedSeriesSequence;
  const first = Array.isArray(references) ? (references[0] as typeof references) : references;
  const referencedSeriesInstanceUID =
    (first as { SeriesInstanceUID?: string } | undefined)?.SeriesInstanceUID ?? null;
  const displaySet: SegDisplaySet & Record<'segments' | 'images', object> & HostFields = {
    Modality: 'SEG',
    displaySetInstanceUID: crypto.randomUUID(),
    SeriesDescription: title,
    SeriesNumber,
    SeriesDate: instance.SeriesDate ?? '',
    SOPInstanceUID: instance.SOPInstanceUID,
    SeriesInstanceUID: instance.SeriesInstanceUID,
    StudyInstanceUID: instance.StudyInstanceUID,
    SOPClassUID: instance.SOPClassUID,
    SOPClassHandlerId: HANDLER_ID,
    FrameOfReferenceUID: instance.FrameOfReferenceUID,
    sopClassUids: SOP_CLASS_UIDS,
    instance,
    instances: [instance],
    wadoRoot: instance.wadoRoot,
    wadoUriRoot: instance.wadoUriRoot,
    wadoUri: instance.wadoUri,
    referencedImages: null,
    referencedSeriesInstanceUID,
    referencedDisplaySetInstanceUID: null,
    isDerivedDisplaySet: true,
    isOverlayDisplaySet: true,
    isReconstructable: false,
    isHydrated: false,
    isLoaded: false,
    loading: false,
    segments: {},
    images: [],
    label: title || `SEG ${SeriesNumber ?? ''}`.trim(),
    load: () => load(displaySet, context),
  };
  findImages(displaySet, referencedSeriesInstanceUID, context);
  return displaySet;
}

/** What else the host looks for in a display set of a SEG. */
interface HostFields {
  readonly SeriesDate: string;
  readonly SOPClassUID: string;
  readonly SOPClassHandlerId: string;
  readonly sopClassUids: readonly string[];
  readonly wadoRoot?: string;
  readonly wadoUriRoot?: string;
  readonly wadoUri?: string;
  readonly referencedImages: null;
  readonly referencedSeriesInstanceUID: string | null;
  readonly isDerivedDisplaySet: boolean;
  readonly isHydrated: boolean;
  readonly label: string;
}

/** The images come with another series, perhaps later than the segmentation. */
function findImages(
  displaySet: SegDisplaySet,
  seriesUid: string | null,
  { services }: OpenContext
): void {
  const { displaySetService: service } = services;
  const adopt = (source: DisplaySet | undefined) => {
    if (!source) return false;
    displaySet.referencedDisplaySetInstanceUID = source.displaySetInstanceUID;
    displaySet.isReconstructable = source.isReconstructable === true;
    displaySet.FrameOfReferenceUID = source.FrameOfReferenceUID;
    return true;
  };
  const isSource = (other: DisplaySet) =>
    other.SeriesInstanceUID === seriesUid && !other.isOverlayDisplaySet;
  if (adopt(service.getActiveDisplaySets().find(isSource))) return;
  const subscription = service.subscribe(
    service.EVENTS.DISPLAY_SETS_ADDED,
    ({ displaySetsAdded }: { readonly displaySetsAdded: readonly DisplaySet[] }) => {
      if (adopt(displaySetsAdded.find(isSource))) subscription.unsubscribe();
    }
  );
}

/** Reads the object once; a failure can be tried again. */
function load(displaySet: SegDisplaySet, context: OpenContext): Promise<void> {
  const id = displaySet.displaySetInstanceUID;
  const isThere = context.services.segmentationService.getSegmentation(id) !== undefined;
  if (displaySet.loadingPromise && (displaySet.loading || isThere))
    return displaySet.loadingPromise;
  displaySet.loading = true;
  displaySet.loadingPromise = open(displaySet, context).finally(() => {
    displaySet.loading = false;
  });
  return displaySet.loadingPromise;
}

async function open(displaySet: SegDisplaySet, context: OpenContext): Promise<void> {
  const { services } = context;
  const { displaySetInstanceUID: id, referencedDisplaySetInstanceUID, instance } = displaySet;
  try {
    const source = services.displaySetService.getDisplaySetByUID(
      referencedDisplaySetInstanceUID ?? ''
    );
    if (!source || !instance) throw imagesMissing();
    const { stored, series } = await readStored(instance, source, context);
    const layers = await labelImages(stored, series);
    displaySet.labelMapImages = layers.slice(0, 1);
    displaySet.referencedImageIds = series.imageIds;
    displaySet.segMetadata = { data: hostSegments(stored.labels.segments) };
    const stop =
      layers.length > 1
        ? addLayersOnArrival({
            segmentationId: id,
            layers: layers.map((images) => images.map(({ imageId }) => imageId)),
            segments: stored.labels.segments,
            referencedImageIds: series.imageIds,
          })
        : undefined;
    try {
      await services.segmentationService.createSegmentationForSEGDisplaySet(displaySet);
    } finally {
      stop?.();
    }
    describeOpened(id, stored, context);
    recolour(id, stored.labels.segments, services);
    for (const { text } of stored.notices) {
      notify(services.uiNotificationService, {
        title: displaySet.SeriesDescription || 'Segmentation',
        message: text,
        type: 'warning',
        duration: 15_000,
      });
    }
  } catch (error) {
    notifyError(services.uiNotificationService, error);
    throw toCordonError(error);
  }
}

const imagesMissing = () =>
  new CordonError({
    code: 'SEG_IMAGES_MISSING',
    what: 'The segmentation cannot be shown',
    why: 'the images to which it belongs are not in this study',
    remedy: 'open the study that holds the images, or import them into the archive',
  });
