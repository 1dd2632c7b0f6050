/**
 * @file What the panel remembers of its user between visits: favourites, open sections, often used terms. Never
 * anything of a patient. Kept in the page's local storage; where that is denied, until the page is closed.
 */
import { z } from 'zod';

const schema = z.object({
  favourites: z.array(z.string()).default([]),
  closedSections: z.array(z.string()).default([]),
  /** Drawing tools that have explained themselves. */
  explainedTools: z.array(z.string()).default([]),
  /** Keys of terms, the latest first. */
  recentTerms: z.array(z.string()).default([]),
  /** How often each term was chosen. */
  termCounts: z.record(z.string(), z.int().min(0)).default({}),
  /** Methods that have explained themselves. */
  metMethods: z.array(z.string()).default([]),
  /** Ranges of values under names of the user's own, by modality. */
  ranges: z
    .array(
      z.object({
        name: z.string().min(1),
        modality: z.string(),
        lower: z.number(),
        upper: z.number(),
      })
    )
    .default([]),
});

export type Preferences = Readonly<z.output<typeof schema>>;

const STORAGE_KEY = 'cordon.panel';
const NOTHING: Preferences = schema.parse({});

/** The part of Storage that is used. */
export interface PreferenceStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class PreferenceStore {
  #value: Preferences;
  readonly #storage: PreferenceStorage | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(storage: PreferenceStorage | undefined) {
    this.#storage = storage;
    this.#value = read(storage);
  }

  /** The same object until something changes. */
  get(): Preferences {
    return this.#value;
  }

  change(part: Partial<Preferences>): void {
    this.#value = { ...this.#value, ...part };
    write(this.#storage, this.#value);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

/** The page's local storage; undefined where the browser denies it. */
export function pageStorage(): PreferenceStorage | undefined {
  try {
    return window.localStorage;
  } catch {
    // Denied by the browser's settings: preferences then live as long as the page.
    return undefined;
  }
}

function read(storage: PreferenceStorage | undefined): Preferences {
  try {
    const parsed = schema.safeParse(JSON.parse(storage?.getItem(STORAGE_KEY) ?? '{}'));
    return parsed.success ? parsed.data : NOTHING;
  } catch {
    // Not JSON, or reading is denied: start afresh.
    return NOTHING;
  }
}

function write(storage: PreferenceStorage | undefined, value: Preferences): void {
  try {
    storage?.setItem(STORAGE_KEY, JSON.stringify(value));
  } catch {
    // Full or denied: the value in memory still holds, and losing a favourite does no harm.
  }
}
