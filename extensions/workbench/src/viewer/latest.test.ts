import { Latest } from './latest';

const gate = () => {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
};

describe('newest request', () => {
  it('runs the first and the last of a burst and nothing in between', async () => {
    const seen: number[] = [];
    const first = gate();
    const latest = new Latest<number>(
      async (request) => {
        seen.push(request);
        if (request === 1) await first.promise;
      },
      () => undefined
    );
    void latest.request(1);
    void latest.request(2);
    void latest.request(3);
    void latest.request(4);
    expect(latest.isBusy).toBe(true);
    first.open();
    await latest.idle();
    expect(seen).toEqual([1, 4]);
    expect(latest.isBusy).toBe(false);
  });

  it('ends what has run for long when something newer comes', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const ended: number[] = [];
    const latest = new Latest<number>(
      (request, { superseded, cancelled }) =>
        new Promise((resolve, reject) => {
          if (request === 2) resolve();
          superseded.addEventListener('abort', () => {
            // Work that must be finished once begun looks at this one.
            expect(cancelled.aborted).toBe(false);
            ended.push(request);
            reject(new Error('ended'));
          });
        }),
      () => undefined
    );
    void latest.request(1);
    now.mockReturnValue(1000);
    await latest.request(2);
    expect(ended).toEqual([1]);
    now.mockRestore();
  });

  it('cancels what runs, forgets what waits, and runs again afterwards', async () => {
    const errors: unknown[] = [];
    const seen: number[] = [];
    const latest = new Latest<number>(
      (request, { cancelled }) =>
        new Promise((resolve, reject) => {
          seen.push(request);
          if (request === 3) resolve();
          cancelled.addEventListener('abort', () => {
            reject(new Error('ended'));
          });
        }),
      (error) => errors.push(error)
    );
    void latest.request(1);
    void latest.request(2);
    await latest.cancel();
    expect(seen).toEqual([1]);
    expect(errors).toHaveLength(1);
    await latest.request(3);
    expect(seen).toEqual([1, 3]);
  });
});
