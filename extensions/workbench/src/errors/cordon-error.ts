/**
 * @file The one error class of the project: a stable code, what happened, why, and what to do about it.
 */

export interface CordonErrorOptions {
  /** Stable, machine readable, upper case with underscores, for example `SERIES_MIXED_SIZES`. */
  readonly code: string;
  /** What happened, in words of the person who reads it. */
  readonly what: string;
  /** Why it happened, with the numbers that matter. */
  readonly why: string;
  /** What the reader can do now. */
  readonly remedy: string;
  /** The error underneath, when there is one. */
  readonly cause?: unknown;
}

/** An error that can be shown to a person as it is. */
export class CordonError extends Error {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;

  constructor(options: CordonErrorOptions) {
    super(`${options.what} — ${options.why} — ${options.remedy}`, { cause: options.cause });
    this.name = 'CordonError';
    this.code = options.code;
    this.what = options.what;
    this.why = options.why;
    this.remedy = options.remedy;
  }

  /** The single line that the command line prints on stderr. */
  toLine(): string {
    return `error[${this.code}]: ${this.message}`;
  }
}

/** The parts of an error that survive a trip between worker and page. */
export interface SerializedError {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** Any thrown value as plain data; what is not a CordonError becomes an `UNEXPECTED` one. */
export function serializeError(error: unknown): SerializedError {
  const { code, what, why, remedy } = toCordonError(error);
  return { code, what, why, remedy };
}

/** Any thrown value as a CordonError. */
export function toCordonError(error: unknown): CordonError {
  if (error instanceof CordonError) return error;
  if (isAbort(error)) return abortError();
  return new CordonError({
    code: 'UNEXPECTED',
    what: 'Something went wrong inside Cordon',
    why: error instanceof Error ? error.message : String(error),
    remedy: 'try again; if it happens again, report it with this text',
    cause: error,
  });
}

/** The error of work that its user cancelled. */
export function abortError(): CordonError {
  return new CordonError({
    code: 'CANCELLED',
    what: 'The work was cancelled',
    why: 'cancel was requested',
    remedy: 'start it again when you want the result',
  });
}

/** True for the error of cancelled work, ours or the platform's. */
export function isAbort(error: unknown): boolean {
  if (error instanceof CordonError) return error.code === 'CANCELLED';
  return error instanceof Error && error.name === 'AbortError';
}
