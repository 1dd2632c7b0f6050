/**
 * @file Every shipped model, from the synthetic source image in its golden files to labels: the same as the training
 * pipeline in Python gave (Dice ≥ 0.999 for each class).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Geometry, type ImageVolume } from '@cordon/extension-workbench/pure';
import { runOn } from '../../../../test/support/methods';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { inModelFolder, listModels, readManifest } from '../catalog/catalog';
import { neuralMethod } from './neural-method';

const models = path.resolve(__dirname, '../../../../models');
const read = (file: string) =>
  Promise.resolve(new Uint8Array(readFileSync(path.join(models, file))));
const ids = (
  JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as { models: { id: string }[] }
).models.map(({ id }) => id);

interface Golden {
  readonly cordon: {
    readonly golden: { readonly arrays: Record<string, { path: string; shape: number[] }> };
  };
}

const goldenOf = (id: string) =>
  (JSON.parse(readFileSync(path.join(models, id, 'metadata.json'), 'utf8')) as Golden).cordon;
const bytesOf = (id: string, name: string) => {
  const inflated = gunzipSync(
    readFileSync(path.join(models, id, goldenOf(id).golden.arrays[name].path))
  );
  return inflated.buffer.slice(inflated.byteOffset, inflated.byteOffset + inflated.byteLength);
};

/** A volume whose RAS array is `values` of [right, anterior, superior], stored sagittally with rows to the back. */
function fromRas(
  values: Int16Array,
  [right, anterior, superior]: readonly number[],
  modality: string
) {
  const geometry = new Geometry({
    columns: superior,
    rows: anterior,
    pixelSpacingMm: [1, 1],
    rowDirection: [0, 0, 1],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: right }, (_, k) => [-k, 0, 0] as const),
  });
  const image: ImageVolume = { geometry, voxels: flipRows(values, geometry), modality, unit: '' };
  return image;
}

function fromImage(values: Int16Array, [rows, columns]: readonly number[], modality: string) {
  const geometry = new Geometry({
    columns,
    rows,
    pixelSpacingMm: [1.3, 1.3],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: [[0, 0, 0]],
  });
  const image: ImageVolume = { geometry, voxels: values, modality, unit: '' };
  return image;
}

function flipRows<T extends Int16Array | Uint8Array>(values: T, { size }: Geometry): T {
  const flipped = values.slice() as T;
  const [columns, rows, slices] = size;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const from = columns * (rows - 1 - j + rows * k);
      flipped.set(values.subarray(from, from + columns), columns * (j + rows * k));
    }
  }
  return flipped;
}

const dice = (a: ArrayLike<number>, b: ArrayLike<number>, label: number) => {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += Number(a[at] === label && b[at] === label);
    sum += Number(a[at] === label) + Number(b[at] === label);
  }
  return sum === 0 ? 1 : (2 * both) / sum;
};

/** Masks of shape (instances, rows, columns) as a label map: each pixel to the best instance that covers it. */
function paintBestFirst(
  masks: Uint8Array,
  scores: Float32Array,
  [, rows, columns]: readonly number[],
  threshold: number
): Uint16Array {
  const labels = new Uint16Array(rows * columns);
  let count = 0;
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  for (const instance of order.filter((at) => scores[at] >= threshold)) {
    const free = [...labels.keys()].filter(
      (at) => labels[at] === 0 && masks[instance * labels.length + at] > 0
    );
    if (free.length > 0) count++;
    for (const at of free) labels[at] = count;
  }
  return labels;
}

describe('the shipped models', () => {
  const { runtime, close } = startOnnxThread();
  /** Models that label something in their synthetic image; agreement on nothing would prove little. */
  let found = 0;
  afterAll(close);

  it('are listed', () => {
    expect(ids.length).toBeGreaterThan(0);
  });

  /** The model as a method, and its synthetic source image. */
  const openGolden = async (id: string) => {
    const entry = (await listModels(read)).find((model) => model.id === id)!;
    const manifest = await readManifest(entry, read);
    const { shape } = goldenOf(id).golden.arrays.sourceImage;
    const source = new Int16Array(bytesOf(id, 'sourceImage'));
    const [modality] = manifest.cordon.modalities;
    const isVolume = shape.length === 3;
    const image = isVolume ? fromRas(source, shape, modality) : fromImage(source, shape, modality);
    const method = neuralMethod({
      manifest,
      read: inModelFolder(read, id),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm' }),
    });
    return { manifest, image, isVolume, method };
  };

  it.each(ids.filter((id) => 'labels' in goldenOf(id).golden.arrays))(
    '%s gives the labels of the training pipeline',
    async (id) => {
      const { manifest, image, isVolume, method } = await openGolden(id);
      const result = await runOn(method, image);
      const truth = new Uint8Array(bytesOf(id, 'labels'));
      const expected = isVolume ? flipRows(truth, image.geometry) : truth;
      const ours = result.labels!.voxels;
      expect(ours).toHaveLength(expected.length);
      for (const { value } of manifest.cordon.classes) {
        expect(dice(ours, expected, value)).toBeGreaterThanOrEqual(0.999);
      }
      if (expected.some((value) => value > 0)) found++;
    }
  );

  it('finds the same lungs on a plate that shows bone dark', async () => {
    const { image, method } = await openGolden(ids.find((id) => id.startsWith('lungs-'))!);
    const voxels = Int16Array.from(image.voxels, (value) => 4095 - value);
    const asShown = await runOn(method, image);
    const inverted = await runOn(method, { ...image, voxels, isInverted: true });
    expect(dice(inverted.labels!.voxels, asShown.labels!.voxels, 1)).toBeGreaterThan(0.9999);
    const negative = await runOn(method, { ...image, voxels });
    expect(dice(negative.labels!.voxels, asShown.labels!.voxels, 1)).toBeLessThan(0.9);
  });

  it.each(ids.filter((id) => 'detections-masks' in goldenOf(id).golden.arrays))(
    '%s finds the objects of the training pipeline',
    async (id) => {
      const { method, image } = await openGolden(id);
      const result = await runOn(method, image);
      const { shape } = goldenOf(id).golden.arrays['detections-masks'];
      const masks = new Uint8Array(bytesOf(id, 'detections-masks'));
      const scores = new Float32Array(bytesOf(id, 'detections-scores'));
      const expected = paintBestFirst(masks, scores, shape, 0.5);
      const ours = result.labels!.voxels;
      const count = Math.max(...expected);
      expect(result.values).toEqual([{ name: 'Objects', value: count, unit: '1' }]);
      expect(result.labels!.classes).toHaveLength(count);
      for (let value = 1; value <= count; value++) {
        expect(dice(ours, expected, value)).toBeGreaterThanOrEqual(0.99);
      }
      const any = (labels: ArrayLike<number>) => Uint8Array.from(labels, (v) => Number(v > 0));
      expect(dice(any(ours), any(expected), 1)).toBeGreaterThanOrEqual(0.999);
      const together = await runOn(method, image, { parameters: { separate: false } });
      expect(Array.from(together.labels!.voxels)).toEqual(Array.from(any(ours)));
      found++;
    }
  );

  it('label something in their synthetic images', () => {
    expect(found).toBeGreaterThan(0);
  });
});
