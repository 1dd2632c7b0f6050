/**
 * @file How long the parts of an update took, in the browser's own timeline (User Timing): developer tools show it, and
 * benchmarks read it. Only the last one of each part is kept.
 */

/**
 * `kernel`: the method, in its worker. `request`: reading the segment that it works on. `update`: from the
 * request to the result, the way to the worker and back included. `commit`: writing the result into the viewer's labels.
 */
export type TimedPart = 'kernel' | 'request' | 'update' | 'commit';

/** Runs `work` and notes its time under `cordon.<part>`. */
export async function timed<T>(part: TimedPart, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    const name = `cordon.${part}`;
    performance.clearMeasures(name);
    performance.measure(name, { start });
  }
}
