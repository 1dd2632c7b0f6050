/**
 * Starts a real Orthanc with its DICOMweb plugin for a test: own temporary database, random free port,
 * bound to loopback, killed and erased by `stop()`.
 *
 * `describeWithOrthanc` skips its tests where Orthanc or gcc is missing, and fails there when CI=true.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Orthanc {
  /** Root of Orthanc's own REST interface, without a trailing slash. */
  readonly restUrl: string;
  /** DICOMweb root, without a trailing slash. */
  readonly dicomWebUrl: string;
  /** Orthanc's log so far. */
  log(): string;
  /** Adds Part 10 files through the REST interface (a quick way to prepare an archive). */
  add(files: readonly Uint8Array[]): Promise<void>;
  /** Number of instances that the archive holds. */
  countInstances(): Promise<number>;
  stop(): Promise<void>;
}

export interface OrthancSettings {
  /** User name and password that every request must carry (Basic). Default: no authentication. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Orthanc's DicomWeb root. Default: /dicom-web/ */
  readonly dicomWebRoot?: string;
}

const programs = ['/usr/sbin/Orthanc', '/usr/bin/Orthanc', '/usr/local/sbin/Orthanc'];
const plugins = [
  '/usr/share/orthanc/plugins/libOrthancDicomWeb.so',
  '/usr/lib/orthanc/plugins/libOrthancDicomWeb.so',
  '/usr/local/share/orthanc/plugins/libOrthancDicomWeb.so',
];
const firstExisting = (paths: readonly string[]) => paths.find((path) => existsSync(path));

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether this machine can run Orthanc for tests; the reason when it cannot. */
export function orthancMissing(): string | undefined {
  if (!firstExisting(programs)) return 'Orthanc is not installed (apt install orthanc)';
  if (!firstExisting(plugins)) return 'the plugin is not installed (apt install orthanc-dicomweb)';
  if (!hasCompiler()) return 'gcc is not installed (apt install gcc)';
  return undefined;
}

/** `describe` for tests that need Orthanc. */
export function describeWithOrthanc(name: string, tests: () => void): void {
  const missing = orthancMissing();
  if (missing && process.env['CI'] === 'true') {
    describe(name, () => {
      it('has Orthanc', () => {
        throw new Error(`these tests need Orthanc: ${missing}`);
      });
    });
    return;
  }
  (missing ? describe.skip : describe)(name, tests);
}

/** A TCP port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no port was assigned'))
      );
    });
  });
}

/** Starts Orthanc and waits until it answers; the caller must `stop()` it. */
export async function startOrthanc(settings: OrthancSettings = {}): Promise<Orthanc> {
  const program = firstExisting(programs);
  const plugin = firstExisting(plugins);
  if (!program || !plugin) throw new Error(orthancMissing());
  const folder = await mkdtemp(join(tmpdir(), 'cordon-orthanc-'));
  const shim = join(folder, 'bind-loopback.so');
  const source = join(__dirname, 'bind-loopback.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', shim, source, '-ldl']);
  const port = await freePort();
  const dicomWebRoot = settings.dicomWebRoot ?? '/dicom-web/';
  const config = join(folder, 'orthanc.json');
  await writeFile(
    config,
    JSON.stringify({
      Name: 'test',
      HttpPort: port,
      DicomServerEnabled: false,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: settings.user !== undefined,
      RegisteredUsers: settings.user ? { [settings.user.name]: settings.user.password } : {},
      StorageDirectory: join(folder, 'db'),
      IndexDirectory: join(folder, 'db'),
      Plugins: [plugin],
      HttpThreadsCount: 8,
      DicomWeb: {
        Enable: true,
        Root: dicomWebRoot,
        EnableWado: false,
        Ssl: false,
        StudiesMetadata: 'Full',
        SeriesMetadata: 'Full',
      },
    })
  );
  const logFile = join(folder, 'orthanc.log');
  const log = openSync(logFile, 'a');
  const child = spawn(program, [config], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { ...process.env, LD_PRELOAD: shim },
  });
  closeSync(log);
  // A test that forgets or fails to stop it must not hang: the process may end, and Orthanc ends with it.
  child.unref();
  const restUrl = `http://127.0.0.1:${port}`;
  const credentials = settings.user && `${settings.user.name}:${settings.user.password}`;
  const headers: [string, string][] = credentials
    ? [['authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]]
    : [];
  const stop = async () => {
    await terminate(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(child, `${restUrl}/system`, headers);
  } catch (error) {
    const text = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`Orthanc did not start: ${String(error)}\n${text}`, { cause: error });
  }
  return {
    restUrl,
    dicomWebUrl: `${restUrl}${dicomWebRoot.replace(/\/$/, '')}`,
    log: () => readFileSync(logFile, 'utf8'),
    async add(files) {
      for (const file of files) {
        const answer = await fetch(`${restUrl}/instances`, {
          method: 'POST',
          headers: [...headers, ['content-type', 'application/dicom']],
          body: new Uint8Array(file),
        });
        if (!answer.ok) throw new Error(`Orthanc refused a file: ${answer.status}`);
        await answer.arrayBuffer();
      }
    },
    async countInstances() {
      const answer = await fetch(`${restUrl}/statistics`, { headers });
      const statistics = (await answer.json()) as { CountInstances: number };
      return statistics.CountInstances;
    },
    stop,
  };
}

async function waitUntilReady(
  child: ChildProcess,
  url: string,
  headers: [string, string][]
): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const ready = await fetch(url, { headers }).then(
      (answer) => answer.ok,
      () => false
    );
    if (ready) return;
    if (Date.now() > deadline) throw new Error('no answer within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
