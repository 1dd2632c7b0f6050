/**
 * @file Drawing for the active method: which tools it has a use for, what a drawn mark leads to, and what is said when a press
 * draws nothing.
 */
import { eventTarget } from '@cornerstonejs/core';
import { Enums } from '@cornerstonejs/tools';
import type { MethodInputs, Region } from '../../method/contract';
import { isOnImage } from '../../prompts/place';
import type { DrawingTool, Refusal } from '../../prompts/gestures';
import { EMPTY_SET, isEmptySet, labelsOf, withBox } from '../../prompts/prompt-set';
import type { PromptState } from '../../ui/panel-model';
import { labelColour } from '../prompts/label-colours';
import { PointerInput } from '../prompts/pointer-input';
import type { SourceSeries } from '../source-series';
import { ForesightRun } from './foresight';
import type { MethodRun } from './method-run';
import type { ControllerParts, ControllerView } from './parts';
import { takesPrompts } from '../../ui/panel/form-layout';
import { combines } from './segment-input';

/** More labels cannot be told apart by colour. */
const MOST_LABELS = 6;

export class PromptWork {
  readonly #parts: ControllerParts;
  readonly #view: ControllerView;
  readonly #method: MethodRun;
  readonly #foresight: ForesightRun;
  readonly #pointer: PointerInput;
  readonly #onTool: () => void;
  readonly #onRegion: (region: Region['kind']) => void;
  /** The method, and whether it asks for marks: what the tool in the hand was chosen for. */
  #occasion: string | undefined;

  /** `onRegion` is called when drawing a box means that the method is to work in it. */
  constructor(
    parts: ControllerParts,
    view: ControllerView,
    method: MethodRun,
    onRegion: (region: Region['kind']) => void
  ) {
    this.#parts = parts;
    this.#view = view;
    this.#method = method;
    this.#onRegion = onRegion;
    const { desk, promptTool, services, follower } = parts;
    this.#foresight = new ForesightRun(parts, view, method);
    this.#pointer = new PointerInput({
      services,
      follower,
      desk,
      hasButton: (viewportId) => promptTool.hasButton(viewportId),
    });
    this.#onTool = () => {
      // Another tool of the host has taken the mouse.
      if (desk.tool && !promptTool.isActive) this.#take(undefined);
    };
    desk.listen({
      onDrawn: (series) => {
        this.#drawn(series);
      },
      onStep: () => {
        const series = view.active()?.series;
        if (series) this.#drawn(series);
      },
      onFinished: () => {
        this.#foresight.stop();
        method.followPrompts();
      },
      onHover: (place) => {
        this.#foresight.follow(place);
      },
      onRefused: (refusal) => {
        this.#explain(refusal);
      },
      onChange: () => {
        promptTool.draw();
        this.publish();
      },
    });
  }

  /** The mode has been entered. */
  start(): void {
    this.#parts.promptTool.join();
    this.#pointer.start();
    eventTarget.addEventListener(Enums.Events.TOOL_ACTIVATED, this.#onTool);
  }

  /** The mode is being left: nothing that was drawn stays. */
  stop(): void {
    eventTarget.removeEventListener(Enums.Events.TOOL_ACTIVATED, this.#onTool);
    this.#pointer.stop();
    this.#foresight.stop();
    this.#parts.desk.clear();
    this.#occasion = undefined;
  }

  /** Method, series or parameters may have changed: its first tool comes to hand, so that one click is enough. */
  attend(): void {
    const { desk, store } = this.#parts;
    const { active } = store.state;
    const series = this.#view.active()?.series;
    const inputs = this.#inputs();
    const asksForMarks = inputs !== undefined && inputs.prompts.some((kind) => kind !== 'range');
    const occasion = active && `${active.entry.id} ${asksForMarks}`;
    if (this.#occasion === occasion && (desk.series === series || !desk.series)) {
      this.publish();
      return;
    }
    this.#occasion = occasion;
    this.#foresight.stop();
    this.#take(asksForMarks && series ? toolsOf(inputs)[0] : undefined);
  }

  choose(tool: DrawingTool | undefined): void {
    this.#foresight.stop();
    this.#take(tool);
  }

  setLabel(label: number): void {
    this.#parts.desk.setLabel(label);
  }

  setBrushMm(brushMm: number): void {
    this.#parts.desk.setBrushMm(brushMm);
  }

  clear(): void {
    const series = this.#view.active()?.series;
    if (!series) return;
    const { desk } = this.#parts;
    if (isEmptySet(desk.book.of(series.displaySetUid))) return;
    desk.book.change(series.displaySetUid, EMPTY_SET);
    this.#method.followPrompts();
  }

  /** The box that was drawn limits nothing any more. */
  removeBox(): void {
    const { desk, store } = this.#parts;
    const series = this.#view.active()?.series;
    if (!series) return;
    const set = desk.book.of(series.displaySetUid);
    if (!set.box) return;
    desk.book.change(series.displaySetUid, withBox(set, undefined));
    const { active } = store.state;
    const whole = active?.regions.find((region) => region !== 'box');
    if (active?.region === 'box' && whole) this.#onRegion(whole);
    this.#method.renew();
    this.publish();
  }

  /** Tells the panel what is drawn. */
  publish(): void {
    const { desk, store } = this.#parts;
    const inputs = this.#inputs();
    const series = this.#view.active()?.series;
    const tools = inputs && series ? toolsOf(inputs) : [];
    if (!inputs || !series || tools.length === 0) {
      if (store.state.prompts) store.set({ prompts: undefined });
      return;
    }
    const set = desk.shown(series);
    const labels = labelChoices(inputs, [...labelsOf(set), desk.label]);
    const next: PromptState = {
      tools,
      tool: desk.tool,
      labels: labels.map((label) => ({ label, colour: labelColour(label) })),
      label: desk.label,
      canAddLabel: inputs.promptLabels === 'many' && labels.length <= MOST_LABELS,
      brushMm: desk.brushMm,
      isEmpty: isEmptySet(set),
      isLimited: set.box !== undefined && this.#takesBox(inputs),
      waitingFor: store.state.prompts?.waitingFor,
    };
    if (JSON.stringify(next) !== JSON.stringify(store.state.prompts)) store.set({ prompts: next });
  }

  #takesBox({ prompts }: MethodInputs): boolean {
    return prompts.includes('box') || this.#parts.store.state.active?.region === 'box';
  }

  #take(tool: DrawingTool | undefined): void {
    const { desk, follower, promptTool } = this.#parts;
    const current = this.#view.active();
    follower.hold(tool ? current : undefined);
    desk.take(tool, tool ? current?.series : undefined);
    const inputs = this.#inputs();
    desk.allowBackground((inputs?.promptLabels ?? 'target') !== 'target');
    if (inputs && !labelChoices(inputs, []).includes(desk.label)) desk.setLabel(1);
    promptTool.setActive(tool !== undefined);
    this.publish();
  }

  #drawn({ displaySetUid }: SourceSeries): void {
    const { desk, preview, store } = this.#parts;
    const inputs = this.#inputs();
    const { active } = store.state;
    if (!inputs || !active) return;
    this.#foresight.stop();
    const set = desk.book.of(displaySetUid);
    if (desk.tool === 'path' && !preview.isShown) {
      this.#foresight.follow(desk.mouse && isOnImage(desk.mouse) ? desk.mouse : undefined);
      return;
    }
    if (desk.tool === 'box') {
      const isRegion = active.regions.includes('box') && active.region !== 'box' && set.box;
      if (isRegion) this.#onRegion('box');
      if (!inputs.prompts.includes('box') && isEmptySet(withBox(set, undefined))) {
        this.#method.follow();
        return;
      }
    }
    this.#method.followPrompts();
  }

  #explain(refusal: Refusal | 'other-series'): void {
    const title = this.#view.active()?.series.title ?? '';
    this.#parts.store.say({ kind: 'info', ...EXPLANATIONS[refusal](title) });
  }

  #inputs(): MethodInputs | undefined {
    const { methods, store } = this.#parts;
    const { active } = store.state;
    const offer = active && methods.get(active.entry.id);
    // A second segment takes the place of marks there.
    if (!offer || combines(offer)) return undefined;
    const { inputs } = offer.method;
    return takesPrompts(active)
      ? inputs
      : { ...inputs, prompts: [], promptLabels: 'target', sphereParameter: undefined };
  }
}

