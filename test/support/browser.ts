/**
 * Chromium for tests: Debian's, headless, with software rendering, steered by mouse and keyboard. Everything that the
 * page reports as wrong is collected.
 *
 * `describeWithBrowser` skips its tests where Chromium, the prebuilt viewer or the built plugin are missing, and fails
 * there when CI is set.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const root = resolve(__dirname, '../..');
const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const plugin = join(root, 'dist', 'plugin');
/** Folder of the prebuilt viewer. */
export const viewerDir = join(root, '.cache', 'viewer', '3.13.2');

/** How long a step may take (ms). Software rendering shows the first image after 8 to 10 s, more on a busy machine. */
export const PATIENCE_MS = Number(process.env['CORDON_TEST_PATIENCE_MS'] ?? 90_000);

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/** Whether this machine can run browser tests; the reason when it cannot. */
export function browserMissing(): string | undefined {
  if (!executable.some((path) => existsSync(path))) {
    return 'Chromium is not installed (apt install chromium)';
  }
  if (!existsSync(join(viewerDir, 'index.html'))) {
    return 'the viewer is not fetched (node server-adapter/scripts/fetch-viewer.mjs)';
  }
  if (!existsSync(join(plugin, 'workbench.js'))) return 'the plugin is not built (npm run build)';
  return undefined;
}

/** `describe` for browser tests; `needs` names further pieces and why they are missing, if they are. */
export function describeWithBrowser(
  name: string,
  tests: () => void,
  needs: readonly (string | undefined)[] = []
): void {
  const missing = [browserMissing(), ...needs].find((reason) => reason !== undefined);
  if (missing !== undefined && process.env['CI']) {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`browser tests cannot run: ${missing}`);
      });
    });
  } else (missing === undefined ? describe : describe.skip)(name, tests);
}

/** Starts Chromium; `flags` come on top of those that every test has. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: executable.find((path) => existsSync(path)),
    headless: true,
    args: [...FLAGS, ...flags],
  });
}

/** A copy of the built plugin that nobody builds anew meanwhile, and that a test may damage. */
export function copyPlugin(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-plugin-'));
  cpSync(plugin, folder, { recursive: true, filter: (path) => !path.endsWith('.map') });
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the page reported as wrong. */
export interface Complaints {
  readonly errors: string[];
  readonly warnings: string[];
  /** Requests that failed or were answered with an error: `404 GET …`. */
  readonly requests: string[];
}

/** Opens a fresh page with a session of its own: no cookies, no cache of an earlier one. */
export async function newPage(
  browser: Browser,
  size = { width: 1500, height: 1000 }
): Promise<{ readonly page: Page; readonly complaints: Complaints }> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.setDefaultNavigationTimeout(PATIENCE_MS);
  const complaints: Complaints = { errors: [], warnings: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.errors.push(message.text());
    if (message.type() === 'warning') complaints.warnings.push(message.text());
  });
  page.on('pageerror', (error) => complaints.errors.push(String(error.stack)));
  page.on('response', (response) => {
    if (response.status() < 400) return;
    complaints.requests.push(
      `${response.status()} ${response.request().method()} ${response.url()}`
    );
  });
  return { page, complaints };
}
