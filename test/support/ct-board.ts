/**
 * An axial series, on a stack or in three planes, as a drawing board: strokes by the mouse through places in the patient. Where a
 * place lies on the screen is read from the viewer; everything else is mouse, wheel and keyboard.
 */
import type { Page } from 'playwright-core';

/** Column, row, slice of the series. */
export type Voxel = readonly [number, number, number];

export interface BoardGrid {
  /** Position of the first voxel. */
  readonly originLps: Voxel;
  /** Distances of columns, rows and slices. */
  readonly spacingMm: Voxel;
  /** A place in the middle, where the wheel is turned. */
  readonly middle: Voxel;
}

const LIDC_IDRI_0314: BoardGrid = {
  originLps: [-201, -59, -609.800049],
  spacingMm: [0.78125, 0.78125, 1],
  middle: [256, 300, 70],
};

export const PLANES = { axial: 0, sagittal: 1, coronal: 2 } as const;
export type Plane = keyof typeof PLANES;
const AXES = { axial: 2, sagittal: 0, coronal: 1 } as const;

export class CtBoard {
  readonly #page: Page;
  readonly #grid: BoardGrid;
  /** Of the wheel, towards higher indices when it turned last. */
  #onwards = 100;

  constructor(page: Page, grid = LIDC_IDRI_0314) {
    this.#page = page;
    this.#grid = grid;
  }

  async click(plane: Plane, voxel: Voxel): Promise<void> {
    const [place] = await this.#places(plane, [voxel]);
    await this.#page.mouse.click(...place);
  }

  async doubleClick(plane: Plane, voxel: Voxel): Promise<void> {
    const [place] = await this.#places(plane, [voxel]);
    await this.#page.mouse.dblclick(...place);
  }

  /** Draws a free line with the button held; `key` is held with it. */
  async draw(plane: Plane, through: readonly Voxel[], key?: string): Promise<void> {
    const { mouse, keyboard } = this.#page;
    const places = await this.#places(plane, through);
    if (key) await keyboard.down(key);
    await mouse.move(...places[0]);
    await mouse.down();
    for (const place of places.slice(1)) await mouse.move(...place, { steps: 4 });
    await mouse.up();
    if (key) await keyboard.up(key);
  }

  async hover(plane: Plane, voxel: Voxel): Promise<void> {
    const [place] = await this.#places(plane, [voxel]);
    await this.#page.mouse.move(...place);
  }

  /** Turns the wheel over a plane until it shows a slice of the series. */
  async scrollTo(plane: Plane, index: number): Promise<void> {
    const { mouse } = this.#page;
    const [box] = await this.#places(plane, [this.#grid.middle]);
    await mouse.move(...box);
    for (let turns = 0; turns < 300; turns++) {
      const before = await this.#shown(plane);
      if (Math.abs(before - index) < 0.75) return;
      await mouse.wheel(0, index > before ? this.#onwards : -this.#onwards);
      const after = await this.#turned(plane, before);
      // Away from it, or not at all at the end of the series.
      if (Math.abs(after - index) >= Math.abs(before - index)) this.#onwards = -this.#onwards;
    }
    throw new Error(`the ${plane} plane does not come to slice ${index}`);
  }

  /** What a plane shows after the wheel was turned; what it showed before when it does not change. */
  async #turned(plane: Plane, before: number): Promise<number> {
    let after = before;
    for (let tries = 0; after === before && tries < 10; tries++) {
      await this.#page.waitForTimeout(60);
      after = await this.#shown(plane);
    }
    return after;
  }

  /** The slice that a plane shows, along its axis. */
  async #shown(plane: Plane): Promise<number> {
    const focus = await this.#page.evaluate((nth) => {
      const { cornerstone } = window as unknown as ViewerWindow;
      return cornerstone.getEnabledElements()[nth].viewport.getCamera().focalPoint;
    }, PLANES[plane]);
    const axis = AXES[plane];
    const { originLps, spacingMm } = this.#grid;
    return (focus[axis] - originLps[axis]) / spacingMm[axis];
  }

  /** Places of voxels on the screen; the viewer sets up one plane after the other, and fills it later. */
  async #places(plane: Plane, voxels: readonly Voxel[]): Promise<[number, number][]> {
    const { originLps, spacingMm } = this.#grid;
    await this.#page.waitForFunction((nth) => {
      const { cornerstone } = window as unknown as ViewerWindow;
      const planes = cornerstone.getEnabledElements();
      return planes.length > nth && planes[nth].viewport.getImageData() !== undefined;
    }, PLANES[plane]);
    const points = voxels.map((voxel) =>
      voxel.map((index, axis) => originLps[axis] + index * spacingMm[axis])
    );
    return this.#page.evaluate(
      ({ nth, lps }) => {
        const { cornerstone } = window as unknown as ViewerWindow;
        const { viewport } = cornerstone.getEnabledElements()[nth];
        const { left, top } = viewport.canvas.getBoundingClientRect();
        return lps.map((point): [number, number] => {
          const [x, y] = viewport.worldToCanvas(point);
          return [left + x, top + y];
        });
      },
      { nth: PLANES[plane], lps: points }
    );
  }
}

interface ViewerWindow {
  readonly cornerstone: {
    getEnabledElements(): readonly {
      readonly viewport: {
        readonly canvas: HTMLCanvasElement;
        /** Undefined until it shows an image. */
        getImageData(): object | undefined;
        getCamera(): { readonly focalPoint: readonly number[] };
        worldToCanvas(lps: readonly number[]): readonly number[];
      };
    }[];
  };
}
