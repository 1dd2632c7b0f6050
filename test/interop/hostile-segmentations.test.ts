/**
 * Segmentations that other programs write in their own way, made by hand from one of ours: shared groups, lost
 * references, crops, flips, padding, another grid. Every voxel must come out where it lies in the patient, or the object
 * be refused with the reason.
 */
import {
  CORDON_EQUIPMENT,
  readSegmentation,
  writeSegmentation,
  type LabelPlane,
  type SourceInstance,
} from '@cordon/extension-dicom-seg/pure';
import { Geometry, type Vec3 } from '@cordon/extension-workbench/pure';
import { attribute } from '../../extensions/dicom-seg/src/part10/attribute';
import { parseDicom } from '../../extensions/dicom-seg/src/part10/parse';
import { TAGS } from '../../extensions/dicom-seg/src/part10/tags';
import { items, rewrite, setItems, without } from '../support/rewrite-dicom';
import { phantomInstances } from './phantom-series';
import { organ } from './seg-sources';

const SIZE: Vec3 = [9, 7, 4];
const PIXELS = SIZE[0] * SIZE[1];
const source = phantomInstances({ columns: SIZE[0], rows: SIZE[1], slices: SIZE[2] });
const inside = (i: number, j: number, k: number) =>
  i > 1 && i < 7 && j > 0 && j < 5 && (i + 2 * j + k) % 3 === 0;

const truth = new Uint8Array(PIXELS * SIZE[2]);
for (let k = 0, at = 0; k < SIZE[2]; k++) {
  for (let j = 0; j < SIZE[1]; j++)
    for (let i = 0; i < SIZE[0]; i++, at++) truth[at] = Number(inside(i, j, k));
}

const write = (planesSource: readonly SourceInstance[], planes: readonly LabelPlane[]) => {
  const { parts } = writeSegmentation({
    source: planesSource,
    planes,
    segments: [organ(1)],
    seriesDescription: 'Variant',
    equipment: CORDON_EQUIPMENT,
  });
  return new Uint8Array(Buffer.concat(parts));
};

const plain = () =>
  write(
    source,
    source.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer: 0,
      voxels: truth.subarray(k * PIXELS, (k + 1) * PIXELS),
    }))
  );

/** Voxels that differ from the truth, on the grid of the source. */
async function differences(file: Uint8Array, codes: readonly string[]): Promise<number> {
  const stored = await readSegmentation(file, { source });
  expect(stored.grid).toBe('source');
  expect(stored.notices.map(({ code }) => code)).toEqual(codes);
  const layer = stored.labels.layers[0];
  return truth.reduce((wrong, value, at) => wrong + Number((layer[at] !== 0) !== (value !== 0)), 0);
}

/** The source with its planes described from another corner, or in part: same patient, other frames. */
function variant(originIjk: Vec3, columns: number, rows: number, signs: readonly [number, number]) {
  const geometry = new Geometry({
    columns: SIZE[0],
    rows: SIZE[1],
    pixelSpacingMm: [0.7, 0.9],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: source.map(
      ({ position }) => position!.split('\\').map(Number) as unknown as Vec3
    ),
  });
  const [column, row] = signs;
  const planesSource = source.map((one, k) => ({
    ...one,
    rows,
    columns,
    position: geometry
      .ijkToLps([originIjk[0], originIjk[1], k])
      .map((value) => value.toFixed(6))
      .join('\\'),
    orientation: `${column}\\0\\0\\0\\${row}\\0`,
  }));
  const planes = planesSource.map(({ sopInstanceUid }, k) => ({
    sopInstanceUid,
    layer: 0,
    voxels: Uint8Array.from({ length: rows * columns }, (_, at) =>
      Number(
        inside(
          originIjk[0] + column * (at % columns),
          originIjk[1] + row * Math.floor(at / columns),
          k
        )
      )
    ),
  }));
  return write(planesSource, planes);
}

