/**
 * @file Decides on which grid the labels come, and puts every frame on it.
 */
import type { Geometry } from '@cordon/extension-workbench/pure';
import { Geometry as Grid } from '@cordon/extension-workbench/pure';
import type { ReadLimits } from '../../part10/limits';
import { arrange, geometryOf, type ArrangedSlices } from '../../series/arrange';
import type { SourceInstance } from '../../series/source-instance';
import { noPlace, otherGrid, otherPatientSpace } from '../errors';
import { planeKey, type PlaneKey } from '../request';
import type { FrameTable, StoredFrame } from './frame-table';
import { isWholeSlice, ownGrid, placeFrame, slicesByKey, wholeSlice, type Placement } from './grid';
import type { Notice, ReadSegmentationOptions } from './stored-segmentation';

export interface PlacedFrames {
  readonly geometry: Geometry;
  readonly placements: readonly Placement[];
  readonly slices: readonly (PlaneKey | undefined)[];
  readonly isSourceGrid: boolean;
  /** Set when the labels lie on another grid and are wanted on this one. */
  readonly resampleTo?: { readonly geometry: Geometry; readonly slices: readonly PlaneKey[] };
}

/** Throws `SEG_OTHER_FRAME_OF_REFERENCE`, `SEG_OTHER_GRID` or `SEG_NO_GEOMETRY`. */
export function placeFrames(
  table: FrameTable,
  frameOfReferenceUid: string,
  options: ReadSegmentationOptions,
  limits: ReadLimits,
  notices: Notice[]
): PlacedFrames {
  const { source } = options;
  if (!source || source.length === 0) return onOwnGrid(table, limits, notices);
  const arranged = arrange(source);
  const geometry = geometryOf(arranged);
  const foreign = source[0].frameOfReferenceUid;
  const hasPlanes = table.frames.every(({ plane }) => plane !== undefined);
  if (hasPlanes && frameOfReferenceUid !== '' && foreign && foreign !== frameOfReferenceUid) {
    if (!references(table, source)) {
      throw otherPatientSpace(`it is in ${frameOfReferenceUid}, the images are in ${foreign}`);
    }
  }
  const slices = arranged.slices.map(({ sopInstanceUid, frameNumber }) => ({
    sopInstanceUid,
    frameNumber,
  }));
  const placements =
    hasPlanes && arranged.isPatientPositioned
      ? placeByPosition(table, geometry, notices)
      : placeByReference(table, arranged, notices);
  if (placements) return { geometry, placements, slices, isSourceGrid: true };
  const refused = options.onOtherGrid ?? 'own';
  if (refused === 'refuse') throw otherGrid(describeDifference(table, geometry));
  const own = onOwnGrid(table, limits, notices);
  if (refused === 'own') {
    notices.push({
      code: 'OTHER_GRID',
      text: `The segmentation lies on a grid of its own (${own.geometry.size.join(' × ')} voxels), not on that of the images.`,
    });
    return own;
  }
  notices.push({
    code: 'RESAMPLED',
    text: 'The segmentation was resampled to the grid of the images; saving it makes an object of its own, not the next version.',
  });
  return { ...own, resampleTo: { geometry, slices } };
}

/** True when a frame names one of the images as its source. */
function references(table: FrameTable, source: readonly SourceInstance[]): boolean {
  const uids = new Set(source.map(({ sopInstanceUid }) => sopInstanceUid));
  return table.frames.some((frame) => frame.source && uids.has(frame.source.sopInstanceUid));
}

function describeDifference(table: FrameTable, geometry: Geometry): string {
  const [columns, rows] = geometry.size;
  return (
    `its frames of ${table.columns} × ${table.rows} pixels do not coincide with the pixels of the ` +
    `${columns} × ${rows} images`
  );
}

function placeByPosition(
  table: FrameTable,
  geometry: Geometry,
  notices: Notice[]
): Placement[] | undefined {
  const placements: Placement[] = [];
  for (const { plane } of table.frames) {
    const placement = plane && placeFrame(plane, table.rows, table.columns, geometry);
    if (!placement) return undefined;
    placements.push(placement);
  }
  if (table.frames.some(({ source }) => source === undefined)) {
    notices.push({
      code: 'MATCHED_BY_POSITION',
      text: 'Frames that do not name their source image were matched by their position.',
    });
  }
  const turned = placements.some(
    ({ columnStep, rowStep }) => columnStep[0] !== 1 || rowStep[1] !== 1
  );
  if (turned) {
    notices.push({
      code: 'OTHER_ORIENTATION',
      text: 'The frames are flipped or turned against the images; every voxel was put where it belongs.',
    });
  } else if (!placements.every(isWholeSlice) || !coversSlices(table, geometry)) {
    notices.push({ code: 'CROPPED', text: 'The frames cover only a part of the images.' });
  }
  return placements;
}

const coversSlices = (table: FrameTable, geometry: Geometry): boolean =>
  table.columns === geometry.size[0] && table.rows === geometry.size[1];

/** Frames without a position lie where the image lies that they were made from. */
function placeByReference(
  table: FrameTable,
  arranged: ArrangedSlices,
  notices: Notice[]
): Placement[] {
  const [{ rows, columns }] = arranged.slices;
  if (rows !== table.rows || columns !== table.columns) {
    throw otherGrid(
      `its frames have ${table.columns} × ${table.rows} pixels, the images ${columns} × ${rows}`
    );
  }
  const sliceOf = slicesByKey(arranged.slices);
  const placements = table.frames.map(({ source, index }) => {
    const slice = source && (sliceOf.get(planeKey(source)) ?? sliceOf.get(source.sopInstanceUid));
    if (slice === undefined) {
      throw noPlace(
        `frame ${index + 1} has neither a position nor one of the images as its source`
      );
    }
    return wholeSlice(slice);
  });
  notices.push({
    code: 'MATCHED_BY_REFERENCE',
    text: 'The frames carry no position; they were matched by the images that they name.',
  });
  return placements;
}

function onOwnGrid(table: FrameTable, limits: ReadLimits, notices: Notice[]): PlacedFrames {
  const only = singleImage(table.frames);
  if (only) return unpositioned(table, only, notices);
  const { geometry, slices } = ownGrid(table, limits);
  const placements = table.frames.map(({ plane, index }) => {
    const placement = plane && placeFrame(plane, table.rows, table.columns, geometry);
    if (!placement) throw otherGrid(`frame ${index + 1} does not line up with the others`);
    return placement;
  });
  return { geometry, placements, slices, isSourceGrid: false };
}

/** The one image that frames without a position were made from, as with radiographs. */
function singleImage(frames: readonly StoredFrame[]): PlaneKey | undefined {
  const [first] = frames;
  if (!first.source || frames.some(({ plane }) => plane !== undefined)) return undefined;
  const key = planeKey(first.source);
  const same = frames.every(({ source }) => source !== undefined && planeKey(source) === key);
  return same ? first.source : undefined;
}

function unpositioned(table: FrameTable, image: PlaneKey, notices: Notice[]): PlacedFrames {
  notices.push({
    code: 'NOT_POSITIONED',
    text: 'The segmentation does not say where it lies in the patient; lengths are in pixels.',
  });
  const geometry = new Grid({
    columns: table.columns,
    rows: table.rows,
    pixelSpacingMm: [1, 1],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: [[0, 0, 0]],
  });
  return {
    geometry,
    placements: table.frames.map(() => wholeSlice(0)),
    slices: [image],
    isSourceGrid: false,
  };
}
