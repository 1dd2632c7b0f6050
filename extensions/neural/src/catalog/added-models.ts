/**
 * @file Models that a person has added: kept in the browser, verified when they came in and again at every run.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { openDB } from 'idb';
import type { AcceptedModel } from './accept-model';
import type { ReadModelFile } from './model-files';

const STORE = 'models';

interface StoredModel {
  readonly id: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

const open = () =>
  openDB('cordon-models', 1, {
    upgrade(database) {
      database.createObjectStore(STORE, { keyPath: 'id' });
    },
  });

export async function keepModel({ manifest, files }: AcceptedModel): Promise<void> {
  const stored: StoredModel = {
    id: manifest.cordon.id,
    files: [...files].map(([path, bytes]) => ({ path, bytes })),
  };
  const database = await open();
  await database.put(STORE, stored);
  database.close();
}

export async function forgetModel(id: string): Promise<void> {
  const database = await open();
  await database.delete(STORE, id);
  database.close();
}

/** Ids of the models that were added. */
export async function addedModels(): Promise<readonly string[]> {
  const database = await open();
  const keys = await database.getAllKeys(STORE);
  database.close();
  return keys.map(String);
}

/** Reads the files of an added model. */
export const readAdded =
  (id: string): ReadModelFile =>
  async (path) => {
    const database = await open();
    const stored = (await database.get(STORE, id)) as StoredModel | undefined;
    database.close();
    const file = stored?.files.find((one) => one.path === path);
    if (file) return file.bytes;
    throw new CordonError({
      code: 'MODEL_FILE_MISSING',
      what: 'A file of an added model is missing',
      why: `the browser keeps no ${path} of "${id}"`,
      remedy: 'add the model again',
    });
  };
