/**
 * A thousand damaged files: each is read or refused with a typed error, in bounded time and memory; never a crash.
 * They are read in a process of its own, which a watchdog ends.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  attribute,
  CORDON_EQUIPMENT,
  DEFAULT_LIMITS,
  writeSegmentation,
  type Item,
} from '@cordon/extension-dicom-seg/pure';
import { phantomInstances } from '../interop/phantom-series';
import { blockLabels, organ } from '../interop/seg-sources';
import { rewrite } from '../support/rewrite-dicom';
import { structureSet } from '../support/structure-set';
import { dataSet, imageFile, part10 } from './images';
import { mutate, random } from './mutate';
import { ReaderProcess, type HostileFile } from './reader-process';

/** What a damaged file may cost; far below the default, so that a breach shows. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  bytes: 2 ** 26,
  voxels: 2 ** 24,
  labelBytes: 2 ** 25,
  inflateFloor: 2 ** 22,
};
const MOST_BYTES = 300 * 2 ** 20;

let reader: ReaderProcess;
beforeAll(async () => {
  // The same identifiers at every run: what the seed of a failing file says can be repeated.
  const next = random(7);
  const digit = () => Math.floor(next() * 16).toString(16);
  jest
    .spyOn(globalThis.crypto, 'randomUUID')
    .mockImplementation(
      () =>
        'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, digit) as ReturnType<
          Crypto['randomUUID']
        >
    );
  reader = await ReaderProcess.start();
}, 60_000);
afterAll(() => {
  reader.stop();
  jest.restoreAllMocks();
});

interface Damaged {
  readonly seed: number;
  readonly bytes: Uint8Array;
}

/** Reads each file; anything but success or a typed error within ten seconds fails the test and names the seed. */
async function survive(
  files: readonly Damaged[],
  about: Omit<HostileFile, 'bytes'>
): Promise<ReadonlyMap<string, number>> {
  const codes = new Map<string, number>();
  for (const { seed, bytes } of files) {
    const { code } = await reader.read({ ...about, bytes }, `seed ${seed}`);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return codes;
}

function segmentations(): Uint8Array[] {
  const size = [33, 35, 4] as const;
  const source = phantomInstances({ columns: size[0], rows: size[1], slices: size[2] });
  const voxels = blockLabels(size, 3);
  const pixels = size[0] * size[1];
  const common = {
    source,
    segments: [organ(1), organ(2), organ(3)],
    seriesDescription: 'Fuzz',
    equipment: CORDON_EQUIPMENT,
    now: new Date(0),
  };
  const planes = source.map(({ sopInstanceUid }, k) => ({
    sopInstanceUid,
    layer: 0,
    voxels: voxels.subarray(k * pixels, (k + 1) * pixels),
  }));
  const probabilities = planes.map(({ sopInstanceUid, voxels: labels }) => ({
    sopInstanceUid,
    segmentNumber: 1,
    voxels: Float32Array.from(labels, (value) => value / 3),
  }));
  return [
    writeSegmentation({ ...common, planes }),
    writeSegmentation({ ...common, planes, encoding: 'labelmap' }),
    writeSegmentation({ ...common, planes, encoding: 'labelmap', compression: 'rle' }),
    writeSegmentation({ ...common, planes: [], probabilities, encoding: 'fractional' }),
  ].map(({ parts }) => new Uint8Array(Buffer.concat(parts)));
}

const damaged = (seeds: readonly Uint8Array[], count: number) =>
  Array.from({ length: count }, (_, seed) => ({
    seed,
    bytes: mutate(seeds[seed % seeds.length], 1000 + seed),
  }));

function expectBounded(codes: ReadonlyMap<string, number>): void {
  expect(reader.growthBytes).toBeLessThan(MOST_BYTES);
  // The damage is real, and not every file dies of the same: otherwise nothing was tested.
  expect([...codes.keys()].filter((code) => code !== 'read').length).toBeGreaterThan(3);
  expect(codes.get('read') ?? 0).toBeGreaterThan(10);
}

describe('damaged files', () => {
  it('500 segmentations', async () => {
    const files = damaged(segmentations(), 500);
    expectBounded(await survive(files, { kind: 'segmentation', limits: LIMITS }));
  }, 300_000);

  it('500 images', async () => {
    const data = join(__dirname, '..', '..', '..', 'shared', 'data', 'dicom-pydicom-testfiles');
    const compressed = [
      'MR_small_jp2klossless.dcm',
      'MR_small_jpeg_ls_lossless.dcm',
      'JPGExtended.dcm',
      'MR_small_bigendian.dcm',
      'MR_small_implicit.dcm',
    ]
      .map((name) => join(data, name))
      .filter((path) => existsSync(path))
      .map((path) => new Uint8Array(readFileSync(path)));
    if (process.env['CI'] === 'true') expect(compressed).toHaveLength(5);
    const seeds = [imageFile('native'), imageFile('rle'), imageFile('deflated'), ...compressed];
    const files = damaged(seeds, 500);
    expectBounded(await survive(files, { kind: 'image', limits: LIMITS }));
  }, 300_000);

  it('200 structure sets', async () => {
    const source = phantomInstances({ columns: 40, rows: 30, slices: 3, spacingMm: 2.5 });
    const square = (z: number) => [0, 0, z, 9, 0, z, 9, 9, z, 0, 9, z];
    const rois = ['A', 'B'].map((name) => ({ name, contours: [0, 2.5, 5].map(square) }));
    const seed = structureSet(rois, source[0].frameOfReferenceUid!);
    const files = damaged([seed], 200);
    expectBounded(await survive(files, { kind: 'structures', limits: LIMITS, source }));
  }, 300_000);
});

describe('files made to hurt', () => {
  /** `read`, or the code of the error. */
  const outcome = async (bytes: Uint8Array, limits = DEFAULT_LIMITS): Promise<string> => {
    const { code } = await reader.read({ kind: 'segmentation', bytes, limits }, 'made to hurt');
    expect(reader.growthBytes).toBeLessThan(MOST_BYTES);
    return code;
  };

  it.each([
    ['2³¹ frames', [['NumberOfFrames', '2147483647']]],
    ['a number of frames beyond 32 bits', [['NumberOfFrames', '99999999999']]],
    [
      'frames of 65 535 × 65 535 pixels',
      [
        ['Rows', 65535],
        ['Columns', 65535],
      ],
    ],
  ] as const)('%s', async (_, changes) => {
    const [binary] = segmentations();
    const file = rewrite(binary, (attributes) => {
      for (const [keyword, value] of changes) {
        const changed = attribute(keyword, value);
        attributes.set(changed.tag, changed);
      }
    });
    expect(await outcome(file)).toBe('DICOM_OVER_LIMIT');
  });

  it.each(['0', '-1', '1.5', 'many', ''])('a number of frames of "%s"', async (value) => {
    const [binary] = segmentations();
    const changed = attribute('NumberOfFrames', value);
    const file = rewrite(binary, (attributes) => attributes.set(changed.tag, changed));
    expect(await outcome(file)).toBe('SEG_DAMAGED');
  });

  it('five thousand nested sequences', async () => {
    let item: Item = [attribute('CodeValue', 'x')];
    for (let depth = 0; depth < 5000; depth++) {
      // Encoded from the inside out, so that building it does not nest either.
      const inner = dataSet(item).toBytes();
      const bytes = new Uint8Array(8 + inner.length);
      bytes.set([0xfe, 0xff, 0x00, 0xe0]);
      new DataView(bytes.buffer).setUint32(4, inner.length, true);
      bytes.set(inner, 8);
      item = [{ tag: 0x0040a730, vr: 'SQ', value: bytes }];
    }
    const file = part10('1.2.840.10008.1.2.1', dataSet(item).toBytes());
    expect(await outcome(file)).toBe('DICOM_OVER_LIMIT');
  });

  it('an inflate bomb', async () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(100_000_000)));
    const file = part10('1.2.840.10008.1.2.1.99', bomb);
    expect(file.length).toBeLessThan(200_000);
    expect(await outcome(file)).toBe('DICOM_OVER_LIMIT');
  });

  it('more elements than a file can sensibly have', async () => {
    const many = new Uint8Array(8 * 1_100_000);
    for (let at = 0; at < many.length; at += 8)
      many.set([0x09, 0x00, 0x10, 0x10, 0x4c, 0x4f, 0, 0], at);
    const file = part10('1.2.840.10008.1.2.1', many);
    expect(await outcome(file)).toBe('DICOM_OVER_LIMIT');
  });

  it('segments that all overlap, beyond the memory that is allowed', async () => {
    const size = [8, 8, 1] as const;
    const source = phantomInstances({ columns: size[0], rows: size[1], slices: 1 });
    const count = 200;
    const written = writeSegmentation({
      source,
      planes: Array.from({ length: count }, (_, layer) => ({
        sopInstanceUid: source[0].sopInstanceUid,
        layer,
        voxels: new Uint8Array(64).fill(layer + 1),
      })),
      segments: Array.from({ length: count }, (_, layer) => organ(layer + 1, { layer })),
      seriesDescription: 'Overlap',
      equipment: CORDON_EQUIPMENT,
    });
    const bytes = new Uint8Array(Buffer.concat(written.parts));
    expect(await outcome(bytes)).toBe('read');
    expect(await outcome(bytes, { ...DEFAULT_LIMITS, labelBytes: 64 * 100 })).toBe(
      'DICOM_OVER_LIMIT'
    );
  });
});
