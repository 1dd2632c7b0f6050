/**
 * @file The panel's state: replaced as a whole, so that the panel sees every change and nothing in between.
 */
import { isAbort, toCordonError } from '../errors/cordon-error';
import { FREE_RULE } from '../editing/write-rule';
import type { PanelMessage, PanelState } from '../ui/panel-model';

export const EMPTY_STATE: PanelState = {
  ready: false,
  methods: [],
  segments: [],
  writeRule: FREE_RULE,
  messages: [],
  canUndo: false,
  canRedo: false,
  drafts: { keeping: 'on', left: [] },
};

const MAX_MESSAGES = 4;

export class PanelStore {
  #state: PanelState = EMPTY_STATE;
  #messages = 0;
  /** How many pieces of work want their changes shown together. */
  #together = 0;
  readonly #listeners = new Set<() => void>();

  get state(): PanelState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  set(change: Partial<PanelState>): void {
    this.#replace({ ...this.#state, ...change });
  }

  /** As {@link set}, with what was read anew: what says the same as before stays the same object, and nothing is drawn for it. */
  renew(change: Partial<PanelState>): void {
    const before = this.#state;
    const news = Object.entries(change).filter(
      ([part, value]) => JSON.stringify(value) !== JSON.stringify(before[part as keyof PanelState])
    );
    if (news.length > 0) this.set(Object.fromEntries(news));
  }

  /** Listeners hear once, at the end, of everything that `work` changes: the panel is drawn once. */
  together(work: () => void): void {
    const before = this.#state;
    this.#together++;
    try {
      work();
    } finally {
      this.#together--;
      if (this.#state !== before) this.#tell();
    }
  }

  /** Shows an error, and returns its id; cancelled and superseded work is none. The same text is shown once. */
  report(error: unknown): string | undefined {
    const { code, what, why, remedy } = toCordonError(error);
    if (isAbort(error) || code === 'SUPERSEDED') return undefined;
    return this.say({ kind: 'error', what, why, remedy });
  }

  /** Shows a message, and returns its id. */
  say(message: Omit<PanelMessage, 'id'>): string {
    const others = this.#state.messages.filter(
      (other) => other.what !== message.what || other.why !== message.why
    );
    const id = `message-${++this.#messages}`;
    this.set({ messages: [...others, { ...message, id }].slice(-MAX_MESSAGES) });
    return id;
  }

  dismiss(id: string): void {
    this.set({ messages: this.#state.messages.filter((message) => message.id !== id) });
  }

  /** Everything as at the start; nothing of the last patient stays. */
  reset(): void {
    this.#replace(EMPTY_STATE);
  }

  #replace(state: PanelState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    if (this.#together > 0) return;
    for (const listener of this.#listeners) listener();
  }
}
