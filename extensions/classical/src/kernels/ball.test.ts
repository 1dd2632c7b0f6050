import type { Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { randomFrom } from '../../../../test/support/volumes';
import { bitBallWasm } from '../generated/bit-ball';
import { distanceWasm } from '../generated/distance';
import { thresholdWasm } from '../generated/threshold';
import { Arena } from './arena';
import { dilate, erode } from './ball';
import { instantiate } from './wasm';

/** Every voxel against every voxel. */
function bruteForce(mask: Uint8Array, size: Vec3, spacing: Vec3, radiusMm: number, value: number) {
  const place = (at: number) => [
    (at % size[0]) * spacing[0],
    (Math.floor(at / size[0]) % size[1]) * spacing[1],
    Math.floor(at / (size[0] * size[1])) * spacing[2],
  ];
  const members = [...mask.keys()].filter((at) => mask[at] === value).map(place);
  return mask.map((_, at) => {
    const [x, y, z] = place(at);
    const near = members.some(
      ([a, b, c]) => (a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2 <= radiusMm ** 2 * (1 + 1e-6)
    );
    return near ? value : 1 - value;
  });
}

describe('dilate and erode', () => {
  it('equal brute force for small balls and large ones, on any spacing and width of rows', async () => {
    const mm = fc.constantFrom(0.3, 0.5, 0.7, 1, 2.5);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.constantFrom(1, 15, 16, 17, 63, 64, 65, 130),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 3 })
        ),
        fc.tuple(mm, mm, mm),
        fc.constantFrom(0.3, 1, 1.5, 2.2, 40),
        fc.constantFrom(0.02, 0.5, 0.98),
        fc.integer(),
        async (size, spacing, radiusMm, share, seed) => {
          const random = randomFrom(seed);
          const count = size[0] * size[1] * size[2];
          const mask = Uint8Array.from({ length: count }, () => Number(random() < share));
          const arena = new Arena();
          const kernels = {
            bitBall: await instantiate(bitBallWasm, arena.memory),
            distance: await instantiate(distanceWasm, arena.memory),
            threshold: await instantiate(thresholdWasm, arena.memory),
          };
          const address = arena.allocate(count);
          const out = arena.allocate(count);
          arena.u8(address, count).set(mask);
          const positions = {
            spacingMm: [spacing[0], spacing[1]] as const,
            sliceOffsetsMm: Array.from({ length: size[2] }, (_, k) => k * spacing[2]),
          };
          dilate(kernels, arena, { address, size }, positions, radiusMm, false, out);
          expect(arena.u8(out, count)).toEqual(bruteForce(mask, size, spacing, radiusMm, 1));
          erode(kernels, arena, { address, size }, positions, radiusMm, false, out);
          expect(arena.u8(out, count)).toEqual(bruteForce(mask, size, spacing, radiusMm, 0));
        }
      ),
      { numRuns: 60 }
    );
  });
});
