/**
 * @file Where the recipe of a segment is kept: in Algorithm Parameters when it fits, else gzipped in a private block of
 * the segment's item, with a digest in its place. A site may switch the private block off.
 */
import { gzipSync } from 'fflate';
import { attribute, type Attribute } from '../part10/attribute';
import type { DataSet } from '../part10/data-set';
import { inflateGzip } from '../part10/inflate';
import type { ReadLimits } from '../part10/limits';
import { sha256 } from '../part10/sha256';
import { multiLine } from './text';

/** Longest recipe that Algorithm Parameters (LT) take. */
export const LONGEST_PARAMETERS = 10_000;

const CREATOR = 'CORDON RECIPE';
const CREATOR_TAG = 0x00630010;
const RECIPE_TAG = 0x00631001;

export interface StoredRecipe {
  /** For Algorithm Parameters. */
  readonly parameters?: Attribute;
  /** For the segment's item. */
  readonly privateBlock: readonly Attribute[];
}

/** Attributes that keep a recipe. */
export function recipeAttributes(text: string | undefined, allowPrivate: boolean): StoredRecipe {
  if (text === undefined || text === '') return { privateBlock: [] };
  const fits = text.length <= LONGEST_PARAMETERS && multiLine(text, LONGEST_PARAMETERS) === text;
  if (fits) return { parameters: attribute('AlgorithmParameters', text), privateBlock: [] };
  const bytes = new TextEncoder().encode(text);
  const digest = JSON.stringify({
    cordonRecipeSha256: sha256([bytes]),
    storedIn: allowPrivate ? `private block ${CREATOR}` : 'nowhere: switched off by the site',
  });
  return {
    parameters: attribute('AlgorithmParameters', digest),
    privateBlock: allowPrivate
      ? [
          { tag: CREATOR_TAG, vr: 'LO', value: CREATOR },
          // The time is left out: the same recipe gives the same bytes.
          { tag: RECIPE_TAG, vr: 'OB', value: gzipSync(bytes, { level: 9, mtime: 1 }) },
        ]
      : [],
  };
}

/** The recipe of a segment's item: the private block when there is one, else Algorithm Parameters. */
export function readRecipe(segment: DataSet, limits: ReadLimits): string | undefined {
  const creator = segment.elements.get(CREATOR_TAG);
  const block = segment.elements.get(RECIPE_TAG);
  if (creator && block && segment.textsOf(creator)[0] === CREATOR) {
    return new TextDecoder().decode(inflateGzip(segment.bytesOf(block), limits));
  }
  const identification = segment.item('SegmentationAlgorithmIdentificationSequence');
  return identification?.text('AlgorithmParameters') || undefined;
}
