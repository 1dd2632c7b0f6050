/**
 * A thousand damaged files: each is read or refused with a typed error, in bounded time and memory; never a crash.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  attribute,
  CORDON_EQUIPMENT,
  DEFAULT_LIMITS,
  readImageSeries,
  readSegmentation,
  writeSegmentation,
  type Item,
} from '@cordon/extension-dicom-seg/pure';
import { CordonError } from '@cordon/extension-workbench/pure';
import { phantomInstances } from '../interop/phantom-series';
import { blockLabels, organ } from '../interop/seg-sources';
import { dataSet, imageFile, part10 } from './images';
import { mutate } from './mutate';

/** What a damaged file may cost; far below the default, so that a breach shows. */
const LIMITS = {
  ...DEFAULT_LIMITS,
  bytes: 2 ** 26,
  voxels: 2 ** 24,
  labelBytes: 2 ** 25,
  inflateFloor: 2 ** 22,
};
const MOST_MS = 10_000;
const MOST_BYTES = 300 * 2 ** 20;

interface Outcome {
  readonly codes: Map<string, number>;
  readonly slowestMs: number;
  readonly peakBytes: number;
}

/** Reads each file; anything but success or a typed error fails the test and names the seed. */
async function survive(
  files: readonly { readonly seed: number; readonly bytes: Uint8Array }[],
  read: (bytes: Uint8Array) => Promise<unknown>
): Promise<Outcome> {
  const codes = new Map<string, number>();
  let [slowestMs, peakBytes] = [0, 0];
  for (const { seed, bytes } of files) {
    const [start, before] = [performance.now(), process.memoryUsage().arrayBuffers];
    let code = 'read';
    try {
      await read(bytes);
    } catch (error) {
      if (!(error instanceof CordonError))
        throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      code = error.code;
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, performance.now() - start);
    peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
  }
  return { codes, slowestMs, peakBytes };
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

function expectBounded({ codes, slowestMs, peakBytes }: Outcome): void {
  expect(slowestMs).toBeLessThan(MOST_MS);
  expect(peakBytes).toBeLessThan(MOST_BYTES);
  // The damage is real, and not every file dies of the same: otherwise nothing was tested.
  expect([...codes.keys()].filter((code) => code !== 'read').length).toBeGreaterThan(3);
  expect(codes.get('read') ?? 0).toBeGreaterThan(20);
}

describe('damaged files', () => {
  it('500 segmentations', async () => {
    const files = damaged(segmentations(), 500);
    expectBounded(await survive(files, (bytes) => readSegmentation(bytes, { limits: LIMITS })));
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
    const read = (bytes: Uint8Array) => readImageSeries([{ name: 'x', bytes }], { limits: LIMITS });
    expectBounded(await survive(files, read));
  }, 300_000);
});

describe('files made to hurt', () => {
  const [binary] = segmentations();
  /** The file with other bytes at the value of an element with a short header. */
  const withValue = (file: Uint8Array, header: string, value: readonly number[]): Uint8Array => {
    const at = Buffer.from(file).indexOf(header, 0, 'latin1');
    expect(at).toBeGreaterThan(0);
    const changed = file.slice();
    changed.set(value, at + 8);
    return changed;
  };

  it('two thousand million frames', async () => {
    const frames = withValue(binary, '\x28\x00\x08\x00IS', [0x39, 0x39]);
    await expect(readSegmentation(frames)).rejects.toMatchObject({ code: 'SEG_DAMAGED' });
    const rows = withValue(binary, '\x28\x00\x10\x00US', [0xff, 0xff]);
    const both = withValue(rows, '\x28\x00\x11\x00US', [0xff, 0xff]);
    await expect(readSegmentation(both)).rejects.toMatchObject({ code: 'DICOM_OVER_LIMIT' });
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
    await expect(readSegmentation(file)).rejects.toMatchObject({ code: 'DICOM_OVER_LIMIT' });
  });

  it('an inflate bomb', async () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(100_000_000)));
    const file = part10('1.2.840.10008.1.2.1.99', bomb);
    expect(file.length).toBeLessThan(200_000);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readSegmentation(file)).rejects.toMatchObject({ code: 'DICOM_OVER_LIMIT' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_BYTES);
  });

  it('more elements than a file can sensibly have', async () => {
    const many = new Uint8Array(8 * 1_100_000);
    for (let at = 0; at < many.length; at += 8)
      many.set([0x09, 0x00, 0x10, 0x10, 0x4c, 0x4f, 0, 0], at);
    const file = part10('1.2.840.10008.1.2.1', many);
    await expect(readSegmentation(file)).rejects.toMatchObject({ code: 'DICOM_OVER_LIMIT' });
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
    expect((await readSegmentation(bytes)).labels.layers).toHaveLength(count);
    const limits = { ...DEFAULT_LIMITS, labelBytes: 64 * 100 };
    await expect(readSegmentation(bytes, { limits })).rejects.toMatchObject({
      code: 'DICOM_OVER_LIMIT',
    });
  });
});
