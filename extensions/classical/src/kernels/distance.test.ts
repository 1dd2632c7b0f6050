import { Geometry, type Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { randomFrom } from '../../../../test/support/volumes';
import { distanceWasm } from '../generated/distance';
import { Arena } from './arena';
import { positionsOf, squaredDistance } from './distance';
import { instantiate } from './wasm';

interface Grid {
  readonly size: Vec3;
  readonly spacingMm: readonly [number, number];
  readonly offsetsMm: readonly number[];
}

const gridOf = (size: Vec3, spacingMm: Vec3): Grid => ({
  size,
  spacingMm: [spacingMm[0], spacingMm[1]],
  offsetsMm: Array.from({ length: size[2] }, (_, k) => k * spacingMm[2]),
});

async function distances(mask: Uint8Array, grid: Grid, target: 0 | 1, planar = false) {
  const arena = new Arena();
  const kernels = await instantiate(distanceWasm, arena.memory);
  const address = arena.allocate(mask.length);
  arena.u8(address, mask.length).set(mask);
  const positions = { spacingMm: grid.spacingMm, sliceOffsetsMm: grid.offsetsMm };
  const block = { address, size: grid.size };
  const out = squaredDistance(kernels, arena, block, positions, target, planar);
  return arena.f32(out, mask.length).slice();
}

/** Every voxel against every voxel. */
function bruteForce(mask: Uint8Array, { size, spacingMm, offsetsMm }: Grid, target: 0 | 1) {
  const [x, y, z] = [0, 1, 2].map(() => new Float64Array(mask.length));
  for (let at = 0; at < mask.length; at++) {
    x[at] = (at % size[0]) * spacingMm[0];
    y[at] = (Math.floor(at / size[0]) % size[1]) * spacingMm[1];
    z[at] = offsetsMm[Math.floor(at / (size[0] * size[1]))];
  }
  const members = [...mask.keys()].filter((at) => Number(mask[at] !== 0) === target);
  return Float64Array.from(mask, (_, at) => {
    let least = Infinity;
    for (const m of members) {
      const squared = (x[at] - x[m]) ** 2 + (y[at] - y[m]) ** 2 + (z[at] - z[m]) ** 2;
      if (squared < least) least = squared;
    }
    return least;
  });
}

const randomMask = (count: number, share: number, seed: number) => {
  const random = randomFrom(seed);
  return Uint8Array.from({ length: count }, () => Number(random() < share));
};

function expectClose(found: Float32Array, wanted: Float64Array | Float32Array): void {
  const wrong = found.findIndex(
    (value, at) => value !== wanted[at] && !(Math.abs(value - wanted[at]) <= 1e-6 * wanted[at])
  );
  if (wrong >= 0) throw new Error(`voxel ${wrong}: ${found[wrong]} instead of ${wanted[wrong]}`);
}

describe('squaredDistance', () => {
  it('equals brute force on random masks, anisotropic and with uneven slices', async () => {
    const extent = fc.integer({ min: 1, max: 21 });
    const gap = fc.double({ min: 0.1, max: 5, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(extent, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 })),
        fc.tuple(gap, gap),
        fc.array(gap, { minLength: 6, maxLength: 6 }),
        fc.constantFrom(0, 0.01, 0.1, 0.9, 1),
        fc.integer(),
        fc.constantFrom(0 as const, 1 as const),
        async (size, spacingMm, gaps, share, seed, target) => {
          const offsetsMm = gaps.map((_, k) => gaps.slice(0, k).reduce((sum, g) => sum + g, 0));
          const grid = { size, spacingMm, offsetsMm };
          const mask = randomMask(size[0] * size[1] * size[2], share, seed);
          expectClose(await distances(mask, grid, target), bruteForce(mask, grid, target));
        }
      ),
      { numRuns: 60 }
    );
  });

  it('treats each slice alone when planar', async () => {
    const size: Vec3 = [9, 8, 3];
    const mask = randomMask(9 * 8 * 3, 0.04, 5);
    const found = await distances(mask, gridOf(size, [1, 2, 0.1]), 1, true);
    for (let k = 0; k < 3; k++) {
      const slice = mask.subarray(k * 72, k * 72 + 72);
      const wanted = bruteForce(slice, gridOf([9, 8, 1], [1, 2, 1]), 1);
      expectClose(found.subarray(k * 72, k * 72 + 72), wanted);
    }
  });

  it('knows the positions of an uneven series from its first slice on', () => {
    const slicePositionsLps = [0, 1, 4, 9].map((z) => [0, 0, z] as const);
    const geometry = new Geometry({
      columns: 4,
      rows: 5,
      pixelSpacingMm: [0.5, 2],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      slicePositionsLps,
    });
    expect(positionsOf(geometry, 1)).toEqual({ spacingMm: [0.5, 2], sliceOffsetsMm: [1, 4, 9] });
  });
});

describeWithPython(['scipy'], 'squaredDistance against scipy', () => {
  it('equals distance_transform_edt on a large grid', async () => {
    const size: Vec3 = [97, 83, 41];
    const count = size[0] * size[1] * size[2];
    for (const [share, spacing] of [
      [0.0005, [0.7, 0.7, 2.5]],
      [0.3, [1, 1, 1]],
      [0.999, [3, 0.4, 1.1]],
    ] as const) {
      const mask = randomMask(count, share, 77);
      const reference = await runPython({
        script: `
import scipy.ndimage as nd
O['d'] = (nd.distance_transform_edt(I['m'] == 0, sampling=P['spacing'][::-1]) ** 2).astype('f4')`,
        arrays: { m: { data: mask, shape: [size[2], size[1], size[0]] } },
        values: { spacing },
      });
      const wanted = reference.array('d').data as Float32Array;
      expectClose(await distances(mask, gridOf(size, spacing), 1), wanted);
    }
  });
});
