/**
 * @file Says something to the user through the host. Before the host's user interface is there, the message waits.
 */
import { toCordonError } from '../errors/cordon-error';
import type { Notification, UiNotificationService } from './host';

const RETRY_MS = 300;
const GIVE_UP_MS = 60_000;

/** Shows a notification now, or as soon as the host can: its `show` returns null until its interface is mounted. */
export function notify(service: UiNotificationService, notification: Notification): void {
  const deadline = Date.now() + GIVE_UP_MS;
  const attempt = () => {
    const id = service.show(notification);
    const shown = id !== undefined && id !== null;
    if (!shown && Date.now() < deadline) setTimeout(attempt, RETRY_MS);
  };
  attempt();
}

/** Shows an error with what, why and what to do. */
export function notifyError(service: UiNotificationService, error: unknown): void {
  const { what, why, remedy } = toCordonError(error);
  notify(service, {
    title: what,
    message: `${capitalised(why)}. ${capitalised(remedy)}.`,
    type: 'error',
    duration: 20_000,
  });
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
