/**
 * @file Probabilities of segments that a network has made and the user has accepted, kept until the segment is made anew or the mode is
 * left, so that they can be stored on request. In 256 steps, as a fractional segmentation stores them: a byte a voxel.
 */
import type { MethodResult } from '../method/contract';
import type { RecipeStep } from '../method/recipe';
import type { SegmentAlgorithm } from '../terms/segment-description';
import type { Box } from '../volume/box';
import type { Accepted } from './preview';
import type { SegmentRecord } from './segment-book';

/** How probable one segment is in a box of its series, as the network said. */
export interface KeptProbabilities {
  readonly box: Box;
  /** 0 … 255 for 0 … 1, columns fastest. */
  readonly levels: Uint8Array;
  /** How the network made it: what was drawn by hand later is not in the probabilities. */
  readonly algorithm: SegmentAlgorithm;
  readonly steps: readonly RecipeStep[];
}

/** How probable the classes of a result are, without its voxels. */
export interface ResultLevels {
  readonly classes: readonly {
    readonly value: number;
    /** Absent where the method said nothing. */
    readonly map?: Pick<KeptProbabilities, 'box' | 'levels'>;
  }[];
  /** Memory that they take. */
  readonly bytes: number;
}

/** O(voxels of the probabilities). */
export function levelsOf({ labels, probabilities = [] }: MethodResult): ResultLevels {
  const given = labels?.classes ?? [];
  const maps = probabilities.length === given.length ? probabilities : [];
  const classes = given.map(({ value }, at) => {
    const map = maps.at(at);
    return { value, ...(map && { map: { box: map.box, levels: toLevels(map.voxels) } }) };
  });
  return { classes, bytes: classes.reduce((sum, { map }) => sum + (map?.levels.length ?? 0), 0) };
}

export class ProbabilityShelf {
  readonly #kept = new Map<string, Map<number, KeptProbabilities>>();

  /** By segment number; nothing when no network has made any. */
  of(segmentationId: string): ReadonlyMap<number, KeptProbabilities> {
    return this.#kept.get(segmentationId) ?? new Map<number, KeptProbabilities>();
  }

  /**
   * Keeps what a result says of the segments that it was accepted into; `recordOf` says how each came about. Segments that were
   * made without probabilities, or in several steps, have none from now on. Returns the function that takes it back.
   */
  keep(
    { classes }: ResultLevels,
    { segmentationId, segmentOfClass, emptied }: Accepted,
    recordOf: (segment: number) => SegmentRecord
  ): () => void {
    const kept = new Map(this.#kept.get(segmentationId));
    for (const segment of [...segmentOfClass, ...emptied]) kept.delete(segment);
    for (const { value, map } of classes) {
      const segment = segmentOfClass[value];
      if (!map || !segment) continue;
      const { algorithm, steps, handEdited } = recordOf(segment);
      if (steps.length !== 1 || handEdited) continue;
      kept.set(segment, { ...map, algorithm, steps });
    }
    return this.#replace(segmentationId, kept);
  }

  /** Lets go of a segment that was deleted. Returns the function that takes it back. */
  forget(segmentationId: string, segment: number): () => void {
    const kept = new Map(this.#kept.get(segmentationId));
    kept.delete(segment);
    return this.#replace(segmentationId, kept);
  }

  #replace(segmentationId: string, kept: Map<number, KeptProbabilities>): () => void {
    const before = this.#kept.get(segmentationId);
    this.#kept.set(segmentationId, kept);
    return () => {
      if (before) this.#kept.set(segmentationId, before);
      else this.#kept.delete(segmentationId);
    };
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** Probabilities in 256 steps. O(voxels). */
function toLevels(voxels: Float32Array): Uint8Array {
  const levels = new Uint8Array(voxels.length);
  for (let at = 0; at < levels.length; at++) {
    levels[at] = Math.min(255, Math.max(0, Math.round(255 * voxels[at])));
  }
  return levels;
}
