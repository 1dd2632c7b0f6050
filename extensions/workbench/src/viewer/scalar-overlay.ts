/**
 * @file Shows a map of values over the image, in every viewport of its series and in any plane: drawn anew, by the nearest
 * voxel, each time the host has drawn the image. An element of our own above the host's canvas and below its annotations:
 * the host's volumes and its undo know nothing of it.
 */
import { Enums, eventTarget, getEnabledElements } from '@cornerstonejs/core';
import type { ScalarResult } from '../method/contract';
import { picture, valueWindow, type PicturePlane } from '../volume/map-picture';
import { subtract, scale, type Vec3 } from '../volume/vector';
import type { SourceSeries } from './source-series';

/** How a map is coloured: strengths glow over the image, an image takes the image's place in its own window. */
export type OverlayLook = 'glow' | 'image';

export interface ShownMap {
  readonly map: ScalarResult;
  readonly series: SourceSeries;
  readonly look: OverlayLook;
  readonly opacity: number;
}

interface PictureViewport {
  readonly element: HTMLDivElement;
  readonly canvas: HTMLCanvasElement;
  canvasToWorld(point: [number, number]): readonly number[];
  getImageIds?(): readonly string[];
  getProperties?(): { readonly voiRange?: { readonly lower: number; readonly upper: number } };
}

export class ScalarOverlay {
  #shown: ShownMap | undefined;
  #window = { lower: 0, upper: 1 };
  readonly #pictures = new Map<HTMLDivElement, HTMLCanvasElement>();

  get isShown(): boolean {
    return this.#shown !== undefined;
  }

  /** The values between which colours change. */
  get window(): { readonly lower: number; readonly upper: number } {
    return this.#window;
  }

  /** Shows a map in place of what is shown now. */
  show(shown: ShownMap): void {
    if (!this.#shown) eventTarget.addEventListener(Enums.Events.ELEMENT_ENABLED, this.#onEnabled);
    this.#shown = shown;
    this.#window = valueWindow(shown.map, shown.look === 'glow' ? 0.5 : 0.005, 0.995);
    this.#drawAll();
  }

  setOpacity(opacity: number): void {
    if (!this.#shown) return;
    this.#shown = { ...this.#shown, opacity };
    for (const picture of this.#pictures.values()) picture.style.opacity = String(opacity);
  }

  hide(): void {
    this.#shown = undefined;
    eventTarget.removeEventListener(Enums.Events.ELEMENT_ENABLED, this.#onEnabled);
    for (const [element, picture] of this.#pictures) {
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#onRendered);
      picture.remove();
    }
    this.#pictures.clear();
  }

  readonly #onEnabled = () => {
    this.#drawAll();
  };

  readonly #onRendered = (event: Event) => {
    const viewport = viewports().find(({ element }) => element === event.currentTarget);
    if (viewport) this.#draw(viewport);
  };

  #drawAll(): void {
    for (const viewport of viewports()) this.#draw(viewport);
  }

  #draw(viewport: PictureViewport): void {
    const shown = this.#shown;
    if (!shown) return;
    const canvas = this.#canvasOf(viewport);
    canvas.style.opacity = String(shown.opacity);
    const width = viewport.canvas.clientWidth;
    const height = viewport.canvas.clientHeight;
    const context = canvas.getContext('2d');
    const shows = viewport.getImageIds?.().some((id) => shown.series.imageIds.includes(id));
    canvas.hidden = !shows || !context || width === 0 || height === 0;
    if (canvas.hidden || !context) return;
    canvas.width = width;
    canvas.height = height;
    const pixels = context.createImageData(width, height);
    const paint = shown.look === 'glow' ? glow : grey;
    const { lower, upper } =
      (shown.look === 'image' ? viewport.getProperties?.().voiRange : undefined) ?? this.#window;
    picture(shown.map, shown.series.geometry, planeOf(viewport, width, height), (pixel, value) => {
      paint(pixels.data, 4 * pixel, (value - lower) / (upper - lower));
    });
    context.putImageData(pixels, 0, 0);
  }

  /** Our element in a viewport; made, and put back when the host has taken it out. */
  #canvasOf({ element, canvas }: PictureViewport): HTMLCanvasElement {
    let picture = this.#pictures.get(element);
    if (!picture) {
      picture = document.createElement('canvas');
      picture.dataset['cy'] = 'cordon-overlay';
      picture.style.cssText =
        'position:absolute;inset:0;width:100%;height:100%;pointer-events:none';
      this.#pictures.set(element, picture);
      element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#onRendered);
    }
    if (canvas.nextSibling !== picture) canvas.after(picture);
    return picture;
  }
}

const viewports = (): readonly PictureViewport[] =>
  getEnabledElements().map(({ viewport }) => viewport as unknown as PictureViewport);

/** Where the pixels of a viewport lie in the patient. */
function planeOf(viewport: PictureViewport, width: number, height: number): PicturePlane {
  const at = (x: number, y: number): Vec3 => {
    const [l, p, s] = viewport.canvasToWorld([x, y]);
    return [l, p, s];
  };
  const originLps = at(0.5, 0.5);
  return {
    width,
    height,
    originLps,
    alongRowLps: scale(subtract(at(width + 0.5, 0.5), originLps), 1 / width),
    alongColumnLps: scale(subtract(at(0.5, height + 0.5), originLps), 1 / height),
  };
}

type Paint = (data: Uint8ClampedArray, at: number, strength: number) => void;

/** From nothing over red and yellow to white. */
const glow: Paint = (data, at, strength) => {
  const heat = 3 * Math.max(0, strength);
  data[at] = 255 * heat;
  data[at + 1] = 255 * (heat - 1);
  data[at + 2] = 255 * (heat - 2);
  data[at + 3] = 255 * Math.min(1, 1.5 * Math.max(0, strength));
};

const grey: Paint = (data, at, brightness) => {
  data[at] = data[at + 1] = data[at + 2] = 255 * brightness;
  data[at + 3] = 255;
};
