/**
 * @file Decimal strings (DS, PS3.5 6.2): at most 16 characters, with the exponent kept.
 */

/** The number as text with as many digits as fit. */
export function formatDecimal(value: number): string {
  if (!Number.isFinite(value)) return '0';
  const shortest = String(value);
  if (shortest.length <= 16) return shortest;
  for (let digits = 15; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
    const exponential = value.toExponential(digits - 1);
    if (exponential.length <= 16) return exponential;
  }
  return '0';
}

/** A decimal string of another program: unchanged when legal, shortened when it is too long. */
export function legalDecimals(text: string): string {
  return text
    .split('\\')
    .map((part) => (part.trim().length <= 16 ? part.trim() : formatDecimal(Number(part))))
    .join('\\');
}
