import { CordonError } from '../errors/cordon-error';
import type { Notification } from './host';
import { notify, notifyError } from './notify';

const message: Notification = { title: 'T', message: 'M', type: 'info' };

describe('notification', () => {
  it('waits until the host can show it, and is then shown once', () => {
    jest.useFakeTimers();
    let isMounted = false;
    const shown: Notification[] = [];
    const show = jest.fn((notification: Notification) => {
      if (!isMounted) return null;
      shown.push(notification);
      return 'id-1';
    });
    notify({ show }, message);
    jest.advanceTimersByTime(2_000);
    expect(shown).toEqual([]);
    isMounted = true;
    jest.advanceTimersByTime(10_000);
    expect(shown).toEqual([message]);
    jest.useRealTimers();
  });

  it('gives up on a host that never can', () => {
    jest.useFakeTimers();
    const show = jest.fn(() => undefined);
    notify({ show }, message);
    jest.advanceTimersByTime(300_000);
    const calls = show.mock.calls.length;
    jest.advanceTimersByTime(300_000);
    expect(show.mock.calls.length).toBe(calls);
    jest.useRealTimers();
  });

  it('shows an error with what, why and what to do', () => {
    const show = jest.fn((notification: Notification) => notification.title);
    const error = new CordonError({
      code: 'X',
      what: 'It broke',
      why: 'of age',
      remedy: 'mend it',
    });
    notifyError({ show }, error);
    expect(show.mock.calls[0][0]).toMatchObject({
      title: 'It broke',
      message: 'Of age. Mend it.',
      type: 'error',
    });
  });
});
