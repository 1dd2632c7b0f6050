/**
 * @file The values of the image, for ranges: smallest, largest, and how often each occurs. Counted in a worker when it is
 * needed, as it needs all images.
 */
import { transfer } from 'comlink';
import { toChannelMessage } from '../../jobs/protocol';
import type { ValueHistogram } from '../../measure/value-histogram';
import { beginAnew } from '../method-entries';
import type { SourceSeries } from '../source-series';
import type { MethodRun } from './method-run';
import type { ControllerParts, ControllerView } from './parts';

/** Tells the panel the values of the active series, unless it knows them; what the method in use begins with may hang on them. */
export function learnRange(
  parts: ControllerParts,
  { active }: ControllerView,
  method: Pick<MethodRun, 'renew'>
): void {
  const { store } = parts;
  const current = active();
  const summary = store.state.series;
  if (!current || !summary || summary.range || counting.has(current.series)) return;
  counting.add(current.series);
  const isCurrent = () => active()?.series === current.series;
  count(parts, current.series)
    .then((histogram) => {
      if (!histogram || !isCurrent()) return;
      const { min, max } = histogram;
      const series = { ...summary, range: { min, max }, histogram };
      const before = store.state.active;
      const begun = before && beginAnew(parts.methods, before, series);
      store.set({ series, active: begun });
      if (JSON.stringify(begun?.values) !== JSON.stringify(before?.values)) method.renew();
    })
    .catch((error: unknown) => {
      if (isCurrent()) store.report(error);
    })
    .finally(() => {
      counting.delete(current.series);
    });
}

/** Series whose values are being counted. */
const counting = new WeakSet<SourceSeries>();

async function count(
  { jobs, startCounting }: ControllerParts,
  series: SourceSeries
): Promise<ValueHistogram | null> {
  const image = toChannelMessage(await jobs.volume(series));
  const { buffer } = image.voxels;
  const moved = buffer instanceof ArrayBuffer ? [buffer] : [];
  const worker = startCounting();
  try {
    return await worker.call((api) => api.histogram(transfer(image, moved)));
  } finally {
    worker.end();
  }
}
