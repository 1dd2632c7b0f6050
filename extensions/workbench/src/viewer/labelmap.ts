/**
 * @file Label access of a host segmentation: which array holds the labels of which image. Always by image id, never by
 * position in a list, because stacks, volumes and archives each order slices in their own way.
 */
import { cache } from '@cornerstonejs/core';
import { segmentation as tools } from '@cornerstonejs/tools';
import { CordonError } from '../errors/cordon-error';
import type { LabelLayer } from '../volume/label-volume';

/** One layer of a host segmentation; overlapping segments lie in different layers. */
export interface LabelmapLayer {
  readonly id: string;
  /** Label image of each source image, by the id of the source image. */
  readonly labelImageIds: ReadonlyMap<string, string>;
}

/** Where the voxels of a segment are. */
export interface SegmentPlace {
  readonly layer: LabelmapLayer;
  /** The value that stands for the segment in its layer; nearly always its number. */
  readonly value: number;
}

interface LayerState {
  readonly labelmapId: string;
  readonly imageIds?: readonly string[];
  readonly volumeId?: string;
  readonly geometryVolumeId?: string;
}

interface LabelmapState {
  readonly imageIds?: readonly string[];
  readonly volumeId?: string;
  readonly primaryLabelmapId?: string;
  readonly labelmaps?: Readonly<Record<string, LayerState>>;
  readonly segmentBindings?: Readonly<
    Record<string, { readonly labelmapId: string; readonly labelValue: number } | undefined>
  >;
}

/** A reading of the host's state; take a new one for each piece of work, as the host replaces its state objects. */
export class Labelmap {
  readonly segmentationId: string;
  readonly layers: readonly LabelmapLayer[];
  readonly #state: LabelmapState;

  /** Throws `SEGMENTATION_GONE` when the host has no such labelmap. */
  constructor(segmentationId: string) {
    this.segmentationId = segmentationId;
    const state = tools.state.getSegmentation(segmentationId)?.representationData.Labelmap as
      LabelmapState | undefined;
    if (!state) throw gone(segmentationId);
    this.#state = state;
    this.layers = layerStates(state, segmentationId).map((layer) => ({
      id: layer.labelmapId,
      labelImageIds: sourceToLabel(layerImageIds(layer)),
    }));
  }

  /** Where a segment's voxels are; a segment that the host has not placed yet goes to the first layer. */
  placeOf(segment: number): SegmentPlace {
    const binding = this.#state.segmentBindings?.[segment];
    const layer = this.layers.find(({ id }) => id === binding?.labelmapId);
    return layer && binding
      ? { layer, value: binding.labelValue }
      : { layer: this.layers[0], value: segment };
  }

  /** The values that stand for those of `segments` that lie in the layer. */
  valuesIn(layer: LabelmapLayer, segments: Iterable<number>): ReadonlySet<number> {
    const places = [...segments].map((segment) => this.placeOf(segment));
    return new Set(places.filter((place) => place.layer.id === layer.id).map(({ value }) => value));
  }

  /** The volume that MPR viewports draw of a layer; undefined while there is none. */
  volumeOf(layer: LabelmapLayer): ReturnType<typeof cache.getVolume> | undefined {
    const state = layerStates(this.#state, this.segmentationId).find(
      ({ labelmapId }) => labelmapId === layer.id
    );
    const volumeId = state?.volumeId ?? state?.geometryVolumeId;
    return volumeId === undefined ? undefined : cache.getVolume(volumeId);
  }

  /** Segment that a value of a layer stands for. */
  segmentOf(layer: LabelmapLayer, value: number): number {
    const bindings = Object.entries(this.#state.segmentBindings ?? {});
    const bound = bindings.find(
      ([, binding]) => binding?.labelmapId === layer.id && binding.labelValue === value
    );
    return bound ? Number(bound[0]) : value;
  }

  /** The labels of one image in a layer: the host's own array. Throws `SEGMENTATION_GONE` when it is not there. */
  labels(layer: LabelmapLayer, sourceImageId: string): LabelLayer {
    const labelImageId = layer.labelImageIds.get(sourceImageId);
    const image = labelImageId === undefined ? undefined : cache.getImage(labelImageId);
    const labels = image?.voxelManager?.getScalarData();
    if (labels instanceof Uint8Array || labels instanceof Uint16Array) return labels;
    throw gone(this.segmentationId);
  }

  /** True when every image has labels, so that a commit can be carried out. */
  covers(sourceImageIds: readonly string[]): boolean {
    return this.layers.every((layer) => sourceImageIds.every((id) => layer.labelImageIds.has(id)));
  }

  /** Index of a label image in the volume that MPR viewports draw; its position in the layer when there is none yet. */
  volumeSlice(layer: LabelmapLayer, sourceImageId: string): number {
    const volume = this.volumeOf(layer);
    const order = volume?.imageIds ?? [...layer.labelImageIds.values()];
    return order.indexOf(layer.labelImageIds.get(sourceImageId) ?? '');
  }
}

function layerStates(state: LabelmapState, segmentationId: string): readonly LayerState[] {
  const layers = Object.values(state.labelmaps ?? {});
  if (layers.length > 0) {
    return [...layers].sort(
      (a, b) =>
        Number(b.labelmapId === state.primaryLabelmapId) -
        Number(a.labelmapId === state.primaryLabelmapId)
    );
  }
  return [{ labelmapId: segmentationId, imageIds: state.imageIds, volumeId: state.volumeId }];
}

function layerImageIds(layer: LayerState): readonly string[] {
  if (layer.imageIds) return layer.imageIds;
  const volume = layer.volumeId === undefined ? undefined : cache.getVolume(layer.volumeId);
  return volume?.imageIds ?? [];
}

/** Of lists whose images were all there: the host replaces a list when other images come into it. */
const complete = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function sourceToLabel(labelImageIds: readonly string[]): ReadonlyMap<string, string> {
  const known = complete.get(labelImageIds);
  if (known?.size === labelImageIds.length) return known;
  const map = new Map<string, string>();
  for (const labelImageId of labelImageIds) {
    const source = cache.getImage(labelImageId)?.referencedImageId;
    if (source !== undefined) map.set(source, labelImageId);
  }
  if (map.size === labelImageIds.length) complete.set(labelImageIds, map);
  return map;
}

const gone = (segmentationId: string) =>
  new CordonError({
    code: 'SEGMENTATION_GONE',
    what: 'The segmentation is not there any more',
    why: `the viewer holds no labels for ${segmentationId}`,
    remedy: 'add a new segmentation and run the method again',
  });
