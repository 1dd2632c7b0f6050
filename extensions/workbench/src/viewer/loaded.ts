/**
 * @file Which parts of Cordon have been loaded into this page. The parts are separate files that may be missing, so they
 * tell each other through the page instead of importing each other.
 */
const KEY = Symbol.for('cordon.loaded');

interface Page {
  [KEY]?: Set<string>;
}

const ids = (): Set<string> => ((globalThis as Page)[KEY] ??= new Set());

/** Says that the extension with this id is ready. */
export function markLoaded(id: string): void {
  ids().add(id);
}

/** True when the extension with this id is ready. */
export const isLoaded = (id: string): boolean => ids().has(id);
