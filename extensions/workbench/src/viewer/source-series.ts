/**
 * @file The image series in the active viewport: its grid, its images, and its voxels in modality units.
 */
import { cache, imageLoader, metaData } from '@cornerstonejs/core';
import { CordonError } from '../errors/cordon-error';
import type { Progress, SeriesDescription } from '../method/contract';
import type { SeriesHints } from '../method/guess-channels';
import type { ImageVolume, VoxelArray } from '../volume/image-volume';
import type { DisplaySet, HostServices, NaturalInstance } from './host';
import { Pace } from './pace';
import { gridOfPlanes, type ImagePlane, type SeriesGrid } from './series-geometry';

export interface SourceSeries extends SeriesGrid {
  readonly displaySetUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly patientId: string;
  /** Series of one frame of reference lie in the patient as their coordinates say; empty where that is not known. */
  readonly frameOfReferenceUid: string;
  /** DICOM instance, or frame of one, of each slice of the grid. */
  readonly planes: readonly SourcePlane[];
  readonly title: string;
  readonly description: SeriesDescription;
  /** What tells which image of a method that takes several it is. */
  readonly hints: SeriesHints;
  /** True where small values are shown bright (MONOCHROME1). */
  readonly isInverted: boolean;
  /** Unit of the values as far as the metadata tell: `HU`, `g/ml` …; empty when unknown. */
  readonly unit: string;
}

export interface SourcePlane {
  readonly sopInstanceUid: string;
  /** 1 for the first frame; absent where an instance is one image. */
  readonly frameNumber?: number;
}

/** The display set of the image, not of an overlay, in a viewport; nothing while the viewport is empty. */
export function imageDisplaySet(
  services: HostServices,
  viewportId: string
): DisplaySet | undefined {
  const viewport = services.viewportGridService.getState().viewports.get(viewportId);
  const sets = (viewport?.displaySetInstanceUIDs ?? []).map((uid) =>
    services.displaySetService.getDisplaySetByUID(uid)
  );
  const image = sets.find((set) => set && !set.isOverlayDisplaySet);
  if (image) return image;
  const overlay = sets.find((set) => set?.instance?.ReferencedSeriesSequence);
  if (!overlay) return undefined;
  return services.displaySetService.getDisplaySetsForReferences(
    overlay.instance?.ReferencedSeriesSequence
  )[0];
}

/**
 * Reads grid and identity of a display set from its metadata; `imageIds` where the host has not told it its images yet. Throws when it
 * cannot be segmented, with the reason.
 */
export function readSourceSeries(
  displaySet: DisplaySet,
  imageIds: readonly string[] = displaySet.imageIds ?? []
): SourceSeries {
  const instance = displaySet.instances?.[0] ?? displaySet.instance;
  if (displaySet.isOverlayDisplaySet || imageIds.length === 0 || !instance) {
    throw new CordonError({
      code: 'NOT_AN_IMAGE',
      what: 'This series cannot be segmented',
      why: `it holds no images (${displaySet.Modality})`,
      remedy: 'choose an image series, for example CT or MR',
    });
  }
  const grid = gridOfPlanes(imageIds.map(readPlane));
  const modality = displaySet.Modality;
  return {
    ...grid,
    displaySetUid: displaySet.displaySetInstanceUID,
    studyUid: displaySet.StudyInstanceUID,
    seriesUid: displaySet.SeriesInstanceUID,
    patientId: instance.PatientID ?? '',
    frameOfReferenceUid: instance.FrameOfReferenceUID ?? '',
    planes: grid.imageIds.map(readSourcePlane),
    title: seriesTitle(displaySet),
    description: {
      modality,
      geometry: grid.geometry,
      bodyPart: instance.BodyPartExamined ?? '',
      description: displaySet.SeriesDescription ?? '',
    },
    hints: hintsOf(displaySet, instance),
    unit: unitOf(modality, grid.imageIds[0]),
    isInverted: pixelModule(grid.imageIds[0])?.photometricInterpretation === 'MONOCHROME1',
  };
}

function hintsOf(
  { Modality, SeriesDescription = '' }: DisplaySet,
  instance: NaturalInstance
): SeriesHints {
  return {
    modality: Modality,
    description: SeriesDescription,
    protocol: instance.ProtocolName,
    echoMs: instance.EchoTime,
    repetitionMs: instance.RepetitionTime,
    inversionMs: instance.InversionTime,
    enhanced: Boolean(instance.ContrastBolusAgent),
  };
}

