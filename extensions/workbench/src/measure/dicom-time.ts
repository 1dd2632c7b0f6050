/**
 * @file Dates and times as DICOM writes them (PS3.5 section 6.2: DA, TM, DT).
 */

/**
 * Seconds since 1970 of a date `YYYYMMDD` and a time `HH[MM[SS[.F…]]]`, an offset from UTC behind it left out; undefined when
 * either is missing or malformed. Only differences between such times of one place have a meaning.
 */
export function parseDicomDateTime(
  date: string | undefined,
  time: string | undefined
): number | undefined {
  const day = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date?.trim() ?? '');
  const clock = /^(\d{2}):?(?:(\d{2}):?(?:(\d{2}(?:\.\d{1,6})?))?)?(?:[+-]\d{4})?$/.exec(
    time?.trim() ?? ''
  );
  if (!day || !clock) return undefined;
  const [hours, minutes, seconds] = clock
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds >= 61) return undefined;
  const [month, dayOfMonth] = [Number(day[2]), Number(day[3])];
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) return undefined;
  const midnight = Date.UTC(Number(day[1]), month - 1, dayOfMonth) / 1000;
  return midnight + hours * 3600 + minutes * 60 + seconds;
}

/** Seconds of an offset from UTC `&ZZXX`, as it stands alone or at the end of a DT; undefined when there is none. */
export function parseUtcOffset(text: string | undefined): number | undefined {
  const offset = /([+-])(\d{2})(\d{2})$/.exec(text?.trim() ?? '');
  if (!offset) return undefined;
  const seconds = Number(offset[2]) * 3600 + Number(offset[3]) * 60;
  return offset[1] === '-' ? -seconds : seconds;
}
