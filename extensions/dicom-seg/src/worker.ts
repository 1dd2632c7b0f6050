/**
 * @file Worker: writes and reads segmentations beside the page's thread.
 */
import { expose, transfer } from 'comlink';
import { serializeError } from '@cordon/extension-workbench/pure';
import { readSegmentation } from './seg/reader/read-segmentation';
import { writeSegmentation } from './seg/writer';
import type { SegOutcome, SegWorkerApi } from './worker-api';

async function outcome<T>(work: () => Promise<T>): Promise<SegOutcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: serializeError(error) };
  }
}

const api: SegWorkerApi = {
  async write(request) {
    const written = await outcome(() => Promise.resolve(writeSegmentation(request)));
    const buffers = written.ok ? written.value.parts.map((part) => part.buffer) : [];
    return transfer(written, buffers);
  },
  async read(bytes, options) {
    const read = await outcome(async () => {
      const { labels, probabilities, ...rest } = await readSegmentation(bytes, options);
      void probabilities; // not asked for: they would be as large as the images
      return {
        ...rest,
        geometry: labels.geometry.toOptions(),
        layers: labels.layers,
        segments: labels.segments,
      };
    });
    const buffers = read.ok ? read.value.layers.map((layer) => layer.buffer as ArrayBuffer) : [];
    return transfer(read, buffers);
  },
};

expose(api);
