/**
 * A small DICOMweb archive with faults on demand, for what a healthy archive does not do: answers lost after success,
 * refusals, web pages, silence, objects encoded anew.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { firstPart } from './multipart';

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly type?: string;
    }
  /** The object is stored, then the connection is cut. */
  | { readonly kind: 'answer-lost' }
  /** The connection is cut before the object is stored. */
  | { readonly kind: 'cut' }
  /** Nothing is ever answered. */
  | { readonly kind: 'silence' }
  /** The object is stored, and the answer stops half way. */
  | { readonly kind: 'half-open' }
  /** Answers success but stores nothing. */
  | { readonly kind: 'forgets' }
  /** Answers success but lists the object as failed. */
  | { readonly kind: 'fails-inside'; readonly reason: number };

export interface StowServer {
  readonly url: string;
  /** Objects by their SOP Instance UID path. */
  readonly objects: Map<string, Uint8Array>;
  /** Headers of the store requests, in order. */
  readonly received: IncomingMessage['headers'][];
  /** The next store requests meet these, in order. */
  readonly faults: Fault[];
  /** What is given back instead of the stored bytes. */
  transform: (stored: Uint8Array) => Uint8Array;
  stop(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<Uint8Array> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
};

/** SOP Instance UID of a file: the first one in its meta information. */
function sopInstanceUid(file: Uint8Array): string {
  const text = Buffer.from(file).toString('latin1');
  const at = text.indexOf('\x02\x00\x03\x00UI');
  const length = Buffer.from(file).readUInt16LE(at + 6);
  return text.slice(at + 8, at + 8 + length).replace(/\0$/, '');
}

export async function startStowServer(): Promise<StowServer> {
  const objects = new Map<string, Uint8Array>();
  const received: IncomingMessage['headers'][] = [];
  const faults: Fault[] = [];
  const sockets = new Set<Socket>();
  const state = { transform: (stored: Uint8Array) => stored };

  const store = async (request: IncomingMessage, response: ServerResponse) => {
    received.push(request.headers);
    const body = await read(request);
    const fault = faults.shift();
    const file = firstPart(body, request.headers['content-type'] ?? '');
    const uid = file ? sopInstanceUid(file) : '';
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'cut') return void request.socket.destroy();
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': fault.type ?? 'text/plain' });
      return void response.end(fault.body ?? 'refused');
    }
    const isStored = fault?.kind !== 'forgets' && fault?.kind !== 'fails-inside';
    if (isStored && file) objects.set(uid, file);
    if (fault?.kind === 'answer-lost') return void request.socket.destroy();
    const item = {
      '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.66.4'] },
      '00081155': { vr: 'UI', Value: [uid] },
    };
    const answer =
      fault?.kind === 'fails-inside'
        ? {
            '00081198': {
              vr: 'SQ',
              Value: [{ ...item, '00081197': { vr: 'US', Value: [fault.reason] } }],
            },
          }
        : { '00081199': { vr: 'SQ', Value: [item] } };
    response.writeHead(200, { 'content-type': 'application/dicom+json' });
    if (fault?.kind === 'half-open') return void response.write('{"0008');
    response.end(JSON.stringify(answer));
  };

  const retrieve = (request: IncomingMessage, response: ServerResponse) => {
    const stored = objects.get(/instances\/([0-9.]+)$/.exec(request.url ?? '')?.[1] ?? '');
    if (!stored) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': 'multipart/related; type="application/dicom"; boundary="limit"',
    });
    response.write('--limit\r\nContent-Type: application/dicom\r\n\r\n');
    response.write(state.transform(stored));
    response.end('\r\n--limit--\r\n');
  };

  const server = createServer((request, response) => {
    if (request.method === 'POST') void store(request, response);
    else retrieve(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/dicom-web`,
    objects,
    received,
    faults,
    get transform() {
      return state.transform;
    },
    set transform(value) {
      state.transform = value;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
