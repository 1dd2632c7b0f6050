/** @file What the section on how segments were made shows. The viewer bridge implements the model. */
import type { Recipe, RecipeStep } from '../../method/recipe';
import type { AlgorithmType, Rgb } from '../../terms/segment-description';

export interface MadeStep {
  /** Title of the method; its id when it is not loaded. */
  readonly title: string;
  readonly step: RecipeStep;
}

export interface MadeSegment {
  readonly number: number;
  readonly label: string;
  readonly colour: Rgb;
  readonly type: AlgorithmType;
  readonly steps: readonly MadeStep[];
  /** A tool of the viewer has changed it since. */
  readonly handEdited: boolean;
  /** Absent when no method made it. */
  readonly recipe?: Recipe;
}

export interface RecipesModel {
  /** The same list until something changes. */
  getState(): readonly MadeSegment[];
  subscribe(listener: () => void): () => void;
  /** Runs a recipe on the open series and shows the result as a preview. Says what keeps it from running. */
  apply(recipe: string): void;
}
