/**
 * @file Which series of a study a method means by the names of its images, guessed from what series say of themselves: a proposal
 * for a person to correct.
 *
 * A series is known by its description, else by its protocol, else, for MR, by its times: echo below 30 ms and repetition below
 * 1000 ms (or inversion below 1500 ms) T1, echo from 60 ms on T2, with an inversion from 1500 ms on FLAIR.
 */

/** What a series says of itself; what it leaves out is absent. Times in milliseconds. */
export interface SeriesHints {
  readonly modality: string;
  readonly description: string;
  readonly protocol?: string;
  readonly echoMs?: number;
  readonly repetitionMs?: number;
  readonly inversionMs?: number;
  /** A contrast agent was given. */
  readonly enhanced?: boolean;
}

type Kind = 'T1' | 'T1 enhanced' | 'T2' | 'T2*' | 'FLAIR' | 'PD' | 'DWI' | 'ADC' | 'CT' | 'PET';

/** In this order: what stands first is meant where several words are there. */
const WORDS: readonly (readonly [Kind, RegExp])[] = [
  ['ADC', /\badc\b/],
  ['DWI', /\b(dwi|diff(usion)?|trace)\b/],
  ['FLAIR', /flair/],
  ['T2*', /t2 ?(star|\*)|\bswi\b/],
  [
    'T1 enhanced',
    /\bt1 ?(c|ce|gd|gad|km|post|enhanced)\b|\bt1\b.*(\+|\b(c|ce|gd|gad|km|post|contrast|enhanced)\b)/,
  ],
  ['T1', /\bt1\b|mp ?rage|\bt1(w|pre|fs|se|tse|fl2d|fl3d|mpr)\b/],
  ['T2', /\bt2\b|\bt2(w|fs|tse|tir)\b/],
  ['PD', /\bpd\b|\bpd(w|fs)\b|proton density/],
  ['PET', /\b(pet|pt|suv|fdg)\b/],
  ['CT', /\bct\b/],
];

/**
 * For each name the index of the series that is meant, no series twice; undefined where none is. Of several that fit, the first.
 */
export function guessChannels(
  names: readonly string[],
  series: readonly SeriesHints[]
): readonly (number | undefined)[] {
  const kinds = series.map(kindOfSeries);
  const taken = new Set<number>();
  const take = (fits: (at: number) => boolean) => {
    const found = series.findIndex((_, at) => !taken.has(at) && fits(at));
    if (found < 0) return undefined;
    taken.add(found);
    return found;
  };
  return names.map((name) => {
    const kind = kindOfText(name);
    if (kind) return take((at) => kinds[at] === kind);
    return take((at) => plain(series[at].description).includes(plain(name).trim()));
  });
}

function kindOfSeries(series: SeriesHints): Kind | undefined {
  const { description, protocol = '', modality, enhanced = false } = series;
  const said = kindOfText(description) ?? kindOfText(protocol) ?? kindOfTimes(series);
  const kind = said ?? kindOfText(modality);
  return kind === 'T1' && enhanced && !/\bpre\b|t1pre/.test(plain(description))
    ? 'T1 enhanced'
    : kind;
}

function kindOfText(text: string): Kind | undefined {
  const words = plain(text);
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0];
}

function kindOfTimes({ modality, echoMs, repetitionMs, inversionMs = 0 }: SeriesHints) {
  if (modality !== 'MR' || !echoMs || !repetitionMs) return undefined;
  if (echoMs >= 60) return inversionMs >= 1500 ? 'FLAIR' : 'T2';
  const isShort = repetitionMs < 1000 || (inversionMs > 0 && inversionMs < 1500);
  return echoMs < 30 && isShort ? 'T1' : undefined;
}

/** In small letters, with spaces for what separates words. */
const plain = (text: string): string => ` ${text.toLowerCase().replace(/[_\-./()]+/g, ' ')} `;
