/**
 * @file The write rule for the viewer's own brushes. They write past our commits, so a stroke is looked at when it has ended: voxels
 * that the rule forbids get their value back, within the same step of the history.
 */
import { cache } from '@cornerstonejs/core';
import { segmentation as tools } from '@cornerstonejs/tools';
import { compileRule, isFree, type LayerStates, type WriteRule } from '../editing/write-rule';
import type { LabelLayer } from '../volume/label-volume';
import type { StrokeMemo } from './history';
import { Labelmap, type LabelmapLayer } from './labelmap';
import type { Segmentations } from './segmentations';
import { sliceValues } from './source-series';

export interface StrokeOutcome {
  /** Voxels that got their value back. */
  readonly refused: number;
  /** Voxels that stay as the tool left them. */
  readonly kept: number;
}

interface Voxel {
  /** In the tool's own array. */
  readonly index: number;
  /** In its slice. */
  readonly inSlice: number;
  readonly before: number;
  readonly after: number;
}

/** Applies `rule` to a stroke that has ended. What the stroke's undo and redo do is brought in line. */
export function applyRuleToStroke(
  stroke: StrokeMemo,
  rule: WriteRule,
  segmentations: Segmentations
): StrokeOutcome {
  const labelmap = new Labelmap(stroke.segmentationId);
  const voxels = stroke.segmentationVoxelManager;
  const place = findPlace(labelmap, voxels);
  const listed = segmentations.segments(stroke.segmentationId);
  const numbers = (wanted: 'locked' | 'hidden') =>
    listed.filter((segment) => segment[wanted]).map(({ number }) => number);
  if (!place) return { refused: 0, kept: 1 };
  const states: LayerStates = {
    locked: labelmap.valuesIn(place.layer, numbers('locked')),
    hidden: labelmap.valuesIn(place.layer, numbers('hidden')),
  };
  const bySlice = changedVoxels(stroke);
  if (isFree(rule, states)) return { refused: 0, kept: bySlice.size };
  const painted = new Set([...bySlice.values()].flat().map(({ after }) => after));
  painted.delete(0);
  const own = new Set([...painted, ...activeValues(labelmap, place.layer)]);
  const touched: number[] = [];
  let [refused, kept] = [0, 0];
  for (const [k, changes] of bySlice) {
    const labelImageId = place.labelImageIds[k];
    const original = valuesBefore(labelImageId, changes);
    const mayWrite = compileRule(
      rule,
      {
        labels: original,
        image: imageValues(labelImageId, rule),
        inside: insideOf(rule, labelmap, place.layer, labelImageId, original),
      },
      states,
      own
    );
    for (const { index, inSlice, before, after } of changes) {
      if (mayWrite(inSlice, before, after)) kept++;
      else {
        voxels.setAtIndex(index, before);
        refused++;
        touched.push(k);
      }
    }
  }
  if (refused > 0) {
    stroke.redoVoxelManager = undefined;
    stroke.commitMemo();
    tools.triggerSegmentationEvents.triggerSegmentationDataModified(stroke.segmentationId, [
      ...new Set(touched),
    ]);
  }
  return { refused, kept };
}

interface StrokePlace {
  readonly layer: LabelmapLayer;
  /** Label image of each slice of the tool's array. */
  readonly labelImageIds: readonly string[];
}

/** A tool writes into the volume of a layer, or into one of its images. */
function findPlace(labelmap: Labelmap, voxels: object): StrokePlace | undefined {
  for (const layer of labelmap.layers) {
    const volume = labelmap.volumeOf(layer);
    if (volume?.voxelManager === voxels) return { layer, labelImageIds: volume.imageIds };
    for (const id of layer.labelImageIds.values()) {
      if (cache.getImage(id)?.voxelManager === voxels) return { layer, labelImageIds: [id] };
    }
  }
  return undefined;
}

function changedVoxels({ undoVoxelManager, segmentationVoxelManager }: StrokeMemo) {
  const bySlice = new Map<number, Voxel[]>();
  const { dimensions } = segmentationVoxelManager as unknown as {
    readonly dimensions: readonly number[];
  };
  undoVoxelManager.forEach(({ value: before, index, pointIJK: [i, j, k] }) => {
    const after = segmentationVoxelManager.getAtIndex(index);
    if (before === after) return;
    const changes = bySlice.get(k) ?? [];
    changes.push({ index, inSlice: i + j * dimensions[0], before, after });
    bySlice.set(k, changes);
  });
  return bySlice;
}

/** The labels of an image as they were before the stroke. */
function valuesBefore(labelImageId: string, changes: readonly Voxel[]): LabelLayer {
  const labels = cache.getImage(labelImageId)?.voxelManager?.getScalarData() as LabelLayer;
  const original = labels.slice();
  for (const { inSlice, before } of changes) original[inSlice] = before;
  return original;
}

function imageValues(labelImageId: string, rule: WriteRule) {
  const source = cache.getImage(labelImageId)?.referencedImageId;
  // A slice whose image is not loaded has no intensities that could lie in the range.
  const isKnown = rule.range && source !== undefined && cache.getImage(source) !== undefined;
  return isKnown ? sliceValues(source) : undefined;
}

function insideOf(
  { area, insideSegment }: WriteRule,
  labelmap: Labelmap,
  edited: LabelmapLayer,
  labelImageId: string,
  original: LabelLayer
) {
  if (area !== 'inside-segment' || insideSegment === undefined) return undefined;
  const { layer, value } = labelmap.placeOf(insideSegment);
  if (layer.id === edited.id) return { labels: original, value };
  const source = cache.getImage(labelImageId)?.referencedImageId ?? '';
  return { labels: labelmap.labels(layer, source), value };
}

/** An eraser writes no value of its own: what it takes from the active segment does not count as another's. */
function activeValues(labelmap: Labelmap, layer: LabelmapLayer): ReadonlySet<number> {
  const segments = tools.state.getSegmentation(labelmap.segmentationId)?.segments ?? {};
  const active = Object.values(segments).find((segment) => segment.active)?.segmentIndex;
  return labelmap.valuesIn(layer, active === undefined ? [] : [active]);
}
