/** @file Joins class names. */

/** The given class names, without the empty ones. */
export const classes = (...names: readonly (string | false | undefined)[]): string =>
  names.filter(Boolean).join(' ');