describe('variants of other programs', () => {
  it('as we write it', async () => {
    expect(await differences(plain(), [])).toBe(0);
  });

  it('the segment is named in the shared groups', async () => {
    const file = rewrite(plain(), (attributes) => {
      const [shared] = items(attributes, 'SharedFunctionalGroupsSequence');
      const frames = items(attributes, 'PerFrameFunctionalGroupsSequence');
      const segment = frames[0].filter(({ tag }) => tag === TAGS.SegmentIdentificationSequence.tag);
      setItems(attributes, 'SharedFunctionalGroupsSequence', [[...shared, ...segment]]);
      setItems(
        attributes,
        'PerFrameFunctionalGroupsSequence',
        frames.map((frame) => without(frame, 'SegmentIdentificationSequence'))
      );
    });
    expect(await differences(file, [])).toBe(0);
  });

  it('the source images are not named: the position counts', async () => {
    const file = rewrite(plain(), (attributes) => {
      const frames = items(attributes, 'PerFrameFunctionalGroupsSequence');
      const bare = frames.map((frame) => without(frame, 'DerivationImageSequence'));
      setItems(attributes, 'PerFrameFunctionalGroupsSequence', bare);
    });
    expect(await differences(file, ['MATCHED_BY_POSITION'])).toBe(0);
  });

  it('the position is missing: the source image counts', async () => {
    const file = rewrite(plain(), (attributes) => {
      const frames = items(attributes, 'PerFrameFunctionalGroupsSequence');
      const bare = frames.map((frame) => without(frame, 'PlanePositionSequence'));
      setItems(attributes, 'PerFrameFunctionalGroupsSequence', bare);
    });
    expect(await differences(file, ['MATCHED_BY_REFERENCE'])).toBe(0);
  });

  it('frames are padded to whole bytes', async () => {
    const file = plain();
    const { data } = parseDicom(file);
    const bits = data.bytes('PixelData');
    const frames = data.number('NumberOfFrames')!;
    const frameBytes = Math.ceil(PIXELS / 8);
    const padded = new Uint8Array(frames * frameBytes + ((frames * frameBytes) % 2));
    for (let frame = 0; frame < frames; frame++) {
      for (let at = 0; at < PIXELS; at++) {
        const from = frame * PIXELS + at;
        const to = frame * frameBytes * 8 + at;
        padded[to >> 3] |= ((bits[from >> 3] >> (from & 7)) & 1) << (to & 7);
      }
    }
    // 63 pixels: one bit of padding a frame shows in the length from the ninth frame on, so frames are repeated.
    const repeat = 6;
    const many = rewrite(
      file,
      (attributes) => {
        const items6 = Array.from({ length: repeat }, () =>
          items(attributes, 'PerFrameFunctionalGroupsSequence')
        ).flat();
        setItems(attributes, 'PerFrameFunctionalGroupsSequence', items6);
        attributes.set(TAGS.NumberOfFrames.tag, attribute('NumberOfFrames', frames * repeat));
      },
      Uint8Array.from(
        Array.from({ length: repeat }, () => [...padded.subarray(0, frames * frameBytes)]).flat()
      )
    );
    expect(await differences(many, ['BYTE_PADDED_FRAMES'])).toBe(0);
  });

  it('frames are cropped', async () => {
    expect(await differences(variant([2, 1, 0], 5, 4, [1, 1]), ['CROPPED'])).toBe(0);
  });

  it.each([
    ['left to right', [8, 0, 0] as Vec3, [-1, 1] as const],
    ['upside down', [0, 6, 0] as Vec3, [1, -1] as const],
    ['both', [8, 6, 0] as Vec3, [-1, -1] as const],
  ])('frames are flipped: %s', async (_, origin, signs) => {
    expect(await differences(variant(origin, 9, 7, signs), ['OTHER_ORIENTATION'])).toBe(0);
  });

  it('the grid is finer: refused, read on its own, or resampled and marked', async () => {
    const fine = source.map((one) => ({
      ...one,
      rows: 14,
      columns: 18,
      pixelSpacing: '0.45\\0.35',
    }));
    const planes = fine.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer: 0,
      voxels: Uint8Array.from({ length: 18 * 14 }, (_, at) =>
        Number(inside(Math.round((at % 18) / 2), Math.round(Math.floor(at / 18) / 2), k))
      ),
    }));
    const file = write(fine, planes);
    await expect(readSegmentation(file, { source, onOtherGrid: 'refuse' })).rejects.toMatchObject({
      code: 'SEG_OTHER_GRID',
    });
    const own = await readSegmentation(file, { source });
    expect([own.grid, own.labels.geometry.size]).toEqual(['own', [18, 14, 4]]);
    const resampled = await readSegmentation(file, { source, onOtherGrid: 'resample' });
    expect([resampled.grid, resampled.isForExport]).toEqual(['resampled', false]);
    expect(resampled.notices.map(({ code }) => code)).toContain('RESAMPLED');
    expect([...resampled.labels.layers[0]]).toEqual([...truth]);
  });

  it.each([
    [
      'it is in another frame of reference',
      'FrameOfReferenceUID',
      '1.2.3',
      'SEG_OTHER_FRAME_OF_REFERENCE',
    ],
    [
      'it claims to be something else',
      'SOPClassUID',
      '1.2.840.10008.5.1.4.1.1.2',
      'SEG_NOT_A_SEGMENTATION',
    ],
    ['its type is unknown', 'SegmentationType', 'MAGIC', 'SEG_DAMAGED'],
    ['it has fewer frames than descriptions', 'NumberOfFrames', '2', 'SEG_DAMAGED'],
  ] as const)('%s: refused', async (_, keyword, value, code) => {
    const bare = rewrite(plain(), (attributes) => {
      const frames = items(attributes, 'PerFrameFunctionalGroupsSequence');
      const unreferenced = frames.map((frame) => without(frame, 'DerivationImageSequence'));
      setItems(attributes, 'PerFrameFunctionalGroupsSequence', unreferenced);
      attributes.set(TAGS[keyword].tag, attribute(keyword, value));
    });
    await expect(readSegmentation(bare, { source })).rejects.toMatchObject({ code });
  });

  it('truncated pixels are refused', async () => {
    const { data } = parseDicom(plain());
    const pixels = data.bytes('PixelData').slice(0, 20);
    await expect(readSegmentation(rewrite(plain(), () => undefined, pixels))).rejects.toMatchObject(
      {
        code: 'DICOM_TRUNCATED',
      }
    );
  });
});
