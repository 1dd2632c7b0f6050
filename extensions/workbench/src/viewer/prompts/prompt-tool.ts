/**
 * @file The drawing tool as the host knows it: it takes the main mouse button like any other tool, and draws the prompts over
 * every viewport that shows their series, whichever tool is active.
 */
import { getEnabledElementByViewportId } from '@cornerstonejs/core';
import { addTool, BaseTool, Enums, ToolGroupManager, utilities } from '@cornerstonejs/tools';
import type { Types as ToolTypes } from '@cornerstonejs/tools';
import type { DrawingPlane } from '../../prompts/brush';
import { length, subtract } from '../../volume/vector';
import type { SeriesFollower } from '../active-series';
import type { CommandsManager, HostServices } from '../host';
import type { SourceSeries } from '../source-series';
import { echoPlane } from './echo-plane';
import { brushShape, foresightShapes, promptShapes, type Shape, type View } from './overlay-shapes';
import type { PromptDesk } from './prompt-desk';
import { boardOf, shownViewports, type Board, type BoardViewport } from './shown-series';
import { drawShapes } from './svg-layer';

export const PROMPT_TOOL = 'CordonPrompts';

/** The tool groups of the host whose viewports show images in planes. */
const TOOL_GROUPS = ['default', 'mpr'] as const;

const FALLBACK_TOOL = 'WindowLevel';

export interface PromptToolContext {
  readonly services: HostServices;
  readonly commands: CommandsManager;
  readonly follower: SeriesFollower;
  readonly desk: PromptDesk;
}

/** The host's side of drawing: which tool has the mouse, and when to draw anew. */
export class PromptToolHost {
  readonly #context: PromptToolContext;
  readonly #before = new Map<string, string>();
  #isDrawn = false;

  constructor(context: PromptToolContext) {
    this.#context = context;
    addTool(promptToolClass(context));
  }

  /** Adds the tool to the tool groups of the mode that has been entered. */
  join(): void {
    for (const id of TOOL_GROUPS) {
      const group = ToolGroupManager.getToolGroup(id);
      if (!group || group.hasTool(PROMPT_TOOL)) continue;
      group.addTool(PROMPT_TOOL);
      group.setToolEnabled(PROMPT_TOOL);
    }
  }

  /** Gives the main mouse button to our tool, or back to the tool that had it before. */
  setActive(active: boolean): void {
    if (active === this.isActive) return;
    for (const toolGroupId of TOOL_GROUPS) {
      const group = ToolGroupManager.getToolGroup(toolGroupId);
      if (!group?.hasTool(PROMPT_TOOL)) continue;
      const current = group.getActivePrimaryMouseButtonTool();
      if (active && current && current !== PROMPT_TOOL) this.#before.set(toolGroupId, current);
      if (!active && current !== PROMPT_TOOL) continue;
      const toolName = active ? PROMPT_TOOL : (this.#before.get(toolGroupId) ?? FALLBACK_TOOL);
      this.#context.commands.run('setToolActiveToolbar', { toolName, toolGroupIds: [toolGroupId] });
    }
  }

  /** True while our tool has the main mouse button in some viewport. */
  get isActive(): boolean {
    return TOOL_GROUPS.some(
      (id) => ToolGroupManager.getToolGroup(id)?.getActivePrimaryMouseButtonTool() === PROMPT_TOOL
    );
  }

  hasButton(viewportId: string): boolean {
    const renderingEngineId = getEnabledElementByViewportId(viewportId)?.renderingEngineId;
    if (renderingEngineId === undefined) return false;
    const group = ToolGroupManager.getToolGroupForViewport(viewportId, renderingEngineId);
    return group?.getActivePrimaryMouseButtonTool() === PROMPT_TOOL;
  }

  /** Draws the prompts anew in all viewports, once a frame. */
  draw(): void {
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    requestAnimationFrame(() => {
      this.#isDrawn = false;
      for (const { element } of shownViewports()) utilities.triggerAnnotationRender(element);
    });
  }
}

function promptToolClass({ services, follower, desk }: PromptToolContext) {
  return class PromptTool extends BaseTool {
    static override toolName = PROMPT_TOOL;

    constructor(toolProps = {}) {
      super(toolProps, { supportedInteractionTypes: ['Mouse', 'Touch'], configuration: {} });
    }

    /** The mouse is read elsewhere (see PointerInput); nothing else may react to it. */
    preMouseDownCallback = () => true;
    preTouchStartCallback = () => true;

    renderAnnotation = (
      { viewport }: { readonly viewport: object },
      helper: ToolTypes.SVGDrawingHelper
    ): boolean => {
      const board = boardOf(viewport as BoardViewport, services, follower);
      if (!board) return false;
      const isActive = this.mode === Enums.ToolModes.Active;
      const shapes = [...shapesOn(board, desk, isActive), ...echoShapes(board, desk)];
      drawShapes(helper, shapes);
      return shapes.length > 0;
    };
  };
}

/** What is drawn on the series that is worked on, over another series of the same frame of reference. */
function echoShapes({ viewport, series }: Board, desk: PromptDesk): readonly Shape[] {
  const { series: source } = desk;
  const plane = source && echoPlane(viewport, series, source);
  if (!plane) return [];
  const view = viewOf(viewport, source, plane);
  return promptShapes(desk.shown(source), view).map((shape) => ({
    ...shape,
    key: `echo-${shape.key}`,
  }));
}

function viewOf(viewport: BoardViewport, { geometry }: SourceSeries, plane: DrawingPlane): View {
  const toScreen: View['toScreen'] = (ijk) => {
    const [x, y] = viewport.worldToCanvas(geometry.ijkToLps(ijk));
    return [x, y];
  };
  return { geometry, plane, toScreen, pixelsPerMm: pixelsPerMm(viewport) };
}

function shapesOn(
  { viewport, series, plane }: Board,
  desk: PromptDesk,
  isActive: boolean
): Shape[] {
  const view = viewOf(viewport, series, plane);
  const shapes = [...promptShapes(desk.shown(series), view)];
  if (desk.foresight?.series === series) shapes.unshift(...foresightShapes(desk.foresight, view));
  const brush =
    isActive && desk.series === series ? brushOn(desk, series, view, viewport) : undefined;
  return brush ? [...shapes, brush] : shapes;
}

function brushOn(
  { mouse, tool, label, brushMm }: PromptDesk,
  series: SourceSeries,
  view: View,
  viewport: BoardViewport
): Shape | undefined {
  if (!mouse || mouse.geometry !== series.geometry || (tool !== 'scribble' && tool !== 'eraser'))
    return undefined;
  // Only in the viewport that the mouse is in: elsewhere the same point lies off the plane.
  if (JSON.stringify(mouse.plane) !== JSON.stringify(view.plane)) return undefined;
  const [x, y] = viewport.worldToCanvas(mouse.pointLps);
  const radius = (brushMm / 2) * view.pixelsPerMm;
  return brushShape([x, y], radius, tool === 'scribble' ? label : undefined);
}

function pixelsPerMm(viewport: BoardViewport): number {
  const [a, b] = [viewport.canvasToWorld([0, 0]), viewport.canvasToWorld([100, 0])];
  const mm = length(subtract([a[0], a[1], a[2]], [b[0], b[1], b[2]]));
  return mm > 0 ? 100 / mm : 1;
}
