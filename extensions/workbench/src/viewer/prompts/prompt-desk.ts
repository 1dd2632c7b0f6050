/**
 * @file What lies on the table of someone who draws: the prompts of each series, the tool in the hand, what is being drawn
 * right now, and what a method says about the place under the mouse.
 */
import type { ContourResult, LabelResult } from '../../method/contract';
import type { DrawingTool, Gesture, Refusal } from '../../prompts/gestures';
import { beginGesture, oppositeLabel } from '../../prompts/gestures';
import { isOnImage, type Place } from '../../prompts/place';
import { PromptBook } from '../../prompts/prompt-book';
import type { PromptSet } from '../../prompts/prompt-set';
import { pushStep } from '../history';
import type { SourceSeries } from '../source-series';

export const DEFAULT_BRUSH_MM = 6;

/** What is shown under the mouse before a click. */
export interface Foresight {
  readonly series: SourceSeries;
  readonly labels?: LabelResult;
  readonly contour?: ContourResult;
}

export interface DeskListener {
  /** Something was drawn: one undo step. */
  onDrawn(series: SourceSeries): void;
  /** Such a step was undone or done again. */
  onStep(): void;
  /** The path was closed by a double click. */
  onFinished(series: SourceSeries): void;
  /** The mouse rests or moves over the series; nothing when it has left. */
  onHover(place: Place | undefined): void;
  /** A press draws nothing. */
  onRefused(refusal: Refusal | 'other-series'): void;
  /** Something that is shown has changed. */
  onChange(): void;
}

interface Drawing {
  readonly key: string;
  readonly gesture: Gesture;
  readonly set: PromptSet;
}

export class PromptDesk {
  readonly book: PromptBook;
  #listener: DeskListener | undefined;
  #series: SourceSeries | undefined;
  #tool: DrawingTool | undefined;
  #label = 1;
  #hasBackground = false;
  #brushMm = DEFAULT_BRUSH_MM;
  #drawing: Drawing | undefined;
  #mouse: Place | undefined;
  #foresight: Foresight | undefined;

  constructor() {
    this.book = new PromptBook(({ undo, redo }) => {
      const andTell = (change: () => void) => () => {
        change();
        this.#listener?.onStep();
      };
      pushStep({ undo: andTell(undo), redo: andTell(redo) }, 'cordon-prompts');
    });
    this.book.subscribe(() => {
      this.#listener?.onChange();
    });
  }

  listen(listener: DeskListener): void {
    this.#listener = listener;
  }

  /** The series that is drawn on; nothing while no method asks for prompts. */
  get series(): SourceSeries | undefined {
    return this.#series;
  }

  get tool(): DrawingTool | undefined {
    return this.#tool;
  }

  get label(): number {
    return this.#label;
  }

  get brushMm(): number {
    return this.#brushMm;
  }

  /** Where the mouse is on the series. */
  get mouse(): Place | undefined {
    return this.#mouse;
  }

  get foresight(): Foresight | undefined {
    return this.#foresight;
  }

  get isDrawing(): boolean {
    return this.#drawing !== undefined;
  }

  /** What is drawn on a series, with what is being drawn now. */
  shown({ displaySetUid }: SourceSeries): PromptSet {
    return this.#drawing?.key === displaySetUid ? this.#drawing.set : this.book.of(displaySetUid);
  }

  /** Takes up a tool for a series, or puts it down. */
  take(tool: DrawingTool | undefined, series: SourceSeries | undefined): void {
    this.#drawing = undefined;
    this.#mouse = undefined;
    this.#foresight = undefined;
    this.#tool = tool;
    this.#series = series;
    this.#listener?.onChange();
  }

  /** Whether the method tells background from structure. */
  allowBackground(allowed: boolean): void {
    this.#hasBackground = allowed;
  }

  setLabel(label: number): void {
    this.#label = label;
    this.#listener?.onChange();
  }

  setBrushMm(brushMm: number): void {
    this.#brushMm = Math.min(100, Math.max(0.5, brushMm));
    this.#listener?.onChange();
  }

  foresee(foresight: Foresight | undefined): void {
    this.#foresight = foresight;
    this.#listener?.onChange();
  }

  /** The button has been pressed. With `alternate` the opposite label, with `erase` the eraser. */
  press(place: Place, keys: { readonly alternate: boolean; readonly erase: boolean }): void {
    const [tool, series] = [this.#tool, this.#series];
    if (!tool || !series) return;
    const key = series.displaySetUid;
    const gesture = beginGesture(keys.erase ? 'eraser' : tool, place, this.book.of(key), {
      label: keys.alternate && this.#hasBackground ? oppositeLabel(this.#label) : this.#label,
      brushMm: this.#brushMm,
    });
    if (typeof gesture === 'string') {
      this.#listener?.onRefused(gesture);
      return;
    }
    this.#foresight = undefined;
    this.#drawing = { key, gesture, set: gesture.to(place) };
    this.#mouse = place;
    this.#listener?.onChange();
  }

  refuse(refusal: Refusal | 'other-series'): void {
    this.#listener?.onRefused(refusal);
  }

  /** The mouse has moved over the series, with or without the button. */
  move(place: Place): void {
    this.#mouse = place;
    if (this.#drawing) {
      const { gesture, key } = this.#drawing;
      this.#drawing = { key, gesture, set: gesture.to(place) };
    } else this.#listener?.onHover(place);
    this.#listener?.onChange();
  }

  /** The button has been released: what was drawn is kept as one step. */
  release(): void {
    const [drawing, series] = [this.#drawing, this.#series];
    this.#drawing = undefined;
    if (!drawing || !series) return;
    const isNew = this.book.of(drawing.key) !== drawing.set;
    this.book.change(drawing.key, drawing.set);
    if (isNew) this.#listener?.onDrawn(series);
    else if (this.#mouse && !isOnImage(this.#mouse)) this.#listener?.onRefused('outside-image');
    this.#listener?.onChange();
  }

  /** Lets go of what is being drawn; false when nothing is. */
  dropDrawing(): boolean {
    if (!this.#drawing) return false;
    this.#drawing = undefined;
    this.#listener?.onChange();
    return true;
  }

  finish(): void {
    if (this.#series) this.#listener?.onFinished(this.#series);
  }

  leave(): void {
    if (!this.#mouse || this.#drawing) return;
    this.#mouse = undefined;
    this.#foresight = undefined;
    this.#listener?.onHover(undefined);
    this.#listener?.onChange();
  }

  /** Forgets everything: the mode is being left. */
  clear(): void {
    this.take(undefined, undefined);
    this.#label = 1;
    this.book.clear();
  }
}
