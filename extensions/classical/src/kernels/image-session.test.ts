import { wholeBox, type Box } from '@cordon/extension-workbench/pure';
import { paint } from '../../../../test/support/volumes';
import { thresholdWasm } from '../generated/threshold';
import { Arena } from './arena';
import { ImageSession, regionGrid } from './image-session';

const image = paint([30, 20, 10], Int16Array, (i, j, k) => i + 100 * j + 1000 * k);
const input = { channels: [image] };
const sources = { threshold: thresholdWasm };

describe('Arena', () => {
  it('gives aligned memory that does not overlap, and takes it back to a mark', () => {
    const arena = new Arena();
    const a = arena.allocate(10);
    const mark = arena.mark();
    const b = arena.allocate(1000);
    expect(a % 64).toBe(0);
    expect(b % 64).toBe(0);
    expect(b).toBeGreaterThanOrEqual(a + 10);
    arena.rewind(mark);
    expect(arena.allocate(5)).toBe(b);
  });

  it('refuses more than its limit, with the numbers', () => {
    const arena = new Arena(2 ** 20);
    arena.allocate(600_000);
    expect(() => arena.allocate(600_000)).toThrow(
      expect.objectContaining({
        code: 'MEMORY_EXHAUSTED',
        why: '1 MiB more are needed, 1 MiB of 1 MiB are in use',
      })
    );
    expect(arena.reservedBytes).toBeLessThanOrEqual(2 ** 20);
    expect(() => new Arena().allocate(2 ** 32)).toThrow(
      expect.objectContaining({ code: 'MEMORY_EXHAUSTED' })
    );
  });
});

describe('ImageSession', () => {
  it('copies the voxels of a region once, as long as the region stays', async () => {
    const session = await ImageSession.open(input, sources);
    const box = wholeBox(image.geometry.size);
    const first = session.resident(box);
    const view = session.arena.i16(first.address, first.count);
    expect([...view]).toEqual([...image.voxels]);
    view[7] = -999;
    expect(session.resident({ ...box })).toBe(first);
    expect(session.arena.i16(first.address, first.count)[7]).toBe(-999);
    const other: Box = { fromIjk: [0, 0, 0], toIjk: [30, 20, 9] };
    session.resident(other);
    const again = session.resident(box);
    expect(session.arena.i16(again.address, again.count)[7]).toBe(7);
  });

  it('needs no more memory after many updates than after the first', async () => {
    const session = await ImageSession.open(input, sources);
    const work = () => {
      const { count } = session.resident(wholeBox(image.geometry.size));
      session.scratch(() => session.arena.allocate(count * 40));
    };
    work();
    const { usedBytes, reservedBytes } = session.arena;
    for (let update = 0; update < 50; update++) work();
    expect(session.arena.usedBytes).toBe(usedBytes);
    expect(session.arena.reservedBytes).toBe(reservedBytes);
  });

  it('forgets what it found out about a region when the region changes', async () => {
    const session = await ImageSession.open(input, sources);
    let made = 0;
    const derive = () => session.derived('sum', () => ++made);
    session.resident(wholeBox(image.geometry.size));
    expect([derive(), derive()]).toEqual([1, 1]);
    session.resident({ fromIjk: [0, 0, 0], toIjk: [5, 5, 5] });
    expect(derive()).toBe(2);
  });

  it.each([
    [{ fromIjk: [3, 2, 1], toIjk: [9, 8, 4] }, [0, 1, 2]],
    [{ fromIjk: [4, 0, 0], toIjk: [5, 20, 10] }, [1, 2, 0]],
    [{ fromIjk: [0, 6, 0], toIjk: [30, 7, 10] }, [0, 2, 1]],
    [{ fromIjk: [0, 0, 9], toIjk: [30, 20, 10] }, [0, 1, 2]],
  ] as const)('lays a box out with its columns first: %j', async (box, axes) => {
    const session = await ImageSession.open(input, sources);
    const { address, count } = session.resident(box);
    const expected: number[] = [];
    for (let k = box.fromIjk[2]; k < box.toIjk[2]; k++) {
      for (let j = box.fromIjk[1]; j < box.toIjk[1]; j++) {
        for (let i = box.fromIjk[0]; i < box.toIjk[0]; i++) expected.push(i + 100 * j + 1000 * k);
      }
    }
    expect([...session.arena.i16(address, count)]).toEqual(expected);
    const grid = regionGrid(image.geometry, box);
    expect(grid.axes).toEqual(axes);
    expect(grid.squeezedSize).toEqual(axes.map((axis) => box.toIjk[axis] - box.fromIjk[axis]));
  });

  it('refuses an image that does not fit, work without an image, and work after close', async () => {
    const small = await ImageSession.open(input, sources, 2 ** 10);
    expect(() => small.resident(wholeBox(image.geometry.size))).toThrow(
      expect.objectContaining({ code: 'MEMORY_EXHAUSTED' })
    );
    await expect(ImageSession.open({ channels: [] }, sources)).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
    const closed = await ImageSession.open(input, sources);
    closed.close();
    expect(() => closed.resident(wholeBox(image.geometry.size))).toThrow(
      expect.objectContaining({ code: 'SESSION_CLOSED' })
    );
  });
});
