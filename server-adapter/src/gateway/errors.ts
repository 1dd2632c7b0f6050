/** What the gateway answers when something goes wrong, and what it logs: no UIDs, no names, no stack to the caller. */
import type { FastifyError, FastifyInstance } from 'fastify';
import { CordonError } from '@cordon/extension-workbench/pure';
import { errorBody, HttpError, notFound } from '../dicomweb/http-error';
import { isViewerPage } from '../viewer-host/viewer-host';

export function answerErrors(app: FastifyInstance, indexHtml: string): void {
  app.setErrorHandler((error: FastifyError | CordonError, request, reply) => {
    const known = toHttpError(error);
    if (known.status >= 500) request.log.error({ code: known.code, err: error }, 'request failed');
    void reply.status(known.status).header('cache-control', 'no-store');
    return reply.type('application/json; charset=utf-8').send(errorBody(known));
  });
  app.setNotFoundHandler((request, reply) => {
    const [path] = (request.raw.url ?? '').split('?', 1);
    if (isViewerPage(request.method, path)) {
      return reply
        .status(200)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(indexHtml);
    }
    const error = notFound('there is nothing under this address');
    return reply
      .status(404)
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(errorBody(error));
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'page',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request'
    );
    done();
  });
}

function toHttpError(error: FastifyError | CordonError): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof CordonError) {
    return new HttpError({
      status: 500,
      code: error.code,
      what: error.what,
      why: error.why,
      remedy: error.remedy,
      cause: error,
    });
  }
  const status = error.statusCode ?? 500;
  if (status < 500) {
    return new HttpError({
      status,
      code: 'BAD_REQUEST',
      what: 'the request was refused',
      why: status === 404 ? 'there is nothing under this address' : 'it is not a valid request',
      remedy: 'correct the request',
      cause: error,
    });
  }
  return new HttpError({
    status: 500,
    code: 'INTERNAL',
    what: 'the gateway could not answer',
    why: 'an unexpected error happened; its log says more',
    remedy: 'try again; if it happens again, report it with the log',
    cause: error,
  });
}
