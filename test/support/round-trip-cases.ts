/**
 * Random geometries and labels for the round trip of segmentations.
 */
import fc from 'fast-check';
import {
  add,
  code,
  cross,
  normalize,
  scale,
  type Geometry,
  type LabelLayer,
  type LabelSegment,
  type LabelVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { attribute } from '../../extensions/dicom-seg/src/part10/attribute';
import { newUid } from '../../extensions/dicom-seg/src/part10/uid';
import type { SourceInstance } from '../../extensions/dicom-seg/src/series/source-instance';
import { CORDON_EQUIPMENT } from '../../extensions/dicom-seg/src/seg/equipment';
import type { SegmentationRequest } from '../../extensions/dicom-seg/src/seg/request';

export const geometry = fc.record({
  columns: fc.integer({ min: 1, max: 12 }),
  rows: fc.integer({ min: 1, max: 9 }),
  slices: fc.integer({ min: 1, max: 6 }),
  angles: fc.tuple(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: -1.5, max: 1.5, noNaN: true })
  ),
  gaps: fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), { minLength: 6, maxLength: 6 }),
  even: fc.boolean(),
  shear: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
  seed: fc.integer({ min: 0, max: 1e6 }),
});
export type Shape = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

/** Slices in ascending order, with positions as decimal strings. */
export function instances({
  columns,
  rows,
  slices,
  angles,
  gaps,
  even,
  shear,
}: Shape): SourceInstance[] {
  const [a, b] = angles;
  const row: Vec3 = normalize([Math.cos(a) * Math.cos(b), Math.sin(a) * Math.cos(b), Math.sin(b)]);
  const helper: Vec3 = Math.abs(row[2]) < 0.9 ? [0, 0, 1] : [0, 1, 0];
  const column = normalize(cross(helper, row));
  const normal = cross(row, column);
  const [study, series, frame] = [newUid(), newUid(), newUid()];
  const attributes = [attribute('PatientName', 'Property^Test'), attribute('PatientID', 'P')];
  let position: Vec3 = [-100.5, 37.25, 12];
  return Array.from({ length: slices }, (_, k) => {
    const text = position.map((value) => value.toFixed(8).slice(0, 16)).join('\\');
    position = add(position, add(scale(normal, even ? gaps[0] : gaps[k]), scale(column, shear)));
    return {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
      sopInstanceUid: newUid(),
      seriesInstanceUid: series,
      studyInstanceUid: study,
      modality: 'MR',
      rows,
      columns,
      position: text,
      orientation: [...row, ...column].map((value) => value.toFixed(12)).join('\\'),
      pixelSpacing: '0.8\\1.3',
      sliceThickness: '2',
      frameOfReferenceUid: frame,
      attributes,
    };
  });
}

export const segment = (number: number, layer: number): LabelSegment => ({
  number,
  layer,
  label: `Segment ${number}`,
  description: `of layer ${layer}`,
  category: code('91723000', 'SCT', 'Anatomical Structure'),
  type: code('10200004', 'SCT', 'Liver'),
  typeModifiers: [code('7771000', 'SCT', 'Left')],
  anatomicRegion: code('818983003', 'SCT', 'Abdomen'),
  anatomicRegionModifiers: undefined,
  colour: [(number * 37) % 256, (number * 91) % 256, 10],
  algorithm: {
    type: 'SEMIAUTOMATIC',
    name: 'Region growing',
    version: '1.2',
    family: code('123101', 'DCM', 'Neighborhood Analysis'),
    parameters: JSON.stringify({ cordonRecipe: 1, number }),
  },
  trackingId: `tracked ${number}`,
  trackingUid: `2.25.${number + 1000}`,
});

export const noise = (seed: number, at: number): number =>
  (Math.imul(Math.imul(at + 1, 2654435761) ^ (seed + 77), 2246822519) >>> 8) / 2 ** 24;

/** Two layers of two segments each. */
export function randomLayers(
  { columns, rows, slices, seed }: Shape,
  overlapping: boolean
): LabelLayer[] {
  const count = columns * rows * slices;
  const value = (at: number, layer: number) => {
    const x = noise(seed + layer, at);
    return x < 0.3 ? 1 + 2 * layer : x < 0.5 ? 2 + 2 * layer : 0;
  };
  const layers = [0, 1].map((layer) =>
    Uint8Array.from({ length: count }, (_, at) => value(at, layer))
  );
  // One voxel at least of each segment, and overlap where it is wanted.
  [1, 2].forEach((number, at) => (layers[0][Math.min(count - 1, at)] = number));
  if (!overlapping) layers[1].forEach((_, at) => layers[0][at] !== 0 && (layers[1][at] = 0));
  return layers;
}

export function request(
  shape: Shape,
  layers: readonly LabelLayer[],
  encoding: 'binary' | 'labelmap'
): SegmentationRequest {
  const source = instances(shape);
  const pixels = shape.columns * shape.rows;
  const planes = layers.flatMap((voxels, layer) =>
    source.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer,
      voxels: voxels.subarray(k * pixels, (k + 1) * pixels),
    }))
  );
  // Neither the order of images nor that of planes means anything.
  const turned = [...source].sort((a, b) => a.sopInstanceUid.localeCompare(b.sopInstanceUid));
  return {
    source: turned,
    planes: planes.reverse(),
    segments: [segment(1, 0), segment(2, 0), segment(3, 1), segment(4, 1)],
    encoding,
    seriesDescription: 'Property',
    equipment: CORDON_EQUIPMENT,
  };
}

/** Voxels of a segment as bits, whatever layer they are in. */
export const maskOf = (layers: readonly LabelLayer[], { number, layer }: LabelSegment): number[] =>
  Array.from(layers[layer], (value) => Number(value === number));

/** Voxels of a segment, wherever its own grid lies, as voxels of another grid; −1 for one that is none of it. */
export function placesOn(
  grid: Geometry,
  labels: LabelVolume,
  { number, layer }: LabelSegment
): number[] {
  const [columns, rows] = labels.geometry.size;
  const [gridColumns, gridRows] = grid.size;
  const places: number[] = [];
  labels.layers[layer].forEach((value, at) => {
    if (value !== number) return;
    const k = Math.floor(at / (columns * rows));
    const ijk = [at % columns, Math.floor(at / columns) % rows, k] as const;
    const place = grid.lpsToIjk(labels.geometry.ijkToLps(ijk));
    const isVoxel = place.every((part) => Math.abs(part - Math.round(part)) < 0.01);
    const [i, j, slice] = place.map(Math.round);
    places.push(isVoxel ? i + gridColumns * (j + gridRows * slice) : -1);
  });
  return places.sort((a, b) => a - b);
}
