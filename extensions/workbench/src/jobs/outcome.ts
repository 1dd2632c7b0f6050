/**
 * @file What a worker answers: a value or an error. Errors travel as values, so that their code survives.
 */
import { CordonError, serializeError, type SerializedError } from '../errors/cordon-error';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SerializedError };

/** The outcome of `work`, which may throw. */
export async function settle<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: serializeError(error) };
  }
}

/** The value; throws the error. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new CordonError(outcome.error);
}
