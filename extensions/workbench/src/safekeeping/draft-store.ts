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
import { decodeDraft, encodeDraft, type Draft, type DraftSummary } from './draft';

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  drafts: {
    key: [string, string];
    value: DraftSummary & {
      readonly user: string;
      readonly iv: BufferSource;
      readonly bytes: ArrayBuffer;
    };
    indexes: { user: string };
  };
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
    const content = await encodeDraft(draft);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(`${this.#user}\n${draft.id}`);
    const bytes = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData },
      this.#key,
      content as Uint8Array<ArrayBuffer>
    );
    const { id, studyInstanceUid, seriesInstanceUid, label, changedAt } = draft;
    const summary = { id, studyInstanceUid, seriesInstanceUid, label, changedAt };
    try {
      await this.#database.put('drafts', { ...summary, user: this.#user, iv, bytes });
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
    return rows
      .filter((row) => studyInstanceUid === undefined || row.studyInstanceUid === studyInstanceUid)
      .map(({ id, studyInstanceUid, seriesInstanceUid, label, changedAt }) => ({
        id,
        studyInstanceUid,
        seriesInstanceUid,
        label,
        changedAt,
      }))
      .sort((a, b) => (a.changedAt < b.changedAt ? 1 : -1));
  }

  /** A draft with its content; undefined when there is none with this id. Throws `DRAFT_CORRUPT`. */
  async get(id: string): Promise<Draft | undefined> {
    const row = await this.#database.get('drafts', [this.#user, id]);
    if (!row) return undefined;
    const additionalData = new TextEncoder().encode(`${this.#user}\n${id}`);
    let content: ArrayBuffer;
    try {
      const how = { name: 'AES-GCM', iv: row.iv, additionalData };
      content = await crypto.subtle.decrypt(how, this.#key, row.bytes);
    } catch (cause) {
      throw new CordonError({
        code: 'DRAFT_CORRUPT',
        what: 'The kept work cannot be restored',
        why: 'it was changed or belongs to another key',
        remedy: 'discard it and segment again',
        cause,
      });
    }
    const { studyInstanceUid, seriesInstanceUid, label, changedAt } = row;
    const decoded = await decodeDraft(new Uint8Array(content));
    return { id, studyInstanceUid, seriesInstanceUid, label, changedAt, ...decoded };
  }

  /** Erases a draft: after a verified save, or when the user discards it. */
  async delete(id: string): Promise<void> {
    await this.#database.delete('drafts', [this.#user, id]);
  }

  close(): void {
    this.#database.close();
  }
}

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
