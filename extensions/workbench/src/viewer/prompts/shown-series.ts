/**
 * @file Viewports of the host as a drawing board: which series one shows, in which plane, and where a point of the screen
 * lies in the patient.
 */
import { getEnabledElements } from '@cornerstonejs/core';
import type { DrawingPlane } from '../../prompts/brush';
import type { Place } from '../../prompts/place';
import { length, subtract, type Vec3 } from '../../volume/vector';
import type { SeriesFollower } from '../active-series';
import type { HostServices } from '../host';
import { imageDisplaySet, type SourceSeries } from '../source-series';
import { drawingPlane, type PlaneViewport } from '../viewport-plane';

/** What we need of a viewport of the host to draw on it. */
export interface BoardViewport extends PlaneViewport {
  readonly id: string;
  readonly element: HTMLDivElement;
  readonly canvas: HTMLCanvasElement;
  canvasToWorld(point: readonly [number, number]): readonly number[];
  worldToCanvas(point: readonly number[]): readonly number[];
}

export interface Board {
  readonly viewport: BoardViewport;
  readonly series: SourceSeries;
  readonly plane: DrawingPlane;
}

/** The viewport under an element of the page. */
export function viewportAt(target: EventTarget | null): BoardViewport | undefined {
  if (!(target instanceof Node)) return undefined;
  const found = getEnabledElements().find(({ viewport }) => viewport.element.contains(target));
  return found?.viewport as unknown as BoardViewport | undefined;
}

/** The viewports that are on the screen. */
export const shownViewports = (): readonly BoardViewport[] =>
  getEnabledElements().map(({ viewport }) => viewport as unknown as BoardViewport);

/** The series and plane in a viewport; nothing where there is none that can be drawn on. */
export function boardOf(
  viewport: BoardViewport,
  services: HostServices,
  follower: SeriesFollower
): Board | undefined {
  const displaySet = imageDisplaySet(services, viewport.id);
  if (!displaySet?.imageIds?.length) return undefined;
  const series = follower.find(displaySet);
  const plane = series && drawingPlane(viewport, series.geometry, series.imageIds);
  return series && plane && { viewport, series, plane };
}

/** Where a point of the page lies. */
export function placeAt({ viewport, series, plane }: Board, event: MouseEvent): Place {
  const bounds = viewport.canvas.getBoundingClientRect();
  const at = [event.clientX - bounds.left, event.clientY - bounds.top] as const;
  const pointLps = vec3(viewport.canvasToWorld(at));
  const beside = vec3(viewport.canvasToWorld([at[0] + 1, at[1]]));
  return {
    pointLps,
    plane,
    geometry: series.geometry,
    mmPerPixel: length(subtract(beside, pointLps)),
  };
}

const vec3 = (values: readonly number[]): Vec3 => [values[0], values[1], values[2]];
