/**
 * @file Starts the worker that writes and reads segmentations, one for each piece of work, and ends it afterwards.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { segClient, type SegClient } from '../worker-api';

/** Runs `work` with a worker. Rejects with `WORKER_FAILED` when its script is missing or it dies. */
export async function withSegWorker<T>(work: (client: SegClient) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL('./dicom-seg.worker.js', import.meta.url), { type: 'module' });
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(workerFailed(event.message));
    });
  });
  const client = segClient(worker);
  try {
    return await Promise.race([work(client), failure]);
  } finally {
    client.close();
  }
}

const workerFailed = (message: string) =>
  new CordonError({
    code: 'WORKER_FAILED',
    what: 'The worker that writes and reads segmentations could not run',
    why: message || 'its script is missing or was not served as JavaScript',
    remedy: 'check that all plugin files are served beside each other; the segmentation is kept',
  });
