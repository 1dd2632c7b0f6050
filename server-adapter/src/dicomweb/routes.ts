/** The DICOMweb root of the gateway: one door for all services, in front of either back end. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkOrigin } from '../gateway/guard';
import { parseAccept } from './accept';
import type { DicomWebAnswer, DicomWebBackend } from './backend';
import { badRequest, HttpError } from './http-error';
import { parseMediaType } from './multipart';
import { tooLarge, type StoreLimits } from './receive';
import { parseResource, type DicomWebResource } from './resource';

export const DICOMWEB_ROOT = '/dicom-web';

export interface DicomWebRouteOptions {
  readonly backend: DicomWebBackend;
  readonly limits: StoreLimits;
  /** Public address of the gateway, when it differs from the Host header (behind another proxy). */
  readonly publicUrl?: string;
  /** Stores that may run at once; more are told to wait. */
  readonly maxConcurrentStores: number;
}

export function registerDicomWeb(app: FastifyInstance, options: DicomWebRouteOptions): void {
  let stores = 0;
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const [path] = (request.raw.url ?? '').split('?', 1);
    const resource = parseResource(request.method, path.slice(DICOMWEB_ROOT.length));
    const origin = options.publicUrl ?? `${request.protocol}://${request.host}`;
    const common = {
      baseUrl: `${origin}${DICOMWEB_ROOT}`,
      authorization: request.headers.authorization,
      signal: abortSignal(reply),
    };
    if (resource.kind !== 'store') {
      const query = new URLSearchParams((request.raw.url ?? '').split('?').slice(1).join('?'));
      const accept = parseAccept(request.headers.accept);
      return send(reply, await options.backend.answer({ ...common, resource, query, accept }));
    }
    checkOrigin(request, [origin.toLowerCase()]);
    const boundary = storeBoundary(request, options.limits);
    if (stores >= options.maxConcurrentStores) throw busy();
    stores++;
    try {
      return await store(request, reply, resource, boundary, common);
    } finally {
      stores--;
    }
  };

  async function store(
    request: FastifyRequest,
    reply: FastifyReply,
    resource: Extract<DicomWebResource, { kind: 'store' }>,
    boundary: string,
    common: { baseUrl: string; authorization?: string; signal: AbortSignal }
  ) {
    const body =
      request.body instanceof Readable ? (request.body as AsyncIterable<Buffer>) : nothing();
    try {
      const answer = await options.backend.store({
        ...common,
        study: resource.study,
        body,
        boundary,
      });
      return await send(reply, answer);
    } catch (error) {
      // The rest of the body is not wanted: the connection cannot be used again.
      void reply.header('connection', 'close');
      throw error;
    }
  }

  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
    url: `${DICOMWEB_ROOT}/*`,
    exposeHeadRoute: false,
    handler: handle,
  });
}

function send(reply: FastifyReply, answer: DicomWebAnswer): FastifyReply {
  void reply.status(answer.status).header('cache-control', 'no-store');
  if (answer.contentType) void reply.type(answer.contentType);
  if (answer.warning) void reply.header('warning', answer.warning);
  return reply.send(answer.body ?? '');
}

/** @throws HttpError 415 or 413 before anything of the body is read */
function storeBoundary(request: FastifyRequest, limits: StoreLimits): string {
  const { type, parameters } = parseMediaType(request.headers['content-type'] ?? '');
  const inner = parameters.get('type')?.toLowerCase() ?? 'application/dicom';
  if (type !== 'multipart/related' || inner !== 'application/dicom') {
    throw new HttpError({
      status: 415,
      code: 'NOT_MULTIPART',
      what: 'nothing was stored',
      why: 'instances are stored as multipart/related with parts of type application/dicom only',
      remedy: 'send Content-Type: multipart/related; type="application/dicom"; boundary=…',
    });
  }
  const boundary = parameters.get('boundary') ?? '';
  if (!/^[\x21-\x7e ]{1,70}$/.test(boundary)) {
    throw badRequest(
      'BAD_MULTIPART',
      'nothing was stored',
      'the boundary is missing or not valid',
      'send a boundary of 1 to 70 characters'
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.maxRequestBytes) {
    throw tooLarge(limits.maxRequestBytes);
  }
  return boundary;
}

const busy = (): HttpError =>
  new HttpError({
    status: 503,
    code: 'BUSY',
    what: 'nothing was stored yet',
    why: 'too many others are storing at this moment',
    remedy: 'try again in a few seconds',
  });

function abortSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A request without a body has no parts.
}
