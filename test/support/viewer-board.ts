/**
 * A viewport as a drawing board: strokes and clicks by the mouse at shares of its image, and what is drawn over it.
 */
import type { Page } from 'playwright-core';
import { PATIENCE_MS } from './browser';

/** Of a shape on the screen (pixels of the page). */
export interface Extent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Across and down, 0 … 1 of the viewport. */
export type Share = readonly [number, number];

export class ViewerBoard {
  readonly #page: Page;
  readonly #index: number;

  /** The viewport at a position on the screen. */
  constructor(page: Page, index = 0) {
    this.#page = page;
    this.#index = index;
  }

  async click(at: Share, key?: string): Promise<void> {
    await this.#with(key, async () => {
      const [x, y] = await this.#place(at);
      await this.#page.mouse.click(x, y);
    });
  }

  async doubleClick(at: Share): Promise<void> {
    const [x, y] = await this.#place(at);
    await this.#page.mouse.dblclick(x, y);
  }

  async hover(at: Share): Promise<void> {
    const [x, y] = await this.#place(at);
    await this.#page.mouse.move(x, y, { steps: 4 });
  }

  /** Draws a straight line with the button held, and with a key if one is given. */
  async stroke(from: Share, to: Share, key?: string): Promise<void> {
    await this.#with(key, async () => {
      const { mouse } = this.#page;
      await mouse.move(...(await this.#place(from)));
      await mouse.down();
      await mouse.move(...(await this.#place(to)), { steps: 8 });
      await mouse.up();
    });
  }

  /** Shapes of a kind that are drawn over the image and not empty. */
  async marks(role: string): Promise<number> {
    const shapes = this.#viewport().locator(`path[data-cordon="${role}"]:not([d=""])`);
    return this.#steady(() => shapes.count());
  }

  /** Reads as {@link marks} until there are `count`; the last number otherwise: what an undo brings back comes after its labels. */
  async marksBecome(role: string, count: number): Promise<number> {
    const deadline = Date.now() + PATIENCE_MS / 2;
    let now = await this.marks(role);
    while (now !== count && Date.now() < deadline) now = await this.marks(role);
    return now;
  }

  /** Waits until a shape of a kind is drawn and not empty. */
  async appears(role: string): Promise<void> {
    const shapes = this.#viewport().locator(`path[data-cordon="${role}"]:not([d=""])`);
    await shapes.first().waitFor({ state: 'attached' });
  }

  /** Where a shape lies on the screen. */
  async extent(role: string, nth = 0): Promise<Extent> {
    const shape = this.#viewport().locator(`path[data-cordon="${role}"]:not([d=""])`).nth(nth);
    return (await this.#steady(() => shape.boundingBox()))!;
  }

  /** Where the middle of a shape lies. */
  async share(role: string, nth = 0): Promise<Share> {
    const { x, y, width, height } = await this.extent(role, nth);
    const box = (await this.#viewport().locator('canvas.cornerstone-canvas').boundingBox())!;
    return [(x + width / 2 - box.x) / box.width, (y + height / 2 - box.y) / box.height];
  }

  /** Drags the middle of a shape by pixels. */
  async drag({ x, y, width, height }: Extent, by: readonly [number, number]): Promise<void> {
    const { mouse } = this.#page;
    const middle = [x + width / 2, y + height / 2] as const;
    await mouse.move(middle[0], middle[1]);
    await mouse.down();
    await mouse.move(middle[0] + by[0], middle[1] + by[1], { steps: 6 });
    await mouse.up();
  }

  /** What is drawn comes with one of the next frames: reads until it stays. */
  async #steady<T>(read: () => Promise<T>): Promise<T> {
    for (let before: string | undefined; ;) {
      await this.#page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 400)))
      );
      const now = await read();
      if (JSON.stringify(now) === before) return now;
      before = JSON.stringify(now);
    }
  }

  #viewport() {
    return this.#page.locator('[data-cy=viewport-pane]').nth(this.#index);
  }

  async #place([across, down]: Share): Promise<[number, number]> {
    const canvas = this.#viewport().locator('canvas.cornerstone-canvas');
    const box = (await canvas.boundingBox())!;
    return [box.x + box.width * across, box.y + box.height * down];
  }

  async #with(key: string | undefined, work: () => Promise<void>): Promise<void> {
    if (key) await this.#page.keyboard.down(key);
    await work();
    if (key) await this.#page.keyboard.up(key);
  }
}
