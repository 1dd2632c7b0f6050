/**
 * The readers in a process of their own, so that one that hangs can be ended and one that takes too much memory is seen.
 * Gets {id, kind, bytes, limits}, answers {id, code, ms, peakBytes}: "read", the code of a typed error, or a crash.
 */
import {
  readImageSeries,
  readSegmentation,
  readStructureSet,
} from '@cordon/extension-dicom-seg/pure';
import { CordonError } from '@cordon/extension-workbench/pure';

const readers = {
  segmentation: (bytes, limits) => readSegmentation(bytes, { limits }),
  image: (bytes, limits) => readImageSeries([{ name: 'x', bytes }], { limits }),
  structures: (bytes, limits, source) => readStructureSet(bytes, source, limits),
};

process.on('message', async ({ id, kind, bytes, limits, source }) => {
  const start = performance.now();
  const answer = (outcome) =>
    process.send({
      id,
      ...outcome,
      ms: performance.now() - start,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    });
  try {
    await readers[kind](bytes, limits, source);
    answer({ code: 'read' });
  } catch (error) {
    if (error instanceof CordonError) answer({ code: error.code });
    else answer({ crash: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send({ ready: true, peakBytes: process.resourceUsage().maxRSS * 1024 });
