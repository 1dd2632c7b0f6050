/** @file Filters split over workers give the same bits as in one piece, whatever the slabs; and nothing else is split. */
import {
  cutSlabs,
  NO_PROMPTS,
  openSession,
  SplitSession,
  type Box,
  type ImageVolume,
  type MethodSession,
  type Region,
} from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { runOn } from '../../../../../test/support/methods';
import { paint, randomFrom } from '../../../../../test/support/volumes';
import { denoise } from './denoise';

const random = randomFrom(4);
const image = paint([19, 13, 34], Int16Array, () => Math.floor(1000 * random()), [0.8, 1.1, 0.9]);

/** A split session whose parts run here, and how many there are. */
function split(volume: ImageVolume, workers: number) {
  const opened: MethodSession<unknown>[] = [];
  const session = new SplitSession(
    denoise,
    (source) => {
      const one = openSession({ method: denoise }, source);
      opened.push(one);
      return one;
    },
    () => Promise.resolve({ channels: [volume] }),
    { workers, leastVoxels: 1000 }
  );
  return { session, opened };
}

const request = (
  parameters: Record<string, string | number>,
  region: Region = { kind: 'volume' }
) => ({
  prompts: NO_PROMPTS,
  parameters,
  region,
});
const FINAL = { quality: 'final' } as const;

describe('denoise over several workers', () => {
  it.each([
    [{ filter: 'median' }, 4],
    [{ filter: 'median', radiusVoxels: 2, dimension: '2d' }, 4],
    [{ filter: 'bilateral', sigmaMm: 0.7 }, 4],
    [{ filter: 'gaussian' }, 1],
    [{ filter: 'curvature-diffusion' }, 1],
  ])('gives the same bits as in one piece: %j in %i', async (parameters, parts) => {
    const { session, opened } = split(image, 4);
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => fractions.push(fraction);
    const result = await session.update(request(parameters), { ...FINAL, onProgress });
    expect(result).toEqual(await runOn(denoise, image, { parameters }));
    expect(opened).toHaveLength(parts);
    expect(Math.max(0, ...fractions)).toBeLessThanOrEqual(1);
    session.close();
  });

  it('gives the same in a box, and after updates of other kinds', async () => {
    const { session } = split(image, 3);
    const box: Box = { fromIjk: [2, 1, 5], toIjk: [17, 12, 33] };
    for (const [parameters, region] of [
      [{ filter: 'median' }, { kind: 'box', box }],
      [{ filter: 'gaussian' }, { kind: 'volume' }],
      [{ filter: 'median' }, { kind: 'slice', axis: 2, index: 3 }],
      [
        { filter: 'bilateral', sigmaMm: 0.5 },
        { kind: 'box', box },
      ],
    ] as const) {
      const result = await session.update(request(parameters, region), FINAL);
      expect(result).toEqual(await runOn(denoise, image, { parameters, region }));
    }
    session.close();
  });

  it('cancels all parts, gives way to a newer update, and works on', async () => {
    const { session } = split(image, 3);
    const controller = new AbortController();
    const cancelled = session.update(request({}), { ...FINAL, signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    const older = session.update(request({ radiusVoxels: 3 }), FINAL);
    const newer = session.update(request({}), FINAL);
    await expect(older).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await newer).toEqual(await runOn(denoise, image));
    session.close();
  });

  it('cuts any box into slabs that cover it once, with their halo inside of it', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 8 }),
        (from, slices, halo, most) => {
          const box: Box = { fromIjk: [1, 2, from], toIjk: [5, 9, from + slices] };
          const slabs = cutSlabs(box, halo, most);
          expect(slabs.length).toBeLessThanOrEqual(most);
          let next = from;
          for (const { own, work } of slabs) {
            expect(own.fromIjk[2]).toBe(next);
            next = own.toIjk[2];
            expect(work.fromIjk[2]).toBe(Math.max(from, own.fromIjk[2] - halo));
            expect(work.toIjk[2]).toBe(Math.min(from + slices, own.toIjk[2] + halo));
          }
          expect(next).toBe(from + slices);
        }
      )
    );
  });
});
