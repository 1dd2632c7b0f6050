/**
 * @file Keeps what the checks of engines said, in the browser: names of devices and hashes of models, nothing of patients.
 */
import { openDB } from 'idb';
import type { VerdictStore } from './engine-room';

const STORE = 'verdicts';

/** Where the browser keeps nothing (private windows), every run checks again. */
export function openVerdicts(): VerdictStore {
  const opening = openDB('cordon-engines', 1, {
    upgrade(database) {
      database.createObjectStore(STORE);
    },
  }).catch(() => undefined);
  return {
    get: async (key) => (await (await opening)?.get(STORE, key)) as string | undefined,
    set: async (key, verdict) => {
      await (await opening)?.put(STORE, verdict, key);
    },
  };
}
