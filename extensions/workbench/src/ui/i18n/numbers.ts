/**
 * @file Numbers as the reader's language writes and reads them.
 */

/** `value` with at most `decimals` decimals, grouped. */
export function formatNumber(value: number, language: string, decimals = 3): string {
  return numberFormat(language, decimals).format(value);
}

/** Four significant digits at most, for measured quantities. */
export function formatMeasure(value: number, language: string): string {
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return formatNumber(value, language, Math.min(6, Math.max(0, 3 - magnitude)));
}

/** `value` with its unit, for example "12.3 ml"; the unit is left out when it is empty. */
export function formatQuantity(value: number, unit: string, language: string): string {
  const number = formatMeasure(value, language);
  // A no-break space keeps the number with its unit.
  return unit ? `${number}\u00a0${unit}` : number;
}

export function formatPercent(fraction: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(
    fraction
  );
}

/** A text for editing: no grouping, the language's decimal sign. */
export function editableNumber(value: number, language: string, decimals: number): string {
  return new Intl.NumberFormat(language, {
    useGrouping: false,
    maximumFractionDigits: decimals,
  }).format(value);
}

/**
 * The number that a person typed, undefined when it is none. Point and the language's decimal sign both count; a
 * group sign is read as one only where three digits follow and no zero leads, so that "1.234" is 1234 in German, but "1.5" is 1.5
 * and "0.125" is 0.125.
 */
export function parseNumber(text: string, language: string): number | undefined {
  const { decimal, group, digits } = signs(language);
  let plain = text.trim().replace(/[\u2212\u2012\u2013]/g, '-');
  plain = plain.replace(/[\u200e\u200f\u061c\s\u00a0\u202f]/g, '');
  digits.forEach((digit, value) => {
    plain = plain.replaceAll(digit, String(value));
  });
  if (APOSTROPHES.test(group)) plain = plain.split(APOSTROPHES).join(group);
  const grouped = new RegExp(
    `^[-+]?[1-9]\\d{0,2}(\\${group}\\d{2,3})*\\${group}\\d{3}(\\${decimal}\\d+)?$`
  );
  if (grouped.test(plain)) plain = plain.replaceAll(group, '');
  plain = plain.replace(decimal, '.');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** Any of them stands for the group sign of Switzerland. */
const APOSTROPHES = /['\u2019\u02bc]/;

/** Decimals that a step needs: 1 → 0, 0.25 → 2. */
export function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 8; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.max(1, scaled)) return decimals;
  }
  return 8;
}

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(language: string, decimals: number): Intl.NumberFormat {
  const key = `${language} ${decimals}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { maximumFractionDigits: decimals });
  formats.set(key, made);
  return made;
}

interface Signs {
  readonly decimal: string;
  readonly group: string;
  readonly digits: readonly string[];
}

function signs(language: string): Signs {
  const parts = new Intl.NumberFormat(language).formatToParts(-1234567.8);
  const find = (type: string, fallback: string) =>
    parts.find((part) => part.type === type)?.value ?? fallback;
  const digit = new Intl.NumberFormat(language, { useGrouping: false });
  return {
    decimal: find('decimal', '.'),
    group: find('group', ','),
    digits: Array.from({ length: 10 }, (_, value) => digit.format(value)),
  };
}
