/**
 * @file `cordon models`: the networks of this installation, and whether their files are those that were published.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import {
  inModelFolder,
  readManifest,
  sha256,
  type CatalogEntry,
} from '@cordon/extension-neural/pure';
import { installedModels, modelsFolder, readFrom, type Installation } from './method-list';
import { printJson, printLine, type Terminal } from './terminal';
import { usageError } from './usage';

export async function modelsCommand(
  options: { readonly json?: boolean },
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const models = await installedModels(installation);
  if (options.json) printJson(terminal, models);
  else if (models.length === 0) printLine(terminal, 'There is no model in this installation.');
  else {
    for (const { id, version, title, modalities, bytes, status, licence } of models) {
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      printLine(
        terminal,
        `${id} ${version} (${status}) — ${title}; ${modalities.join(', ')}; ${size}; ${licence}`
      );
    }
  }
}

export async function verifyModelsCommand(
  ids: readonly string[],
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const models = await installedModels(installation);
  const unknown = ids.find((id) => !models.some((model) => model.id === id));
  if (unknown !== undefined) {
    const known = models.map(({ id }) => id).join(', ') || 'none';
    throw usageError(`There is no model "${unknown}"`, `known are ${known}`, 'choose one of these');
  }
  const chosen = ids.length === 0 ? models : models.filter(({ id }) => ids.includes(id));
  const problems: string[] = [];
  for (const model of chosen) {
    const found = await problemsOf(model, installation);
    problems.push(...found);
    printLine(terminal, `${model.id}: ${found.length === 0 ? 'as published' : found.join('; ')}`);
  }
  if (problems.length === 0) return;
  throw new CordonError({
    code: 'MODEL_FILE_CHANGED',
    what: 'Models are not as they were published',
    why: problems.join('; '),
    remedy: 'install these models again from their source',
  });
}

async function problemsOf(
  model: CatalogEntry,
  installation: Installation
): Promise<readonly string[]> {
  const folder = modelsFolder(installation);
  if (!folder) return ['there is no models folder'];
  const read = readFrom(folder);
  let manifest: Awaited<ReturnType<typeof readManifest>>;
  try {
    manifest = await readManifest(model, read);
  } catch (error) {
    return [error instanceof CordonError ? error.why : `${model.id}/metadata.json cannot be read`];
  }
  const problems: string[] = [];
  for (const file of manifest.cordon.files) {
    try {
      const bytes = await inModelFolder(read, model.id)(file.path);
      if (bytes.byteLength !== file.bytes || (await sha256(bytes)) !== file.sha256) {
        problems.push(`${model.id}/${file.path} was changed`);
      }
    } catch {
      problems.push(`${model.id}/${file.path} is missing`); // that is what is looked for
    }
  }
  return problems;
}
