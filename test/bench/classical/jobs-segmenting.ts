/**
 * Jobs of watershed, distance, dilation and minimum cut.
 */
import { wholeBox } from '@cordon/extension-workbench/pure';
import { bitBallWasm } from '../../../extensions/classical/src/generated/bit-ball';
import { cutWasm } from '../../../extensions/classical/src/generated/cut';
import { distanceWasm } from '../../../extensions/classical/src/generated/distance';
import { thresholdWasm } from '../../../extensions/classical/src/generated/threshold';
import { watershedWasm } from '../../../extensions/classical/src/generated/watershed';
import { dilate } from '../../../extensions/classical/src/kernels/ball';
import { GridCut } from '../../../extensions/classical/src/kernels/cut';
import { positionsOf, squaredDistance } from '../../../extensions/classical/src/kernels/distance';
import { floodMarkers } from '../../../extensions/classical/src/kernels/flooding';
import { ImageSession } from '../../../extensions/classical/src/kernels/image-session';
import { thresholdMask } from '../../../extensions/classical/src/kernels/mask';
import { paddedGrid } from '../../../extensions/classical/src/kernels/neighbours';
import { readBytes, sumOf, type Job, type JobMaker } from './job';

const sources = {
  bitBall: bitBallWasm,
  cut: cutWasm,
  distance: distanceWasm,
  threshold: thresholdWasm,
  watershed: watershedWasm,
};
const FINAL = { quality: 'final' } as const;
const open = (input: Parameters<JobMaker>[0]) => ImageSession.open(input, sources);

/** Flooding of the gradient of 8 bits from the markers, as the peers do it. */
const watershed: JobMaker = async (input, place): Promise<Job> => {
  const session = await open(input);
  const { arena, kernels } = session;
  const { size } = session.image.geometry;
  const gradient = readBytes(place, 'gradient');
  const seeds = readBytes(place, 'markers');
  const count = gradient.length;
  const address = arena.allocate(2 * count);
  const markers = arena.allocate(2 * count);
  const out = arena.allocate(2 * count);
  arena.u16(address, count).set(gradient);
  arena.u16(markers, count).set(seeds);
  const most = seeds.reduce((a, b) => Math.max(a, b), 0);
  const relief = { address, levelsPerUnit: 1, topLevel: 255 };
  const grid = paddedGrid(size, 'face');
  return {
    run: async () => {
      const flow = { kernels: kernels.watershed, arena, context: FINAL };
      await floodMarkers(flow, grid, relief, markers, most, out);
      return () => sumOf(arena.u16(out, count));
    },
  };
};

const maskAbove = async (input: Parameters<JobMaker>[0], lower: number) => {
  const session = await open(input);
  const { arena, kernels, image } = session;
  const resident = session.resident(wholeBox(image.geometry.size));
  const address = arena.allocate(resident.count);
  thresholdMask(kernels.threshold, arena, resident, { lower, upper: Infinity }, address);
  const block = { address, size: image.geometry.size };
  return {
    arena,
    kernels,
    block,
    count: resident.count,
    positions: positionsOf(image.geometry, 0),
  };
};

/** Squared distance to the mask, exact. The peer computes it with a sign. */
const distance: JobMaker = async (input) => {
  const { arena, kernels, block, positions, count } = await maskAbove(input, -200);
  return {
    run: () => {
      const mark = arena.mark();
      const out = squaredDistance(kernels.distance, arena, block, positions, 1, false);
      arena.rewind(mark);
      return () => sumOf(arena.f32(out, count));
    },
  };
};

/** Dilation by a ball of 3 mm; the peer's element is a box of 7 voxels. */
const dilation: JobMaker = async (input) => {
  const { arena, kernels, block, positions, count } = await maskAbove(input, 150);
  const out = arena.allocate(count);
  return {
    run: () => {
      dilate(kernels, arena, block, positions, 3, false, out);
      return () => sumOf(arena.u8(out, count));
    },
  };
};

/** Noise-like differences count as no edge below this (HU). */
const SIGMA = 20;
/** The object looks like 100, the background like 45 (HU); the peer knows the same numbers. */
const terminal = (hounsfield: number): number => {
  const [object, background] = [(hounsfield - 100) / 25, (hounsfield - 45) / 25];
  const ratio = Math.round(60 * (background * background - object * object));
  return Math.max(-600, Math.min(600, ratio)) - (hounsfield > 200 || hounsfield < -50 ? 600 : 0);
};

/** The whole minimum cut: links from the image, flow, side. The check sum is the flow. */
const cut: JobMaker = async (input) => {
  const session = await open(input);
  const { arena, kernels, image } = session;
  const voxels = image.voxels as Int16Array;
  const least = voxels.reduce((a, b) => Math.min(a, b), 0);
  const most = voxels.reduce((a, b) => Math.max(a, b), 0) - least;
  const count = voxels.length;
  const levels = arena.allocate(2 * count);
  arena.u16(levels, count).set(Uint16Array.from(voxels, (value) => value - least));
  const weights = Float32Array.from({ length: most + 1 }, (_, difference) =>
    Math.round(1000 * Math.exp((-difference * difference) / (2 * SIGMA * SIGMA)))
  );
  const table = arena.allocate(4 * (most + 1));
  arena.i32(table, most + 1).set(Int32Array.from(weights, (_, level) => terminal(level + least)));
  const marks = arena.allocate(count);
  arena.u8(marks, count).fill(0);
  const out = arena.allocate(count);
  const kind = image.geometry.size[2] === 1 ? 4 : 6;
  const ones = kind === 4 ? [1, 1] : [1, 1, 1];
  return {
    run: async () => {
      const mark = arena.mark();
      const graph = new GridCut(kernels.cut, arena, image.geometry.size, kind);
      graph.connect(levels, weights, ones);
      graph.attach(levels, { table, marks });
      await graph.solve(FINAL);
      graph.writeSide(out);
      arena.rewind(mark);
      const flow = graph.flow;
      return () => flow;
    },
  };
};

export const segmentingJobs: Readonly<Record<string, JobMaker>> = {
  watershed,
  distance,
  dilate: dilation,
  cut,
};
