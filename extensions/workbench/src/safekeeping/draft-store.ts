/**
 * @file The one store of unsaved work: IndexedDB, each draft encrypted with AES-GCM under a key of its user.
 *
 * The key is made in the browser, cannot be exported and stays there: a draft survives reload, crash and an expired token,
 * is readable for the same user in the same browser only, and is erased after a verified save or an explicit discard.
 * It keeps work from other users of the page and from a copied database; it is no protection against somebody who controls
 * the browser itself.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { CordonError } from '../errors/cordon-error';
import { decodeDraft, encodeDraft, summarySchema, type Draft, type DraftSummary } from './draft';

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  drafts: {
    key: [string, string];
    value: {
      readonly user: string;
      readonly id: string;
      readonly summary: Sealed;
      readonly content: Sealed;
    };
    indexes: { user: string };
  };
}

/** Encrypted bytes with their initialisation vector. */
interface Sealed {
  readonly iv: BufferSource;
  readonly bytes: ArrayBuffer;
}

export interface DraftStoreOptions {
  /** Stable name of the person: the token's subject; `anonymous` where nobody logs in. */
  readonly user: string;
  readonly databaseName?: string;
}

export class DraftStore {
  readonly #database: IDBPDatabase<Schema>;
  readonly #user: string;
  readonly #key: CryptoKey;

  private constructor(database: IDBPDatabase<Schema>, user: string, key: CryptoKey) {
    this.#database = database;
    this.#user = user;
    this.#key = key;
  }

  /** Opens the store for a user. Throws `DRAFTS_UNAVAILABLE` where the browser denies storage. */
  static async open(options: DraftStoreOptions): Promise<DraftStore> {
    if (globalThis.isSecureContext === false) throw insecure();
    try {
      const database = await openDB<Schema>(options.databaseName ?? 'cordon-drafts', 1, {
        upgrade: (created) => {
          created.createObjectStore('keys');
          const drafts = created.createObjectStore('drafts', { keyPath: ['user', 'id'] });
          drafts.createIndex('user', 'user');
        },
      });
      const user = await digest(options.user);
      return new DraftStore(database, user, await userKey(database, user));
    } catch (cause) {
      throw new CordonError({
        code: 'DRAFTS_UNAVAILABLE',
        what: 'Unsaved work is not kept on this computer',
        why: `the browser does not give storage (${cause instanceof Error ? cause.message : String(cause)})`,
        remedy: 'save often, or allow this site to store data',
        cause,
      });
    }
  }

  /** Keeps a draft, replacing the one with its id. Throws `DRAFTS_FULL`; the older one is then still there. */
  async put(draft: Draft): Promise<void> {
    const { id, studyInstanceUid, seriesInstanceUid, label, changedAt } = draft;
    const about: DraftSummary = { id, studyInstanceUid, seriesInstanceUid, label, changedAt };
    const row = {
      user: this.#user,
      id,
      summary: await this.#seal(id, 'summary', new TextEncoder().encode(JSON.stringify(about))),
      content: await this.#seal(id, 'content', await encodeDraft(draft)),
    };
    try {
      await this.#database.put('drafts', row);
    } catch (cause) {
      throw new CordonError({
        code: 'DRAFTS_FULL',
        what: 'The latest changes could not be kept on this computer',
        why: `the browser's storage is full or was refused (${cause instanceof Error ? cause.message : String(cause)})`,
        remedy: 'save the segmentation now, and free disk space',
        cause,
      });
    }
  }

  /** What the user has not saved yet, newest first; of one study where it is given. */
  async list(studyInstanceUid?: string): Promise<readonly DraftSummary[]> {
    const rows = await this.#database.getAllFromIndex('drafts', 'user', this.#user);
    const summaries = await Promise.all(rows.map((row) => this.#summary(row.id, row.summary)));
    return summaries
      .filter((one) => studyInstanceUid === undefined || one.studyInstanceUid === studyInstanceUid)
      .sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1));
  }

  /** A draft with its content; undefined when there is none with this id. Throws `DRAFT_CORRUPT`. */
  async get(id: string): Promise<Draft | undefined> {
    const row = await this.#database.get('drafts', [this.#user, id]);
    if (!row) return undefined;
    const content = await this.#unseal(id, 'content', row.content);
    return { ...(await this.#summary(id, row.summary)), ...(await decodeDraft(content)) };
  }

  async #summary(id: string, sealed: Sealed): Promise<DraftSummary> {
    const text = new TextDecoder().decode(await this.#unseal(id, 'summary', sealed));
    return summarySchema.parse(JSON.parse(text));
  }

  /** What is encrypted for one person, draft and part cannot be put in place of another. */
  #place(id: string, part: 'summary' | 'content'): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(`${this.#user}\n${id}\n${part}`);
  }

  async #seal(id: string, part: 'summary' | 'content', plain: Uint8Array): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: 'AES-GCM', iv, additionalData: this.#place(id, part) };
    return {
      iv,
      bytes: await crypto.subtle.encrypt(how, this.#key, plain as Uint8Array<ArrayBuffer>),
    };
  }

  async #unseal(
    id: string,
    part: 'summary' | 'content',
    { iv, bytes }: Sealed
  ): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const how = { name: 'AES-GCM', iv, additionalData: this.#place(id, part) };
      return new Uint8Array(await crypto.subtle.decrypt(how, this.#key, bytes));
    } catch (cause) {
      throw new CordonError({
        code: 'DRAFT_CORRUPT',
        what: 'The kept work cannot be restored',
        why: 'it was changed or belongs to another key',
        remedy: 'discard it and segment again',
        cause,
      });
    }
  }

  /** Erases a draft: after a verified save, or when the user discards it. */
  async delete(id: string): Promise<void> {
    await this.#database.delete('drafts', [this.#user, id]);
  }

  close(): void {
    this.#database.close();
  }
}

/** Browsers encrypt on secure pages only. */
const insecure = () =>
  new CordonError({
    code: 'DRAFTS_UNAVAILABLE',
    what: 'Unsaved work is not kept on this computer',
    why: 'the page was not loaded over HTTPS, and without it the browser cannot encrypt',
    remedy: 'save often, and ask IT to serve the viewer over HTTPS',
  });

/** The user's key; made once, not extractable. */
async function userKey(database: IDBPDatabase<Schema>, user: string): Promise<CryptoKey> {
  const known = await database.get('keys', user);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  // Another tab may have made one meanwhile: the first stays.
  const transaction = database.transaction('keys', 'readwrite');
  const first = await transaction.store.get(user);
  if (!first) await transaction.store.put(made, user);
  await transaction.done;
  return first ?? made;
}

/** SHA-256 in hexadecimal: the database holds no name of a person. */
async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
