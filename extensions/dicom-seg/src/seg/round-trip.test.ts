/**
 * Writer ∘ reader is the identity in patient space, for any geometry and any labels; bits are checked by a decoder of
 * the test's own.
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
import { attribute } from '../part10/attribute';
import { parseDicom } from '../part10/parse';
import { newUid } from '../part10/uid';
import type { SourceInstance } from '../series/source-instance';
import { CORDON_EQUIPMENT } from './equipment';
import { readSegmentation } from './reader/read-segmentation';
import type { SegmentationRequest } from './request';
import { writeSegmentation } from './writer';

const geometry = fc.record({
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
type Shape = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

/** Slices in ascending order, with positions as decimal strings. */
function instances({ columns, rows, slices, angles, gaps, even, shear }: Shape): SourceInstance[] {
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

const segment = (number: number, layer: number): LabelSegment => ({
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

const noise = (seed: number, at: number): number =>
  (Math.imul(Math.imul(at + 1, 2654435761) ^ (seed + 77), 2246822519) >>> 8) / 2 ** 24;

/** Two layers of two segments each. */
function randomLayers({ columns, rows, slices, seed }: Shape, overlapping: boolean): LabelLayer[] {
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

function request(
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
const maskOf = (layers: readonly LabelLayer[], { number, layer }: LabelSegment): number[] =>
  Array.from(layers[layer], (value) => Number(value === number));

/** Voxels of a segment, wherever its own grid lies, as voxels of another grid; −1 for one that is none of it. */
function placesOn(grid: Geometry, labels: LabelVolume, { number, layer }: LabelSegment): number[] {
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

describe('what is written is read', () => {
  it.each(['binary', 'labelmap'] as const)('%s, for any geometry', async (encoding) => {
    await fc.assert(
      fc.asyncProperty(geometry, fc.boolean(), async (shape, overlapping) => {
        const isOverlapping = overlapping && encoding === 'binary';
        const layers = randomLayers(shape, isOverlapping);
        const wanted = request(shape, layers, encoding);
        const written = writeSegmentation(wanted);
        expect(written.encoding).toBe(encoding);
        const bytes = new Uint8Array(Buffer.concat(written.parts));
        const stored = await readSegmentation(bytes, { source: wanted.source });
        expect(stored.grid).toBe('source');
        expect(stored.notices).toEqual([]);
        const alone = await readSegmentation(bytes);
        for (const [index, found] of stored.labels.segments.entries()) {
          const original = wanted.segments[index];
          const { geometry: grid } = stored.labels;
          expect(placesOn(grid, alone.labels, alone.labels.segments[index])).toEqual(
            placesOn(grid, stored.labels, found)
          );
          expect(maskOf(stored.labels.layers, found)).toEqual(maskOf(layers, original));
          expect({ ...found, layer: 0 }).toEqual({ ...original, layer: 0 });
        }
      }),
      { numRuns: 60 }
    );
  });

  it('packs bits across frames, as a decoder of its own finds them', () => {
    fc.assert(
      fc.property(geometry, (shape) => {
        const layers = randomLayers(shape, true);
        const wanted = request(shape, layers, 'binary');
        const { parts } = writeSegmentation(wanted);
        const { data } = parseDicom(new Uint8Array(Buffer.concat(parts)));
        const pixels = shape.columns * shape.rows;
        const bits = data.bytes('PixelData');
        const frames = data.items('PerFrameFunctionalGroupsSequence');
        expect(bits.length).toBe(2 * Math.ceil((frames.length * pixels) / 16));
        const byUid = new Map(
          [...wanted.planes].map((plane) => [
            `${plane.sopInstanceUid}/${plane.layer}`,
            plane.voxels,
          ])
        );
        frames.forEach((frame, f) => {
          const number = frame
            .item('SegmentIdentificationSequence')!
            .number('ReferencedSegmentNumber')!;
          const image = frame.item('DerivationImageSequence')!.item('SourceImageSequence')!;
          const layer = wanted.segments.find((one) => one.number === number)!.layer;
          const voxels = byUid.get(`${image.text('ReferencedSOPInstanceUID')}/${layer}`)!;
          for (let i = 0; i < pixels; i++) {
            const at = f * pixels + i;
            expect((bits[at >> 3] >> (at & 7)) & 1).toBe(Number(voxels[i] === number));
          }
        });
      }),
      { numRuns: 40 }
    );
  });

  it('differs between two writings in identifiers and times only', () => {
    const shape: Shape = {
      columns: 7,
      rows: 5,
      slices: 3,
      angles: [0.3, 0.2],
      gaps: [2, 2, 2, 2, 2, 2],
      even: true,
      shear: 0,
      seed: 5,
    };
    const wanted = request(shape, randomLayers(shape, true), 'binary');
    const text = () =>
      Buffer.concat(writeSegmentation({ ...wanted, now: new Date(0) }).parts)
        .toString('latin1')
        .replace(/2\.25\.[0-9]{20,}\0?/g, 'UID');
    const [first, second] = [text(), text()];
    // Identifiers differ in length: only what stands outside of lengths is compared.
    const plain = (value: string) => value.replace(/[\0-\x1f\x7f-\xff]+/g, ' '); // eslint-disable-line no-control-regex -- binary parts
    expect(plain(first).replace(/[ -~](?=UID)/g, '')).toBe(
      plain(second).replace(/[ -~](?=UID)/g, '')
    );
  });
});

describe('attributes of the source', () => {
  it('are taken over as values, empty ones only where they may be empty', () => {
    const shape: Shape = {
      columns: 4,
      rows: 3,
      slices: 2,
      angles: [0, 0],
      gaps: [2, 2, 2, 2, 2, 2],
      even: true,
      shear: 0,
      seed: 1,
    };
    const base = request(shape, randomLayers(shape, false), 'binary');
    const attributes = [
      attribute('PatientName', 'Kim=김'),
      attribute('PatientAge', ''),
      attribute('DeidentificationMethod', ''),
      attribute('ClinicalTrialProtocolName', ''),
      attribute('Manufacturer', 'Scanner'),
    ];
    const source = base.source.map((one) => ({ ...one, attributes }));
    const { parts } = writeSegmentation({ ...base, source });
    const { data } = parseDicom(new Uint8Array(Buffer.concat(parts)));
    expect(data.text('PatientName')).toBe('Kim=김');
    expect(data.text('Manufacturer')).toBe(CORDON_EQUIPMENT.manufacturer);
    expect(data.items('ContributingEquipmentSequence')[0].text('Manufacturer')).toBe('Scanner');
    const present = (
      ['PatientAge', 'ClinicalTrialProtocolName', 'PatientID', 'DeidentificationMethod'] as const
    ).map((keyword) => data.has(keyword));
    expect(present).toEqual([true, true, true, false]);
  });
});

describe('what cannot be stored', () => {
  const shape: Shape = {
    columns: 4,
    rows: 3,
    slices: 2,
    angles: [0, 0],
    gaps: [2, 2, 2, 2, 2, 2],
    even: true,
    shear: 0,
    seed: 1,
  };
  const base = request(shape, randomLayers(shape, false), 'binary');
  const noVoxels = base.planes.map((plane) => ({ ...plane, voxels: new Uint8Array(12) }));

  it.each([
    ['nothing', { planes: [] }, 'SEG_EMPTY'],
    ['no voxel', { planes: noVoxels }, 'SEG_EMPTY'],
    ['no segment', { segments: [] }, 'SEG_EMPTY'],
    ['a label without a segment', { segments: [segment(1, 0)] }, 'SEG_REQUEST_INVALID'],
    [
      'two segments of one number',
      { segments: [segment(1, 0), segment(1, 1)] },
      'SEG_REQUEST_INVALID',
    ],
    [
      'labels of a foreign image',
      { planes: [{ ...base.planes[0], sopInstanceUid: '1.2' }] },
      'SEG_REQUEST_INVALID',
    ],
    [
      'labels of another size',
      { planes: [{ ...base.planes[0], voxels: new Uint8Array(5) }] },
      'SEG_REQUEST_INVALID',
    ],
    ['no image', { source: [] }, 'SEG_REQUEST_INVALID'],
    [
      'images without a frame of reference',
      { source: base.source.map((one) => ({ ...one, frameOfReferenceUid: undefined })) },
      'SEG_SOURCE_INCOMPLETE',
    ],
    [
      'images of two studies',
      { source: base.source.map((one, k) => ({ ...one, studyInstanceUid: `1.${k}` })) },
      'SEG_REQUEST_INVALID',
    ],
    [
      'an image without a position',
      { source: base.source.map((one, k) => (k === 0 ? { ...one, position: undefined } : one)) },
      'SEG_SOURCE_INCOMPLETE',
    ],
  ])('%s', (_, change, expected) => {
    expect(() => writeSegmentation({ ...base, ...change })).toThrow(
      expect.objectContaining({ code: expected }) as Error
    );
  });

  it('an empty one, unless that is what is wanted', async () => {
    for (const encoding of ['binary', 'labelmap', 'fractional'] as const) {
      const written = writeSegmentation({ ...base, planes: noVoxels, encoding, allowEmpty: true });
      const stored = await readSegmentation(new Uint8Array(Buffer.concat(written.parts)));
      expect(stored.notices.map((notice) => notice.code)).toContain('EMPTY');
      expect(stored.labels.segments).toHaveLength(4);
    }
  });
});

describe('an edited segmentation', () => {
  it('keeps codes and tracking, and names what it was made from', async () => {
    const shape: Shape = {
      columns: 6,
      rows: 5,
      slices: 3,
      angles: [0.1, 0.1],
      gaps: [2, 2, 2, 2, 2, 2],
      even: true,
      shear: 0,
      seed: 9,
    };
    const wanted = request(shape, randomLayers(shape, false), 'binary');
    const first = writeSegmentation(wanted);
    const stored = await readSegmentation(new Uint8Array(Buffer.concat(first.parts)), {
      source: wanted.source,
    });
    const second = writeSegmentation({
      ...wanted,
      segments: wanted.segments.map((one, index) => ({
        ...stored.labels.segments[index],
        layer: one.layer,
      })),
      predecessor: stored,
    });
    expect(second.sopInstanceUid).not.toBe(first.sopInstanceUid);
    const again = await readSegmentation(new Uint8Array(Buffer.concat(second.parts)));
    expect(again.predecessor).toEqual({
      sopClassUid: first.sopClassUid,
      sopInstanceUid: first.sopInstanceUid,
      seriesInstanceUid: first.seriesInstanceUid,
    });
    expect(again.labels.segments.map(({ trackingUid }) => trackingUid)).toEqual(
      wanted.segments.map(({ trackingUid }) => trackingUid)
    );
  });

  it('carries a recipe that is too long for Algorithm Parameters in a private block, unless switched off', async () => {
    const shape: Shape = {
      columns: 6,
      rows: 5,
      slices: 3,
      angles: [0, 0],
      gaps: [2, 2, 2, 2, 2, 2],
      even: true,
      shear: 0,
      seed: 9,
    };
    const base = request(shape, randomLayers(shape, false), 'binary');
    const recipe = JSON.stringify({
      cordonRecipe: 1,
      steps: Array.from({ length: 4000 }, (_, n) => `ä${n}`),
    });
    const segments = base.segments.map((one) => ({
      ...one,
      algorithm: { ...one.algorithm, parameters: recipe },
    }));
    const read = async (privateRecipe: boolean) => {
      const { parts } = writeSegmentation({ ...base, segments, privateRecipe });
      const bytes = new Uint8Array(Buffer.concat(parts));
      const { labels } = await readSegmentation(bytes);
      return labels.segments[0].algorithm.parameters;
    };
    expect(await read(true)).toBe(recipe);
    expect(await read(false)).toMatch(/cordonRecipeSha256.*switched off/);
  });
});
