/**
 * Writer ∘ reader is the identity in patient space, for any geometry and any labels; bits are checked by a decoder of
 * the test's own.
 */
import fc from 'fast-check';
import { segmentStatistics } from '@cordon/extension-workbench/pure';
import { attribute } from '../part10/attribute';
import type { DataSet } from '../part10/data-set';
import { parseDicom } from '../part10/parse';
import { CORDON_EQUIPMENT } from './equipment';
import { readSegmentation } from './reader/read-segmentation';
import { writeSegmentation } from './writer';
import {
  geometry,
  maskOf,
  placesOn,
  randomLayers,
  request,
  segment,
  type Shape,
} from '../../../../test/support/round-trip-cases';

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

  it('leaves thin slices that lie apart where they are, when read without the images', async () => {
    const shape: Shape = {
      columns: 4,
      rows: 3,
      slices: 5,
      angles: [0, 0],
      gaps: [10, 10, 20, 10, 10, 10],
      even: false,
      shear: 0,
      seed: 3,
    };
    const base = request(shape, randomLayers(shape, false), 'binary');
    const source = base.source.map((one) => ({ ...one, sliceThickness: '1' }));
    const planes = base.planes.map((plane) => ({ ...plane, voxels: new Uint8Array(12).fill(1) }));
    const segments = [segment(1, 0)];
    const written = writeSegmentation({ ...base, source, planes, segments });
    const { labels } = await readSegmentation(new Uint8Array(Buffer.concat(written.parts)));
    // The slice that is missing in the gap of 20 mm is the only one that is filled in.
    expect(labels.geometry.size[2]).toBe(6);
    expect(segmentStatistics(labels)[0].volumeMl).toBeCloseTo((5 * 12 * 0.8 * 1.3 * 10) / 1000, 6);
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
    const values = () => {
      const { parts } = writeSegmentation({ ...wanted, now: new Date(0) });
      const bytes = Buffer.concat(parts);
      const listed = ({ elements }: DataSet): readonly unknown[] =>
        [...elements.values()].map(({ tag, vr, offset, length, items }) => {
          if (items) return [tag, vr, items.map(listed)];
          const value = bytes.toString('latin1', offset, offset + length);
          return [tag, vr, value.replace(/^2\.25\.[0-9]{20,}\0?$/, 'UID')];
        });
      return listed(parseDicom(bytes).data);
    };
    const [first, second] = [values(), values()];
    expect(JSON.stringify(first)).toContain('UID');
    expect(second).toEqual(first);
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
