/**
 * @file RT Structure Set (PS3.3 A.19) to labels on the grid of the images: each ROI becomes a segment.
 *
 * A pixel belongs to a ROI when its centre lies inside its closed planar contours, by the even-odd rule. Points and open
 * contours enclose nothing and are reported. Complexity O(contour points · rows); memory one layer for ROIs that do not
 * overlap.
 */
import {
  CATEGORIES,
  type Geometry,
  type LabelLayer,
  type LabelSegment,
  type LabelVolume,
  type Rgb,
} from '@cordon/extension-workbench/pure';
import { overLimit } from '../part10/errors';
import { DEFAULT_LIMITS, type ReadLimits } from '../part10/limits';
import { parseDicom } from '../part10/parse';
import type { Readable } from '../part10/readable';
import { SOP_CLASS } from '../part10/uid';
import { conceptOf } from '../seg/codes';
import { arrange, geometryOf } from '../series/arrange';
import type { SourceInstance } from '../series/source-instance';
import { damagedContour, notAStructureSet, notPlanar, otherImages } from './errors';
import { fillPolygons, type Polygon } from './fill-polygon';

export interface StructureSet {
  readonly label: string;
  readonly labels: LabelVolume;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** A contour may lie this far from its slice, as a share of the slice gap, before that is reported. */
const BESIDE_SLICE = 0.1;

/** Throws `RTSTRUCT_*`, `DICOM_*` or `SERIES_*`. `source` are the images that it was drawn on, in any order. */
export function readStructureSet(
  bytes: Uint8Array,
  source: readonly SourceInstance[],
  limits: ReadLimits = DEFAULT_LIMITS
): StructureSet {
  const { data } = parseDicom(bytes, limits);
  if (data.text('SOPClassUID') !== SOP_CLASS.rtStructureSet) {
    throw notAStructureSet(`its modality is ${data.text('Modality') || 'missing'}`);
  }
  requireSameImages(data, source);
  const geometry = geometryOf(arrange(source));
  const warnings: string[] = [];
  const layers: LabelLayer[] = [];
  const rois = data.items('StructureSetROISequence');
  if (rois.length > 65535) throw overLimit(`${rois.length} ROIs`);
  const contours = new Map(
    data.items('ROIContourSequence').map((item) => [item.number('ReferencedROINumber'), item])
  );
  const observations = new Map(
    data
      .items('RTROIObservationsSequence')
      .map((item) => [item.number('ReferencedROINumber'), item])
  );
  const segments = rois.map((roi, index): LabelSegment => {
    const number = index + 1;
    const contour = contours.get(roi.number('ROINumber'));
    const name = roi.text('ROIName') || `ROI ${roi.text('ROINumber')}`;
    const voxels = contour ? rasterize(contour, geometry, name, warnings) : [];
    const layer = place(voxels, number, rois.length > 255, layers, geometry, limits);
    return {
      ...describe(roi, name, contour, observations.get(roi.number('ROINumber'))),
      number,
      layer,
    };
  });
  if (layers.length === 0) layers.push(new Uint8Array(geometry.voxelCount));
  return {
    label: data.text('StructureSetLabel'),
    labels: { geometry, layers, segments },
    warnings,
  };
}

/** The frame of reference must be that of the images, or one of the images must be named. */
function requireSameImages(data: Readable, source: readonly SourceInstance[]): void {
  const frames = data.items('ReferencedFrameOfReferenceSequence');
  const uids = new Set([
    ...frames.map((item) => item.text('FrameOfReferenceUID')),
    ...data
      .items('StructureSetROISequence')
      .map((roi) => roi.text('ReferencedFrameOfReferenceUID')),
  ]);
  const own = source[0]?.frameOfReferenceUid ?? '';
  if (own !== '' && uids.has(own)) return;
  const named = new Set(
    data
      .items('ROIContourSequence')
      .flatMap((roi) => roi.items('ContourSequence'))
      .flatMap((contour) => contour.items('ContourImageSequence'))
      .map((image) => image.text('ReferencedSOPInstanceUID'))
  );
  if (source.some(({ sopInstanceUid }) => named.has(sopInstanceUid))) return;
  throw otherImages(
    `it is in frame of reference ${[...uids].join(', ')}, the images are in ${own}`
  );
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Runs of voxels inside the closed contours of a ROI. */
function rasterize(roi: Readable, geometry: Geometry, name: string, warnings: string[]): Run[] {
  const [columns, rows, slices] = geometry.size;
  const bySlice = new Map<number, Polygon[]>();
  let [open, outside, beside] = [0, 0, 0];
  for (const contour of roi.items('ContourSequence')) {
    const type = contour.text('ContourGeometricType');
    if (type !== 'CLOSED_PLANAR' && type !== 'CLOSEDPLANAR_XOR') {
      open++;
      continue;
    }
    const { polygon, k } = toPixels(contour, geometry);
    const slice = Math.round(k);
    if (slice < 0 || slice >= slices) outside++;
    else {
      if (Math.abs(k - slice) > BESIDE_SLICE) beside++;
      bySlice.set(slice, [...(bySlice.get(slice) ?? []), polygon]);
    }
  }
  if (open > 0) warnings.push(`${name}: ${open} points or open contours enclose nothing.`);
  if (outside > 0)
    warnings.push(`${name}: ${outside} contours lie beyond the images and are left out.`);
  if (beside > 0)
    warnings.push(`${name}: ${beside} contours lie between images, each went to the nearest.`);
  const runs: Run[] = [];
  for (const [slice, polygons] of bySlice) {
    fillPolygons(polygons, columns, rows, (row, from, to) => {
      const start = columns * (row + rows * slice);
      runs.push({ from: start + from, to: start + to });
    });
  }
  return runs;
}

function toPixels(contour: Readable, geometry: Geometry): { polygon: Polygon; k: number } {
  const points = contour.numbers('ContourData');
  if (
    points.length < 3 ||
    points.length % 3 !== 0 ||
    points.some((value) => !Number.isFinite(value))
  ) {
    throw damagedContour(`it has ${points.length} coordinates`);
  }
  const polygon = new Float64Array((points.length / 3) * 2);
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < points.length; at += 3) {
    const [i, j, k] = geometry.lpsToIjk([points[at], points[at + 1], points[at + 2]]);
    polygon[(at / 3) * 2] = i;
    polygon[(at / 3) * 2 + 1] = j;
    least = Math.min(least, k);
    most = Math.max(most, k);
  }
  if (most - least > 0.5) {
    throw notPlanar(`a contour reaches over ${(most - least).toFixed(1)} slices`);
  }
  return { polygon, k: (least + most) / 2 };
}

/** Writes runs into the first layer where they are free; returns its index. */
function place(
  runs: readonly Run[],
  number: number,
  wide: boolean,
  layers: LabelLayer[],
  geometry: Geometry,
  limits: ReadLimits
): number {
  if (runs.length === 0) return 0;
  let index = layers.findIndex((layer) =>
    runs.every(({ from, to }) => layer.subarray(from, to).every((value) => value === 0))
  );
  if (index < 0) {
    const bytes = geometry.voxelCount * (wide ? 2 : 1) * (layers.length + 1);
    if (bytes > limits.labelBytes) throw overLimit(`overlapping ROIs would take ${bytes} bytes`);
    index = layers.length;
    layers.push(wide ? new Uint16Array(geometry.voxelCount) : new Uint8Array(geometry.voxelCount));
  }
  for (const { from, to } of runs) layers[index].fill(number, from, to);
  return index;
}

function describe(
  roi: Readable,
  name: string,
  contour: Readable | undefined,
  observation: Readable | undefined
): Omit<LabelSegment, 'number' | 'layer'> {
  const rgb = contour?.numbers('ROIDisplayColor') ?? [];
  const colour: Rgb = rgb.length === 3 ? [rgb[0], rgb[1], rgb[2]] : [255, 255, 0];
  const code = conceptOf(observation?.item('RTROIIdentificationCodeSequence'));
  const generation = roi.text('ROIGenerationAlgorithm');
  const made = generation === 'AUTOMATIC' || generation === 'SEMIAUTOMATIC' ? generation : 'MANUAL';
  return {
    label: name,
    description: roi.text('ROIDescription') || undefined,
    category: code ? CATEGORIES.anatomicalStructure : CATEGORIES.tissue,
    type: code ?? CATEGORIES.tissue,
    colour,
    algorithm: {
      type: made,
      name: made === 'MANUAL' ? '' : roi.text('ROIGenerationDescription') || 'RT structure set',
    },
  };
}
