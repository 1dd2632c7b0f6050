/** @file Sessions in a real thread: superseding, cancel inside a kernel that does not yield, death of the worker. */
import { Worker as NodeWorker, type TransferListItem } from 'node:worker_threads';
import { z } from 'zod';
import { Geometry } from '../volume/geometry';
import { defineMethod } from '../method/define-method';
import { FITS, type MethodResult } from '../method/contract';
import { NO_PROMPTS } from '../method/prompts';
import { openSession } from './session-client';

/** A worker thread behind the browser's Worker interface, speaking comlink's protocol through a tiny script. */
function startWorker(): { worker: Worker; thread: NodeWorker } {
  const script = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ id, path, argumentList }) => {
      const name = path[path.length - 1];
      const reply = (value) => parentPort.postMessage({ id, type: 'RAW', value });
      if (name === 'open' || name === 'cancel') return reply({ ok: true, value: null });
      const { parameters } = argumentList[1].value;
      argumentList[3].value.postMessage({ fraction: 0.5, message: 'half way' });
      const until = Date.now() + parameters.busyMs;
      while (Date.now() < until);
      if (parameters.busyMs < 0) throw new Error('kernel died');
      reply({ ok: true, value: { values: [{ name: 'echo', value: parameters.busyMs, unit: '' }], warnings: [] } });
    });`;
  const thread = new NodeWorker(script, { eval: true });
  const listeners = new Map<unknown, (data: unknown) => void>();
  const worker = {
    postMessage: (message: unknown, list?: TransferListItem[]) => {
      thread.postMessage(message, list);
    },
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      const wrapped = (data: unknown) => {
        if (type === 'error') listener({ message: String(data), preventDefault: () => undefined });
        else listener({ data });
      };
      listeners.set(listener, wrapped);
      thread.on(type as 'message', wrapped);
    },
    removeEventListener: (type: string, listener: unknown) => {
      const wrapped = listeners.get(listener);
      if (wrapped) thread.off(type as 'message', wrapped);
    },
    start: () => undefined,
    terminate: () => {
      void thread.terminate();
    },
  };
  return { worker: worker as unknown as Worker, thread };
}

const method = defineMethod({
  id: 'busy',
  version: '1',
  title: 'Busy',
  summary: 'Burns time.',
  family: 'classical',
  group: 'test',
  citation: '',
  parameters: z.object({ busyMs: z.number().default(0) }),
  inputs: { channels: ['image'], regions: ['volume'], segment: 'none', prompts: [] },
  outputs: [],
  fits: () => FITS,
  estimate: () => ({ bytes: 0, operations: 0 }),
  open: () => Promise.reject(new Error('runs in the worker')),
});

const geometry = new Geometry({
  columns: 2,
  rows: 2,
  pixelSpacingMm: [1, 1],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  slicePositionsLps: [[0, 0, 0]],
});
const source = () =>
  Promise.resolve({
    channels: [{ geometry, voxels: new Uint8Array(4), modality: 'MR', unit: '' }],
  });
const request = (busyMs: number) => ({
  prompts: NO_PROMPTS,
  parameters: { busyMs },
  region: { kind: 'volume' as const },
});
const echoOf = (result: MethodResult) => result.values[0].value;

describe('a session in a worker', () => {
  const threads: NodeWorker[] = [];
  const open = () =>
    openSession(
      {
        method,
        createWorker: () => {
          const { worker, thread } = startWorker();
          threads.push(thread);
          return worker;
        },
      },
      source
    );

  afterEach(async () => {
    await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
  });

  it('answers updates one after another in one worker', async () => {
    const session = open();
    expect(echoOf(await session.update(request(1), { quality: 'final' }))).toBe(1);
    expect(echoOf(await session.update(request(2), { quality: 'final' }))).toBe(2);
    expect(threads).toHaveLength(1);
    session.close();
  });

  it('passes progress on, and leaves no channel open that would keep page or process', async () => {
    const session = open();
    const openPorts = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    await session.update(request(0), { quality: 'final' });
    const before = openPorts();
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await session.update(request(50), {
        quality: 'final',
        onProgress: ({ fraction }) => seen.push(fraction),
      });
    }
    expect(seen).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(openPorts()).toBeLessThanOrEqual(before);
    session.close();
  });

  it('cancels within 200 ms inside a kernel that does not yield, and runs normally afterwards', async () => {
    const session = open();
    await session.update(request(0), { quality: 'final' });
    const controller = new AbortController();
    const stuck = session.update(request(30_000), { quality: 'final', signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const started = performance.now();
    controller.abort();
    await expect(stuck).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - started).toBeLessThan(200);
    expect(echoOf(await session.update(request(3), { quality: 'final' }))).toBe(3);
    expect(threads).toHaveLength(2);
    session.close();
  });

  it('replaces a long update by a newer one, which gets its own answer', async () => {
    const session = open();
    await session.update(request(0), { quality: 'final' });
    const old = session.update(request(30_000), { quality: 'preview' });
    const middle = session.update(request(20_000), { quality: 'preview' });
    const last = session.update(request(7), { quality: 'preview' });
    await expect(old).rejects.toMatchObject({ code: 'SUPERSEDED' });
    await expect(middle).rejects.toMatchObject({ code: 'SUPERSEDED' });
    expect(echoOf(await last)).toBe(7);
    session.close();
  });

  it('says when a worker dies, and starts another for the next update', async () => {
    const session = open();
    await expect(session.update(request(-1), { quality: 'final' })).rejects.toMatchObject({
      code: 'WORKER_FAILED',
    });
    expect(echoOf(await session.update(request(4), { quality: 'final' }))).toBe(4);
    session.close();
    await expect(session.update(request(5), { quality: 'final' })).rejects.toMatchObject({
      code: 'SESSION_CLOSED',
    });
  });
});
