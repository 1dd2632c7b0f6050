/**
 * @file How the segments of the active segmentation were made, and a recipe run again on the open series.
 */
import { FREE_RULE } from '../editing/write-rule';
import { CordonError } from '../errors/cordon-error';
import { parseRecipe, type Recipe, type RecipeStep } from '../method/recipe';
import type { MethodRegistry } from '../method/registry';
import type { MadeSegment, RecipesModel } from '../ui/recipes/recipes-model';
import type { PanelModel } from '../ui/panel-model';
import type { SeriesFollower } from './active-series';
import type { ChannelDesk } from './channel-desk';
import type { PanelStore } from './panel-store';
import { recipeOf, type SegmentBook } from './segment-book';
import type { Segmentations } from './segmentations';

export interface RecipeParts {
  readonly methods: MethodRegistry;
  readonly follower: SeriesFollower;
  readonly segmentations: Segmentations;
  readonly book: SegmentBook;
  readonly store: PanelStore;
  readonly channels: ChannelDesk;
  /** Where a recipe is carried out as a person would. */
  readonly panel: () => PanelModel;
}

export class Recipes implements RecipesModel {
  readonly #parts: RecipeParts;
  #state: readonly MadeSegment[] = [];
  #key = '';

  constructor(parts: RecipeParts) {
    this.#parts = parts;
  }

  getState(): readonly MadeSegment[] {
    const { book, follower, segmentations } = this.#parts;
    const situation = follower.look();
    const series = situation.kind === 'series' ? situation.series : undefined;
    const segmentation =
      situation.kind === 'series'
        ? segmentations.active(situation.viewportId, situation.series)
        : undefined;
    if (!series || !segmentation) return this.#keep('', []);
    const { segmentationId } = segmentation;
    const source = {
      seriesInstanceUid: series.seriesUid,
      sopInstanceUids: [...new Set(series.planes.map(({ sopInstanceUid }) => sopInstanceUid))],
      pixelsSha256: '',
    };
    const made = segmentations.segments(segmentationId).map(({ number, label, colour }) => {
      const record = book.record(segmentationId, number);
      const steps = record.steps.map((step) => ({ step, title: this.#title(step.method) }));
      return {
        number,
        label,
        colour,
        type: record.algorithm.type,
        steps,
        handEdited: record.handEdited && steps.length > 0,
        recipe: recipeOf(record, source),
      };
    });
    const key = JSON.stringify(
      made.map(({ recipe, steps, ...rest }) => [rest, steps.length, recipe?.handEdited])
    );
    return this.#keep(`${segmentationId} ${book.revision} ${key}`, made);
  }

  subscribe(listener: () => void): () => void {
    const { book, store } = this.#parts;
    const stops = [book.subscribe(listener), store.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  apply(text: string): void {
    try {
      this.#apply(parseRecipe(text));
    } catch (error) {
      this.#parts.store.report(error);
    }
  }

  /** One step without prompts is carried out in the panel, where its parameters can be changed before it is accepted. */
  #apply({ steps, handEdited }: Recipe): void {
    const { methods, store } = this.#parts;
    const [step] = steps;
    if (steps.length !== 1) throw notHere(`it has ${steps.length} steps`);
    const { method } = methods.get(step.method);
    const { prompts, region } = step;
    const drawn = prompts.seeds.length + prompts.scribbles.length + (prompts.path?.length ?? 0);
    if (drawn > 0 || prompts.box || prompts.range) {
      throw notHere('it has marks at places of its own series');
    }
    if (region.kind === 'box') throw notHere('it works in a box of its own series');
    const { follower } = this.#parts;
    if (region.kind === 'slice' && !isSame(region, follower.region('slice', follower.require()))) {
      throw notHere(`it works in one slice, number ${region.index + 1}, which is not shown now`);
    }
    const { writeRule = FREE_RULE } = step;
    if (writeRule.area === 'inside-segment') {
      throw notHere('it writes only inside a segment of its own series');
    }
    this.#chooseChannels(step);
    const panel = this.#parts.panel();
    const start = () => {
      panel.setRegion(region.kind);
      panel.setWriteRule(writeRule);
      for (const [name, value] of Object.entries(step.parameters)) panel.setParameter(name, value);
      panel.run();
      if (method.version !== step.version || handEdited) {
        store.say({
          kind: 'warning',
          what: `${method.title}: the result may differ`,
          why: handEdited
            ? 'the segment was edited by hand after the recipe'
            : `the recipe was made by version ${step.version}, this is ${method.version}`,
          remedy: 'check the preview before you accept it',
        });
      }
    };
    const isChosen = () => panel.getState().active?.entry.id === step.method;
    if (isChosen()) {
      start();
      return;
    }
    const stop = store.subscribe(() => {
      if (!isChosen()) return;
      stop();
      start();
    });
    panel.chooseMethod(step.method);
  }

  /** The further images of the recipe, where they are those of the open study; what the panel proposes otherwise. */
  #chooseChannels({ channels = [] }: RecipeStep): void {
    const { series } = this.#parts.follower.require();
    for (const { name, seriesInstanceUid } of channels) {
      this.#parts.channels.chooseSeries(series, name, seriesInstanceUid);
    }
  }

  #title(id: string): string {
    const offer = this.#parts.methods.list().find(({ method }) => method.id === id);
    return offer?.method.title ?? id;
  }

  #keep(key: string, state: readonly MadeSegment[]): readonly MadeSegment[] {
    if (key !== this.#key) {
      this.#key = key;
      this.#state = state;
    }
    return this.#state;
  }
}

/** Of two slices of a series. */
const isSame = (a: RecipeStep['region'], b: RecipeStep['region']) =>
  a.kind === 'slice' && b.kind === 'slice' && a.axis === b.axis && a.index === b.index;

const notHere = (why: string) =>
  new CordonError({
    code: 'RECIPE_NOT_HERE',
    what: 'This recipe is not run in the panel',
    why,
    remedy: 'run it with “cordon rerun” on the command line, or repeat its steps by hand',
  });
