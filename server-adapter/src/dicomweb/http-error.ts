/** An error with the HTTP status under which the gateway answers it. */
import { CordonError } from '@cordon/extension-workbench/pure';

export interface HttpErrorOptions {
  readonly status: number;
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

export class HttpError extends CordonError {
  readonly status: number;

  constructor({ status, ...error }: HttpErrorOptions) {
    super(error);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** The JSON body of every error that the gateway answers. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly what: string;
    readonly why: string;
    readonly remedy: string;
  };
}

export const errorBody = ({ code, what, why, remedy }: CordonError): ErrorBody => ({
  error: { code, what, why, remedy },
});

export const badRequest = (code: string, what: string, why: string, remedy: string): HttpError =>
  new HttpError({ status: 400, code, what, why, remedy });

export const notFound = (what: string): HttpError =>
  new HttpError({
    status: 404,
    code: 'NOT_FOUND',
    what,
    why: 'the archive holds nothing under this address',
    remedy: 'search the study list again',
  });
