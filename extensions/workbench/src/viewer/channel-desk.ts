/**
 * @file Which series of the study stand for the images of a method that takes several, such as T1, T2 and FLAIR: guessed, corrected
 * by a person, and kept until the mode is left. The first image is the series that is open.
 */
import { CordonError } from '../errors/cordon-error';
import { FITS, type Fit, type SegmentationMethod } from '../method/contract';
import { fitOf } from '../method/fit-of';
import { guessChannels } from '../method/guess-channels';
import type { ActiveMethod } from '../ui/panel-model';
import type { OtherSeries, SeriesFollower } from './active-series';
import type { SourceSeries } from './source-series';

export class ChannelDesk {
  readonly #follower: Pick<SeriesFollower, 'besides'>;
  /** Display sets that a person has chosen, by study and name. */
  readonly #chosen = new Map<string, string>();

  constructor(follower: Pick<SeriesFollower, 'besides'>) {
    this.#follower = follower;
  }

  /** Whether a method can run on a series, with what its study offers for further images. */
  fitOf(method: SegmentationMethod, series: SourceSeries): Fit {
    const fit = fitOf(method, series.description);
    const names = method.inputs.channels;
    if (!fit.fits || names.length < 2) return fit;
    const others = this.#follower.besides(series);
    const usable = others.filter((other) => unfitOf(other, series) === undefined).length;
    if (usable >= names.length - 1) return FITS;
    const elsewhere = others.length - usable;
    return {
      fits: false,
      reason:
        `It takes ${names.join(', ')} of one frame of reference: ` +
        `besides this series the study has ${usable} in it` +
        (elsewhere > 0 ? `, and ${elsewhere} that cannot be used with it.` : '.'),
    };
  }

  /** The open series and a line for each further image of a method; nothing for a method of one. */
  look(
    { inputs }: SegmentationMethod,
    series: SourceSeries
  ): Pick<ActiveMethod, 'first' | 'channels'> {
    const [name, ...names] = inputs.channels;
    if (names.length === 0) return {};
    const looksLike = this.#betterFirst(name, series)?.title;
    const choices = this.#follower.besides(series).map((other) => ({
      id: other.displaySetUid,
      title: other.title,
      unfit: unfitOf(other, series),
    }));
    const chosen = this.#choose(inputs.channels, series);
    return {
      first: { name, looksLike },
      channels: names.map((one, at) => ({
        name: one,
        chosen: chosen[at]?.displaySetUid,
        choices,
      })),
    };
  }

  /** A person says which series stands for a name. */
  choose(series: SourceSeries, name: string, displaySetUid: string): void {
    this.#chosen.set(keyOf(series, name), displaySetUid);
  }

  /** As {@link choose}, by the UID that a recipe holds; false where the study has no such series. */
  chooseSeries(series: SourceSeries, name: string, seriesInstanceUid: string): boolean {
    const found = this.#usable(series).find(({ seriesUid }) => seriesUid === seriesInstanceUid);
    if (found) this.choose(series, name, found.displaySetUid);
    return found !== undefined;
  }

  /** The images of a method in the order of its names, the open series first. Throws `CHANNEL_MISSING`. */
  require({ title, inputs }: SegmentationMethod, series: SourceSeries): readonly SourceSeries[] {
    const [first, ...names] = inputs.channels;
    const chosen = this.#choose(inputs.channels, series);
    const others = names.map((name, at) => {
      const found = chosen[at];
      if (found) return found;
      throw new CordonError({
        code: 'CHANNEL_MISSING',
        what: `"${title}" cannot start`,
        why: `it takes ${[first, ...names].join(', ')}, and no series is chosen for ${name}`,
        remedy: `choose the series for ${name} in the panel`,
      });
    });
    return [series, ...others];
  }

  /** Forgets everything: the mode is being left. */
  clear(): void {
    this.#chosen.clear();
  }

  /** For each further name the series that a person has chosen, or else the one that is guessed. */
  #choose(
    [, ...names]: readonly string[],
    series: SourceSeries
  ): readonly (SourceSeries | undefined)[] {
    const usable = this.#usable(series);
    const chosen = names.map((name) => {
      const uid = this.#chosen.get(keyOf(series, name));
      return usable.find(({ displaySetUid }) => displaySetUid === uid);
    });
    const left = usable.filter((other) => !chosen.includes(other));
    const open = names.filter((_, at) => !chosen[at]);
    const guessed = guessChannels(
      open,
      left.map(({ hints }) => hints)
    );
    return names.map((name, at) => chosen[at] ?? left[guessed[open.indexOf(name)] ?? -1]);
  }

  /** A series that looks like the first image, where the open one does not. */
  #betterFirst(name: string, series: SourceSeries): SourceSeries | undefined {
    const looksLikeIt = (one: SourceSeries) => guessChannels([name], [one.hints])[0] === 0;
    return looksLikeIt(series) ? undefined : this.#usable(series).find(looksLikeIt);
  }

  #usable(series: SourceSeries): readonly SourceSeries[] {
    return this.#follower
      .besides(series)
      .flatMap((other) =>
        other.outcome.ok && unfitOf(other, series) === undefined ? [other.outcome.series] : []
      );
  }
}

/** Why a series cannot be an image beside another; undefined where it can. */
function unfitOf({ outcome }: OtherSeries, { frameOfReferenceUid }: SourceSeries) {
  if (!outcome.ok) return outcome.error.why;
  if (frameOfReferenceUid === '') return 'the open series names no frame of reference';
  return outcome.series.frameOfReferenceUid === frameOfReferenceUid
    ? undefined
    : 'another frame of reference';
}

const keyOf = ({ studyUid }: SourceSeries, name: string) => `${studyUid} ${name.toLowerCase()}`;