function readSourcePlane(imageId: string): SourcePlane {
  const instance = metaData.get('instance', imageId) as NaturalInstance | undefined;
  const sopInstanceUid = instance?.SOPInstanceUID ?? '';
  if (!(Number(instance?.NumberOfFrames) > 1)) return { sopInstanceUid };
  const frame = /\/frames\/(\d+)|[?&]frame=(\d+)/.exec(imageId);
  return { sopInstanceUid, frameNumber: frame ? Number(frame[1] ?? frame[2]) : 1 };
}

export const seriesTitle = ({ SeriesDescription, SeriesNumber, Modality }: DisplaySet) =>
  SeriesDescription || `${Modality} series ${SeriesNumber ?? ''}`.trim();

function readPlane(imageId: string): ImagePlane {
  const plane = metaData.get('imagePlaneModule', imageId) as PlaneModule | undefined;
  const pixel = pixelModule(imageId);
  const instance = metaData.get('instance', imageId) as NaturalInstance | undefined;
  const defaulted = plane?.usingDefaultValues === true;
  return {
    imageId,
    rows: plane?.rows ?? instance?.Rows,
    columns: plane?.columns ?? instance?.Columns,
    orientation: defaulted ? undefined : plane?.imageOrientationPatient,
    positionLps: defaulted ? undefined : plane?.imagePositionPatient,
    pixelSpacingMm:
      defaulted || !plane?.rowPixelSpacing || !plane.columnPixelSpacing
        ? instance?.PixelSpacing
        : [plane.rowPixelSpacing, plane.columnPixelSpacing],
    sliceThicknessMm: plane?.sliceThickness,
    samplesPerPixel: pixel?.samplesPerPixel,
  };
}

interface PlaneModule {
  readonly rows?: number;
  readonly columns?: number;
  readonly imageOrientationPatient?: readonly number[];
  readonly imagePositionPatient?: readonly number[];
  readonly rowPixelSpacing?: number;
  readonly columnPixelSpacing?: number;
  readonly sliceThickness?: number;
  readonly usingDefaultValues?: boolean;
}

interface PixelModule {
  readonly samplesPerPixel?: number;
  readonly photometricInterpretation?: string;
}

const pixelModule = (imageId: string) =>
  metaData.get('imagePixelModule', imageId) as PixelModule | undefined;

interface ModalityLut {
  readonly rescaleSlope?: number;
  readonly rescaleIntercept?: number;
  readonly rescaleType?: string;
}

function unitOf(modality: string, imageId: string): string {
  const lut = metaData.get('modalityLutModule', imageId) as ModalityLut | undefined;
  if (modality === 'CT') return 'HU';
  if (modality === 'PT' && suvFactor(imageId)) return 'g/ml';
  const type = lut?.rescaleType ?? '';
  // DICOM's "unspecified", and texts of vendors that are no units.
  return type === 'US' || type.includes(' ') ? '' : type;
}

const suvFactor = (imageId: string) =>
  (metaData.get('scalingModule', imageId) as { suvbw?: number } | undefined)?.suvbw;

/** The values of one slice in modality units; the host's own array where nothing has to be computed: do not write. */
export function sliceValues(imageId: string): VoxelArray {
  const image = cache.getImage(imageId);
  if (!image) throw notLoaded(imageId);
  const stored = image.voxelManager?.getScalarData() ?? image.getPixelData();
  const lut = metaData.get('modalityLutModule', imageId) as ModalityLut | undefined;
  const slope = Number(lut?.rescaleSlope ?? 1) || 1;
  const intercept = Number(lut?.rescaleIntercept ?? 0) || 0;
  const isScaled = image.preScale?.scaled === true || (slope === 1 && intercept === 0);
  if (isScaled) return asVoxels(stored as ArrayLike<number>);
  return Float32Array.from(stored as ArrayLike<number>, (value) => value * slope + intercept);
}

function asVoxels(stored: ArrayLike<number>): VoxelArray {
  const known =
    stored instanceof Int16Array ||
    stored instanceof Uint16Array ||
    stored instanceof Uint8Array ||
    stored instanceof Float32Array;
  return known ? stored : Float32Array.from(stored);
}

