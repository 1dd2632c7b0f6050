/**
 * A reverse proxy that misbehaves on demand, between the browser and a real gateway. It stands for what lies between a
 * workstation and an archive: proxies with size limits, expired tokens, lines that break.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Fault =
  /** The request is answered with this status and never reaches the archive. */
  | { readonly kind: 'status'; readonly status: number }
  /** The archive does its work, then the connection breaks before the answer arrives. */
  | { readonly kind: 'answer-lost' }
  /** `during` is called when the first bytes have arrived; then the connection breaks. */
  | { readonly kind: 'killed'; readonly during: () => void | Promise<void> };

/** DICOMweb requests whose path matches are answered with this. */
export interface FixedAnswer {
  readonly path: RegExp;
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface FaultProxy {
  readonly url: string;
  /** The next requests that store (STOW-RS) meet these, in order. */
  readonly faults: Fault[];
  /** Requests that never reach the archive. */
  readonly answers: FixedAnswer[];
  /** Where requests go; set it before the first one. */
  target: string;
  stop(): Promise<void>;
}

export async function startFaultProxy(): Promise<FaultProxy> {
  const faults: Fault[] = [];
  const answers: FixedAnswer[] = [];
  const sockets = new Set<Socket>();
  const state = { target: '' };

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, loseAnswer: boolean) => {
    const to = new URL(incoming.url ?? '/', state.target);
    const headers = { ...incoming.headers, host: to.host };
    const upstream = request(to, { method: incoming.method, headers }, (answer) => {
      if (loseAnswer) {
        answer.resume();
        answer.on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => {
      if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'text/html' });
      outgoing.end('<html><body>502 Bad Gateway</body></html>');
    });
    incoming.pipe(upstream);
  };

  const answerWith = (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    status: number,
    type = 'text/html',
    body = `<html><body>${status}</body></html>`
  ) => {
    incoming.resume();
    incoming.on('end', () => {
      outgoing.writeHead(status, {
        'content-type': type,
        'cross-origin-resource-policy': 'same-origin',
      });
      outgoing.end(body);
    });
  };

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    const answer = answers.find((entry) => entry.path.test(path));
    if (answer) {
      return answerWith(incoming, outgoing, answer.status, answer.type, answer.body);
    }
    const isStore = incoming.method === 'POST' && path.startsWith('/dicom-web/studies');
    const fault = isStore ? faults.shift() : undefined;
    if (fault?.kind === 'status') return answerWith(incoming, outgoing, fault.status);
    if (fault?.kind === 'killed') {
      incoming.once('data', () => {
        void Promise.resolve(fault.during()).then(() => incoming.socket.destroy());
      });
      return undefined;
    }
    return forward(incoming, outgoing, fault?.kind === 'answer-lost');
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    answers,
    get target() {
      return state.target;
    },
    set target(value) {
      state.target = value;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
