/**
 * Runs the command line: in this process with streams that are kept, or as a program of its own from the built bundle.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main } from '../../server-adapter/src/cli/main';

const root = resolve(__dirname, '../..');
const built = join(root, 'server-adapter', 'dist', 'cordon.js');
export const cordonProgram = join(root, 'server-adapter', 'bin', 'cordon.mjs');

export interface CliRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** stdout as JSON. */
  json<T>(): T;
}

const ended = (status: number | null, out: string, err: string): CliRun => ({
  status,
  out,
  err,
  json: <T>() => JSON.parse(out) as T,
});

export interface CliSettings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly isInteractive?: boolean;
  readonly signal?: AbortSignal;
  /** Stands for the folder above server-adapter/dist; the models folder is looked for in it. Default: this repository. */
  readonly installation?: string;
}

/** Runs a command in this process. */
export async function runCli(args: readonly string[], settings: CliSettings = {}): Promise<CliRun> {
  let [out, err] = ['', ''];
  const status = await main(
    args,
    {
      out: (text) => (out += text),
      err: (text) => (err += text),
      isInteractive: settings.isInteractive ?? false,
      environment: settings.environment ?? {},
      signal: settings.signal ?? new AbortController().signal,
      whileComputing: (work) => work(),
    },
    {
      programUrl: pathToFileURL(
        join(settings.installation ?? root, 'server-adapter', 'dist', 'cordon.js')
      ).href,
    }
  );
  return ended(status, out, err);
}

/** Runs a command in this process that must succeed. */
export async function cordon(...args: readonly string[]): Promise<CliRun> {
  const run = await runCli(args);
  if (run.status !== 0) throw new Error(`cordon ${args.join(' ')}\n${run.err}`);
  return run;
}

/** Builds the command line when a source is newer than the bundle; one process at a time. */
export function ensureBuilt(): void {
  const newest = Math.max(
    ...['extensions', 'server-adapter/src'].map((folder) => newestSource(join(root, folder)))
  );
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  const script = `exec 9>"$1" && flock 9 && { [ "$2" -nt "$3" ] || node esbuild.config.mjs; }`;
  const marker = join(tmpdir(), 'cordon-build.lock');
  execFileSync('bash', ['-c', script, 'bash', marker, built, newestFile], { cwd: root });
}

let newestFile = '';

function newestSource(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(ts|tsx|json)$/.test(entry.name)) continue;
    if (
      /[\\/](node_modules|dist|generated)([\\/]|$)/.test(entry.parentPath) ||
      /\.test\./.test(entry.name)
    )
      continue;
    const file = join(entry.parentPath, entry.name);
    const { mtimeMs } = statSync(file);
    if (mtimeMs > newest) [newest, newestFile] = [mtimeMs, file];
  }
  return newest;
}

export interface SpawnedCli {
  readonly pid: number;
  /** Sends a signal to the program. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when `text` has appeared on stderr or stdout. */
  seen(text: string): Promise<void>;
  readonly done: Promise<CliRun & { readonly signal: NodeJS.Signals | null }>;
}

/** Starts the built program. */
export function spawnCli(
  args: readonly string[],
  settings: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    /** Another installation's program. */
    readonly program?: string;
  } = {}
): SpawnedCli {
  const child = spawn(process.execPath, [settings.program ?? cordonProgram, ...args], {
    cwd: settings.cwd ?? root,
    env: { ...process.env, ...settings.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const look = () => {
    for (const { text, resolve } of waiting) if ((out + err).includes(text)) resolve();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    look();
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    seen: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, resolve });
        look();
      }),
    done: new Promise((resolve) => {
      child.once('close', (status, signal) => {
        resolve({ ...ended(status, out, err), signal });
      });
    }),
  };
}

/** A temporary folder that goes when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
