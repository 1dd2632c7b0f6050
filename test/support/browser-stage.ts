/**
 * What most browser tests stand on: images served beside a copy of the plugin, and a browser; there for all tests of a block.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { copyPlugin, launchBrowser } from './browser';

export interface BrowserStage<S> {
  /** What `serve` gave; from the first test on. */
  readonly served: S;
  readonly browser: Browser;
}

/**
 * Sets the stage before the tests of the block that it is called in, and clears it after them. `serve` gets the plugin's folder.
 * `breathMs`: how long the classical methods rest at least whenever they look for a cancel, for tests that reach into work which a
 * fast machine would have done by then.
 */
export function openStage<S extends { close(): Promise<void> }>(
  serve: (pluginDir: string) => Promise<S>,
  { breathMs = 0 } = {}
): BrowserStage<S> {
  const plugin = copyPlugin();
  if (breathMs > 0) slowDown(join(plugin.folder, 'classical.worker.js'), breathMs);
  let served: S | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    served = await serve(plugin.folder);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    plugin.remove();
  });

  return {
    get served() {
      return served!;
    },
    get browser() {
      return browser!;
    },
  };
}

function slowDown(worker: string, breathMs: number): void {
  const slowly = `const soon = setTimeout; self.setTimeout = (work, ms = 0) => soon(work, ms + ${breathMs});\n`;
  writeFileSync(worker, slowly + readFileSync(worker, 'utf8'));
}
