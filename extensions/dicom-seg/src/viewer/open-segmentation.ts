/**
 * @file Opens a stored segmentation: fetched whole, read in a worker onto the grid of its images, and handed to the
 * host's segmentation service slice by slice, by image id.
 */
import { imageLoader } from '@cornerstonejs/core';
import { CordonError, parseRecipe, type LabelSegment } from '@cordon/extension-workbench/pure';
import {
  Pace,
  readSourceSeries,
  type CordonWorkbench,
  type DisplaySet,
  type HostServices,
  type NaturalInstance,
  type SourceSeries,
} from '@cordon/extension-workbench/viewer';
import { planeKey } from '../seg/request';
import { nextVersion } from '../seg/reader/next-version';
import type { StoredSegmentation } from '../seg/reader/stored-segmentation';
import { request } from '../store/dicom-web-store';
import { firstPart } from '../store/multipart';
import type { Archive } from './archive';
import type { SaveJobs } from './save-jobs';
import { withSegWorker } from './seg-worker';
import { sourceInstancesOf } from './segmentation-request';

/** One derived image of the host that holds labels. */
interface LabelImage {
  readonly imageId: string;
  readonly referencedImageId?: string;
  readonly voxelManager?: { getScalarData(): ArrayLike<number> };
}

/** What the host's segmentation service reads from a display set of ours. */
export interface LoadedParts {
  labelMapImages: readonly (readonly LabelImage[])[];
  referencedImageIds: readonly string[];
  segMetadata: { readonly data: readonly (object | undefined)[] };
}

export interface OpenContext {
  readonly services: HostServices;
  readonly workbench: CordonWorkbench;
  readonly archive: Archive;
  readonly jobs: SaveJobs;
}

/** Fetches and reads the object of `instance` onto the images of `source`. */
export async function readStored(
  instance: NaturalInstance,
  source: DisplaySet,
  { archive }: OpenContext
): Promise<{ readonly stored: StoredSegmentation; readonly series: SourceSeries }> {
  const series = readSourceSeries(source);
  const bytes = await fetchObject(instance, archive);
  const planes = sourceInstancesOf(source, series.planes);
  const stored = await withSegWorker((client) =>
    client.read(bytes, { source: planes, onOtherGrid: 'resample' })
  );
  return { stored, series };
}

async function fetchObject(
  { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: NaturalInstance,
  archive: Archive
): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await request(archive.forReading, {
    method: 'GET',
    path: `/studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`,
    accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
  });
  const part = answer.status === 200 ? firstPart(answer.bytes, answer.contentType) : undefined;
  if (part) return new Uint8Array(part);
  throw new CordonError({
    code: 'SEG_UNAVAILABLE',
    what: 'The segmentation could not be fetched',
    why: `the archive answered ${answer.status} (${answer.contentType || 'no content type'})`,
    remedy: 'log in again or check the archive, then open it again',
  });
}

/** Makes the host's label images, one a source image and layer, and fills them. */
export async function labelImages(
  stored: StoredSegmentation,
  series: SourceSeries
): Promise<readonly (readonly LabelImage[])[]> {
  const { labels, slices } = stored;
  const sliceVoxels = labels.geometry.size[0] * labels.geometry.size[1];
  const sliceOf = new Map(slices.map((plane, k) => [plane ? planeKey(plane) : `#${k}`, k]));
  const pace = new Pace();
  const layers: LabelImage[][] = [];
  const prefix = crypto.randomUUID();
  for (const [index, layer] of labels.layers.entries()) {
    const images = imageLoader.createAndCacheDerivedImages([...series.imageIds], {
      getDerivedImageId: (imageId: string) => `derived:cordon-${prefix}-${index}-${imageId}`,
      targetBuffer: { type: layer instanceof Uint16Array ? 'Uint16Array' : 'Uint8Array' },
    }) as unknown as LabelImage[];
    for (const [position, image] of images.entries()) {
      const plane = series.planes[position];
      const k = sliceOf.get(planeKey(plane)) ?? sliceOf.get(plane.sopInstanceUid);
      const target = image.voxelManager?.getScalarData();
      if (k === undefined || !(target instanceof Uint8Array || target instanceof Uint16Array))
        continue;
      target.set(layer.subarray(k * sliceVoxels, (k + 1) * sliceVoxels));
      await pace.rest();
    }
    layers.push(images);
  }
  return layers;
}

/**
 * The host's description of segments, at the index of their number. Numbers that are not used are holes, which the host
 * skips — in its colour table too, see {@link recolour}.
 */
export function hostSegments(segments: readonly LabelSegment[]): readonly (object | undefined)[] {
  const data: (object | undefined)[] = [undefined];
  for (const segment of segments) {
    data[segment.number] = {
      SegmentNumber: segment.number,
      SegmentLabel: segment.label,
      SegmentAlgorithmType: segment.algorithm.type,
      SegmentAlgorithmName: segment.algorithm.name,
      SegmentedPropertyCategoryCodeSequence: { CodeMeaning: segment.category.meaning },
      SegmentedPropertyTypeCodeSequence: { CodeMeaning: segment.type.meaning },
      rgba: [...segment.colour, 255],
    };
  }
  return data;
}

/** Gives segments their colours when their numbers leave gaps: the host's table is shifted then. */
export function recolour(
  segmentationId: string,
  segments: readonly LabelSegment[],
  { segmentationService: service }: HostServices
): void {
  const hasGaps = segments.some(({ number }, index) => number !== index + 1);
  if (!hasGaps) return;
  const done = new Set<string>();
  const paint = () => {
    for (const viewportId of service.getViewportIdsWithSegmentation(segmentationId)) {
      if (done.has(viewportId)) continue;
      done.add(viewportId);
      for (const { number, colour } of segments) {
        service.setSegmentColor(viewportId, segmentationId, number, [...colour, 255]);
      }
    }
  };
  const subscriptions = [
    service.subscribe(service.EVENTS.SEGMENTATION_REPRESENTATION_MODIFIED, paint),
    service.subscribe(
      service.EVENTS.SEGMENTATION_REMOVED,
      (removed: { readonly segmentationId: string }) => {
        if (removed.segmentationId !== segmentationId) return;
        for (const subscription of subscriptions) subscription.unsubscribe();
      }
    ),
  ];
  paint();
}

/** Tells the workbench what the segments are, and how they were made. */
export function describeOpened(
  segmentationId: string,
  stored: StoredSegmentation,
  { workbench, jobs }: OpenContext
): void {
  const { segments, predecessor } = nextVersion(stored);
  for (const segment of segments) {
    const { number, layer, label, colour, algorithm, trackingId, trackingUid, ...codes } = segment;
    void [layer, label, colour]; // kept by the host
    const recipe = recipeOfText(algorithm.parameters);
    workbench.book.set(segmentationId, number, {
      terms: codes,
      algorithm: { ...algorithm, parameters: undefined },
      steps: recipe?.steps ?? [],
      handEdited: recipe?.handEdited ?? false,
      trackingId,
      trackingUid,
    });
  }
  if (predecessor) jobs.setVersion(segmentationId, { predecessor });
}

/** A recipe that this version cannot read is none: the labels are there all the same. */
function recipeOfText(text: string | undefined) {
  if (!text) return undefined;
  try {
    return parseRecipe(text);
  } catch (error) {
    if (error instanceof CordonError && error.code === 'RECIPE_INVALID') return undefined;
    throw error;
  }
}
