/* global PerformanceObserver */
/**
 * Long tasks on the page's thread, the host's and ours apart. A task is ours when it enters a script of the plugin; of such a task,
 * ours is the time in which the innermost function is the plugin's, by the sampling profiler: the host's code that our calls
 * start, now or in a microtask, is the host's.
 */

/** In the page: collects long animation frames, and leaves a mark in the profile whose time is returned. */
export function observe() {
  const frames = (window.benchFrames = []);
  new PerformanceObserver((list) => frames.push(...list.getEntries())).observe({
    type: 'long-animation-frame',
  });
  const benchMark = () => {
    const start = performance.now();
    while (performance.now() - start < 30);
    return start;
  };
  return benchMark();
}

/** In the page: the frames as plain data. */
export function collect() {
  return window.benchFrames.map(({ startTime, duration, scripts }) => ({
    startTime,
    duration,
    scripts: scripts
      .filter(({ sourceURL }) => sourceURL.includes('/plugins/cordon/'))
      .map((script) => ({
        startTime: script.startTime,
        duration: script.duration,
        invoker: script.invoker,
      })),
  }));
}

/** Samples whose innermost function with a file is the plugin's: time in the page's milliseconds, and length. */
export function ownSamples(profile, markedAt) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const node of profile.nodes) for (const id of node.children ?? []) parents.set(id, node.id);
  const isOurs = (id) => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { url } = nodes.get(at).callFrame;
      if (url !== '') return url.includes('/plugins/cordon/');
    }
    return false;
  };
  let time = profile.startTime;
  let offset;
  const samples = [];
  profile.samples.forEach((id, index) => {
    time += profile.timeDeltas[index];
    if (nodes.get(id).callFrame.functionName === 'benchMark') offset ??= markedAt - time / 1000;
    const next = profile.timeDeltas[index + 1] ?? 0;
    if (isOurs(id)) samples.push({ time: time / 1000, ms: next / 1000 });
  });
  return samples.map(({ time, ms }) => ({ time: time + offset, ms }));
}

/** Each task that enters the plugin with our share of it, and what is left of each frame for the host. */
export function split(frames, samples) {
  const within = (start, end) =>
    samples
      .filter(({ time }) => time >= start && time < end)
      .reduce((sum, { time, ms }) => sum + Math.min(ms, end - time), 0);
  const ours = frames.flatMap(({ scripts }) =>
    scripts.map(({ startTime, duration, invoker }) => ({
      ms: within(startTime, startTime + duration),
      taskMs: duration,
      invoker,
    }))
  );
  const host = frames.map(
    ({ startTime, duration }) => duration - within(startTime, startTime + duration)
  );
  return { ours, host };
}
