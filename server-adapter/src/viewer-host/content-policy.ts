/** Response headers under which the viewer runs: cross-origin isolated, and nothing loaded from elsewhere. */
import { createHash } from 'node:crypto';
import type { FastifyHelmetOptions } from '@fastify/helmet';

/** The sha256 sources of all inline scripts of a page, as CSP writes them. One of them loads the plugins. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi);
  return [...scripts]
    .filter(([, attributes, text]) => !/\bsrc\s*=/i.test(attributes) && text !== '')
    .map(([, , text]) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`);
}

/**
 * @param indexHtml the viewer's page, exactly as it is served
 */
export function securityHeaders(indexHtml: string): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'", ...inlineScriptHashes(indexHtml)],
        scriptSrcAttr: ["'none'"],
        // The viewer sets style attributes and injects style elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'", 'blob:', 'data:'],
        workerSrc: ["'self'", 'blob:'],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'sameorigin' },
    // The gateway speaks plain HTTP on loopback; the proxy that adds TLS adds this header.
    strictTransportSecurity: false,
  };
}

/**
 * The policy of a script that is loaded as a worker: a worker obeys the policy of its own file, not the page's.
 * The decoders for JPEG 2000, JPEG-LS and JPEG (emscripten) build functions from text when they start, which only
 * 'unsafe-eval' permits. A worker has no page to write into, and it loads nothing from elsewhere.
 */
export const WORKER_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
  "connect-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
].join(';');
