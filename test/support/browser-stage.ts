/**
 * What most browser tests stand on: images served beside a copy of the plugin, and a browser; there for all tests of a block.
 */
import type { Browser } from 'playwright-core';
import { copyPlugin, launchBrowser } from './browser';

export interface BrowserStage<S> {
  /** What `serve` gave; from the first test on. */
  readonly served: S;
  readonly browser: Browser;
}

/** Sets the stage before the tests of the block that it is called in, and clears it after them. `serve` gets the plugin's folder. */
export function openStage<S extends { close(): Promise<void> }>(
  serve: (pluginDir: string) => Promise<S>
): BrowserStage<S> {
  const plugin = copyPlugin();
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
