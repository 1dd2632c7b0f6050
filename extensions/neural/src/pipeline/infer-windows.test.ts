/** @file Windows over a volume: a network that looks at one voxel at a time must not notice them. */
import type { Grid, Shape3 } from './grid';
import { infer, type Network } from './infer';
import { inferWindows } from './infer-windows';
import { randomFrom } from '../../../../test/support/volumes';

const random = randomFrom(21);
const noise = (shape: Shape3): Grid => ({
  shape,
  values: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random() * 4 - 2),
});
/** Two scores a voxel: its value and its square. */
const pointwise: Network = {
  run: (input) =>
    Promise.resolve(Float32Array.from([...input, ...input.map((value) => value * value)])),
};
const options = { mode: 'volume', batch: 1, neighbours: [0], classes: 2 } as const;

describe('windows over a volume', () => {
  it.each<[Shape3, Shape3]>([
    [
      [20, 17, 23],
      [8, 8, 8],
    ],
    [
      [5, 9, 30],
      [8, 8, 8],
    ],
    [
      [8, 8, 8],
      [8, 8, 8],
    ],
  ])('of %p by %p leave no trace', async (shape, window) => {
    const grid = noise(shape);
    const steps: number[] = [];
    const found = await inferWindows(pointwise, [grid], {
      ...options,
      window,
      overlap: 0.5,
      onProgress: (fraction) => steps.push(fraction),
    });
    const whole = await infer(pointwise, [grid], options);
    for (const [channel, { shape: size, values }] of found.entries()) {
      expect(size).toEqual(shape);
      const worst = values.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - whole[channel].values[at])),
        0
      );
      expect(worst).toBeLessThan(1e-5);
    }
    expect(steps.at(-1)).toBe(1);
  });

  it('stop when they are told to', async () => {
    const controller = new AbortController();
    const run = inferWindows(pointwise, [noise([20, 20, 20])], {
      ...options,
      window: [8, 8, 8],
      overlap: 0.5,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