/** The tools that a method has a use for, the one that it asks for first. */
export function toolsOf(inputs: MethodInputs): readonly DrawingTool[] {
  const { prompts, regions, promptLabels = 'target', sphereParameter } = inputs;
  const tools: DrawingTool[] = [];
  if (prompts.includes('path')) tools.push('path');
  if (sphereParameter !== undefined) tools.push('sphere');
  const seeds: DrawingTool[] = prompts.includes('seeds') ? ['seed'] : [];
  const strokes: DrawingTool[] = prompts.includes('scribbles') ? ['scribble', 'eraser'] : [];
  // What separates classes begins with strokes, what grows with a click.
  tools.push(...(promptLabels === 'target' ? [...seeds, ...strokes] : [...strokes, ...seeds]));
  if (prompts.includes('box') || regions.includes('box')) tools.push('box');
  return tools;
}

function labelChoices({ promptLabels }: MethodInputs, used: readonly number[]): readonly number[] {
  if (promptLabels === undefined || promptLabels === 'target') return [1];
  const most = promptLabels === 'many' ? Math.max(1, ...used) : 1;
  return Array.from({ length: most + 1 }, (_, label) => (label + 1) % (most + 1));
}

const EXPLANATIONS: Readonly<
  Record<
    Refusal | 'other-series',
    (title: string) => { readonly what: string; readonly why: string; readonly remedy: string }
  >
> = {
  'other-series': (title) => ({
    what: 'Nothing was drawn here',
    why: `you are working on “${title}”, and this viewport shows another series`,
    remedy: 'draw on the series that you work on, or go back to all methods to change the series',
  }),
  'outside-image': () => ({
    what: 'Nothing was drawn here',
    why: 'this place lies outside of the image',
    remedy: 'draw inside the image',
  }),
  'oblique-plane': () => ({
    what: 'Nothing was drawn here',
    why: 'this viewport cuts across the slices of the series',
    remedy: 'draw in a viewport along the slices',
  }),
  'other-slice': () => ({
    what: 'No point was set here',
    why: 'the contour was begun in another slice',
    remedy: 'go back to that slice, or clear the contour and begin anew',
  }),
};
