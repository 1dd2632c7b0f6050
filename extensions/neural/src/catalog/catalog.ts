/**
 * @file The list of models in a folder, as models/index.json gives it. Listing loads no runtime and no weights.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { parseManifest, type Manifest } from './manifest';
import { sha256, type ReadModelFile } from './model-files';

const entrySchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  version: z.string(),
  task: z.string(),
  architecture: z.string(),
  modalities: z.array(z.string()),
  manifestSha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1),
  licence: z.string(),
  /** `experimental` until the model has met its target. */
  status: z.string(),
});

const indexSchema = z.object({
  schema: z.literal('cordon-models/1'),
  models: z.array(entrySchema),
});

export type CatalogEntry = z.output<typeof entrySchema>;

/** The models of a catalog; `read` takes paths relative to the catalog's folder. Throws `CATALOG_INVALID`. */
export async function listModels(read: ReadModelFile): Promise<readonly CatalogEntry[]> {
  const parsed = indexSchema.safeParse(toJson(await read('index.json'), 'index.json'));
  if (parsed.success) return parsed.data.models;
  const [issue] = parsed.error.issues;
  throw catalogError(`index.json: ${issue.path.join('.')}: ${issue.message}`);
}

/** The manifest of a listed model, when it is the one that was listed. */
export async function readManifest(entry: CatalogEntry, read: ReadModelFile): Promise<Manifest> {
  const path = `${entry.id}/metadata.json`;
  const bytes = await read(path);
  if ((await sha256(bytes)) !== entry.manifestSha256) {
    throw catalogError(`${path} is not the file that index.json lists (SHA-256 differs)`);
  }
  return parseManifest(toJson(bytes, path));
}

/** Reads files of one model's folder. */
export const inModelFolder =
  (read: ReadModelFile, id: string): ReadModelFile =>
  (path) =>
    read(`${id}/${path}`);

function toJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw catalogError(`${path} is not JSON`, cause);
  }
}

const catalogError = (why: string, cause?: unknown) =>
  new CordonError({
    code: 'CATALOG_INVALID',
    what: 'The list of models cannot be used',
    why,
    remedy: 'copy the whole models folder again',
    cause,
  });
