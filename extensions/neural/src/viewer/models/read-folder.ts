/** @file Files that a person has chosen, read as a model's folder. */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { ReadModelFile } from '../../catalog/model-files';

/** Reads files by their path below the chosen folder. */
export function readFolder(files: readonly File[]): ReadModelFile {
  const byPath = new Map(
    files.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file])
  );
  return async (path) => {
    const file = byPath.get(path);
    if (file) return new Uint8Array(await file.arrayBuffer());
    throw new CordonError({
      code: 'MODEL_FILE_MISSING',
      what: 'The model was not added',
      why: `the folder has no ${path}`,
      remedy: 'choose the folder that holds metadata.json and the files that it names',
    });
  };
}

/** A model of two files that are in memory. */
export function readPair(manifest: string, graph: Uint8Array): ReadModelFile {
  return (path) =>
    Promise.resolve(path === 'metadata.json' ? new TextEncoder().encode(manifest) : graph);
}
