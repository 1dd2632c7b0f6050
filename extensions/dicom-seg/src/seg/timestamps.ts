/**
 * @file Dates and times (DA, TM) together with the offset from UTC that makes them mean something.
 */

export interface Timestamps {
  /** YYYYMMDD. */
  readonly date: string;
  /** HHMMSS.FFFFFF. */
  readonly time: string;
  /** ±HHMM; applies to all dates and times of the object, those taken from the study too. */
  readonly offset: string;
}

/** `at` in the offset of the source where it tells one, else in that of this machine. */
export function timestamps(at: Date, sourceOffset: string | undefined): Timestamps {
  const minutes = parseOffset(sourceOffset) ?? -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + minutes * 60_000).toISOString();
  const sign = minutes < 0 ? '-' : '+';
  const total = Math.abs(minutes);
  return {
    date: shifted.slice(0, 10).replaceAll('-', ''),
    time: `${shifted.slice(11, 19).replaceAll(':', '')}.${shifted.slice(20, 23)}000`,
    offset: `${sign}${String(Math.floor(total / 60)).padStart(2, '0')}${String(total % 60).padStart(2, '0')}`,
  };
}

function parseOffset(text: string | undefined): number | undefined {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(text ?? '');
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
