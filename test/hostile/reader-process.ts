/**
 * Reads hostile files in a process of its own: a watchdog ends one that takes longer than ten seconds.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ReadLimits, SourceInstance } from '@cordon/extension-dicom-seg/pure';

export const WATCHDOG_MS = 10_000;

export interface HostileFile {
  readonly kind: 'segmentation' | 'image' | 'structures';
  readonly bytes: Uint8Array;
  readonly limits: ReadLimits;
  /** Images of a structure set. */
  readonly source?: readonly SourceInstance[];
}

interface Answer {
  readonly id?: number;
  readonly ready?: true;
  readonly code?: string;
  readonly crash?: string;
  readonly ms?: number;
  readonly peakBytes: number;
}

export class ReaderProcess {
  private answers = 0;
  private peakBytes = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly startBytes: number
  ) {}

  static async start(): Promise<ReaderProcess> {
    const child = fork(bundled(), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 2, 'ipc'],
    });
    const { peakBytes } = await nextAnswer(child, 'the start');
    return new ReaderProcess(child, peakBytes);
  }

  /** Memory that the process took at its worst beyond what it took before the first file. */
  get growthBytes(): number {
    return Math.max(0, this.peakBytes - this.startBytes);
  }

  /** `read` or the code of the typed error. Rejects when the reader crashed, ended or was ended by the watchdog. */
  async read(
    file: HostileFile,
    what: string
  ): Promise<{ readonly code: string; readonly ms: number }> {
    this.child.send({ id: ++this.answers, ...file });
    const { code, crash, ms = 0, peakBytes } = await nextAnswer(this.child, what);
    this.peakBytes = Math.max(this.peakBytes, peakBytes);
    if (code === undefined) throw new Error(`${what}: ${crash}`);
    return { code, ms };
  }

  stop(): void {
    this.child.kill();
  }
}

function nextAnswer(child: ChildProcess, what: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(watchdog);
      child.off('message', onMessage).off('exit', onExit);
      act();
    };
    const onMessage = (answer: unknown) => finish(() => resolve(answer as Answer));
    const onExit = (status: number | null, signal: string | null) =>
      finish(() => reject(new Error(`${what}: the reader ended with ${status ?? signal}`)));
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      finish(() => reject(new Error(`${what}: the reader hung for ${WATCHDOG_MS} ms`)));
    }, WATCHDOG_MS);
    child.on('message', onMessage).on('exit', onExit);
  });
}

/** The process' script as one module; bundled by a process of its own, which Jest's environment does not suit. */
function bundled(): string {
  const script = `
    const { bundleForNode } = await import(${JSON.stringify(join(__dirname, '..', 'support', 'bundle.mjs'))});
    process.stdout.write(await bundleForNode(${JSON.stringify(join(__dirname, 'reader-child.mjs'))}, 'reader-child.mjs'));`;
  return execFileSync('node', ['--input-type=module', '-e', script], { encoding: 'utf8' });
}
