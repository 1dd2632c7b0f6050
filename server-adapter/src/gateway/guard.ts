/** Checks that every request passes before anything else looks at it. */
import type { FastifyRequest } from 'fastify';
import { badRequest, HttpError } from '../dicomweb/http-error';

/** Refuses addresses that could mean something else after decoding. @throws HttpError 400 */
export function checkRawPath(rawUrl: string): void {
  const path = rawUrl.split('?', 1)[0];
  const suspicious =
    !path.startsWith('/') ||
    /[\\;\0-\x20\x7f-\uffff]/.test(path) ||
    /\/\//.test(path) ||
    /\/\.{1,2}(\/|$)/.test(path) ||
    /%(2e|2f|5c|00|25|3b|0a|0d)/i.test(path) ||
    /%(?![0-9a-f]{2})/i.test(path) ||
    /%[c-f][0-9a-f]/i.test(path);
  if (suspicious) {
    throw badRequest(
      'BAD_ADDRESS',
      'the address is not valid',
      'it holds characters or steps that no address of this server has',
      'open the start page and go from there'
    );
  }
}

/**
 * Refuses requests under a foreign host name: a web site could otherwise point its own name at this computer and
 * read the archive (DNS rebinding).
 * @param allowed host names without port; 'any' switches the check off
 * @throws HttpError 421
 */
export function checkHost(host: string | undefined, allowed: ReadonlySet<string> | 'any'): void {
  if (allowed === 'any') return;
  const name = (host ?? '').replace(/:[0-9]+$/, '').toLowerCase();
  if (allowed.has(name)) return;
  throw new HttpError({
    status: 421,
    code: 'WRONG_HOST',
    what: 'this server does not answer under that name',
    why: 'the Host header names another computer',
    remedy: 'open the address that the gateway printed, or allow the name when starting it',
  });
}

/**
 * Refuses a store that another web site triggered.
 * @param ownOrigins origins of this gateway
 * @throws HttpError 403
 */
export function checkOrigin(request: FastifyRequest, ownOrigins: readonly string[]): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreignOrigin = origin !== undefined && !ownOrigins.includes(origin.toLowerCase());
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!foreignOrigin && !foreignSite) return;
  throw new HttpError({
    status: 403,
    code: 'FOREIGN_ORIGIN',
    what: 'nothing was stored',
    why: 'the request came from a page of another web site',
    remedy:
      'store from the viewer that this gateway serves, or from a program that sends no Origin',
  });
}
