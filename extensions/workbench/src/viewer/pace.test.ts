import { Pace } from './pace';

describe('pace', () => {
  it('rests only when a slice of work has lasted long enough', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    let channels = 0;
    const original = globalThis.MessageChannel;
    globalThis.MessageChannel = class extends original {
      constructor() {
        super();
        channels++;
      }
    };
    const rests: number[] = [];
    const pace = new Pace();
    for (let step = 1; step <= 12; step++) {
      now += 3;
      await pace.rest();
      rests.push(channels);
    }
    clock.mockRestore();
    globalThis.MessageChannel = original;
    // Steps of 3 ms reach the limit of 8 ms at every third.
    expect(rests).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]);
  });

  it('stops when cancelled', async () => {
    await expect(new Pace().rest(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
