/** @file The range of the image's values, for sliders. Computed when it is needed, as it needs all images. */
import type { ControllerParts, ControllerView } from './parts';

/** Tells the panel the range of the active series, unless it knows it. */
export function learnRange({ jobs, store }: ControllerParts, { active }: ControllerView): void {
  const current = active();
  const summary = store.state.series;
  if (!current || !summary || summary.range) return;
  const isCurrent = () => active()?.series === current.series;
  jobs
    .range(current.series, {})
    .then((range) => {
      if (isCurrent()) store.set({ series: { ...summary, range } });
    })
    .catch((error: unknown) => {
      if (isCurrent()) store.report(error);
    });
}