export interface LoadContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** How many images are asked for at a time: the host's own queue orders them. */
const PARALLEL_LOADS = 8;

/** Loads the images of a series that the viewer has not loaded yet. Throws `IMAGES_UNAVAILABLE` with the number. */
export async function loadImages(series: SourceSeries, context: LoadContext): Promise<void> {
  const missing = series.imageIds.filter((imageId) => !cache.getImage(imageId));
  let loaded = 0;
  let failure: unknown;
  const work = [...missing];
  const loadNext = async (): Promise<void> => {
    for (let imageId = work.pop(); imageId; imageId = work.pop()) {
      if (context.signal?.aborted) return;
      try {
        await imageLoader.loadAndCacheImage(imageId);
        loaded++;
      } catch (error) {
        failure = error;
      }
      context.onProgress?.({ fraction: loaded / missing.length, message: 'Loading images' });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_LOADS }, loadNext));
  if (loaded === missing.length || context.signal?.aborted) return;
  throw new CordonError({
    code: 'IMAGES_UNAVAILABLE',
    what: 'The series is incomplete',
    why: `${missing.length - loaded} of ${series.imageIds.length} images could not be loaded`,
    remedy: 'check the connection to the archive and try again',
    cause: failure,
  });
}

/**
 * The voxels of a series as one array, slice by slice along the grid, in shared memory where the page is isolated.
 * Copies in short slices of work.
 */
export async function loadVolume(series: SourceSeries, context: LoadContext): Promise<ImageVolume> {
  await loadImages(series, context);
  const { geometry, imageIds } = series;
  const sliceVoxels = geometry.size[0] * geometry.size[1];
  const voxels = allocate(commonType(imageIds.map(sliceValuesType)), geometry.voxelCount);
  const pace = new Pace();
  for (const [k, imageId] of imageIds.entries()) {
    const values = sliceValues(imageId);
    if (values.length !== sliceVoxels) throw wrongSize(values.length, sliceVoxels);
    voxels.set(values, k * sliceVoxels);
    await pace.rest(context.signal);
  }
  const { description, unit, isInverted } = series;
  return { geometry, voxels, modality: description.modality, unit, isInverted };
}

type VoxelType = 'Int16' | 'Uint16' | 'Uint8' | 'Float32';

function sliceValuesType(imageId: string): VoxelType {
  const image = cache.getImage(imageId);
  if (!image) throw notLoaded(imageId);
  const lut = metaData.get('modalityLutModule', imageId) as ModalityLut | undefined;
  const identity = Number(lut?.rescaleSlope ?? 1) === 1 && !Number(lut?.rescaleIntercept ?? 0);
  const stored = image.voxelManager?.getScalarData() ?? image.getPixelData();
  if (image.preScale?.scaled !== true && !identity) return 'Float32';
  if (stored instanceof Int16Array) return 'Int16';
  if (stored instanceof Uint16Array) return 'Uint16';
  return stored instanceof Uint8Array ? 'Uint8' : 'Float32';
}

function commonType(types: readonly VoxelType[]): VoxelType {
  const distinct = new Set(types);
  if (distinct.size === 1) return types[0];
  distinct.delete('Uint8');
  return distinct.size === 1 ? [...distinct][0] : 'Float32';
}

function allocate(type: VoxelType, count: number): VoxelArray {
  const Storage = globalThis.crossOriginIsolated ? SharedArrayBuffer : ArrayBuffer;
  switch (type) {
    case 'Int16':
      return new Int16Array(new Storage(count * 2));
    case 'Uint16':
      return new Uint16Array(new Storage(count * 2));
    case 'Uint8':
      return new Uint8Array(new Storage(count));
    case 'Float32':
      return new Float32Array(new Storage(count * 4));
  }
}

const notLoaded = (imageId: string) =>
  new CordonError({
    code: 'IMAGES_UNAVAILABLE',
    what: 'An image is no longer in memory',
    why: `the viewer has dropped ${imageId.split('/').pop() ?? 'it'}`,
    remedy: 'run it again: the images are then loaded again',
  });

const wrongSize = (have: number, want: number) =>
  new CordonError({
    code: 'SERIES_MIXED_SIZES',
    what: 'This series cannot be segmented',
    why: `an image has ${have} pixels, ${want} were announced`,
    remedy: 'choose another series',
  });
