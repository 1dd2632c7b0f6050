/**
 * @file Reads model files over HTTP, from the folder beside the plugin or a site's own catalog.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { ReadModelFile } from './model-files';

/** A reader of the files below `folderUrl` (with a closing slash). Sends no credentials to another origin. */
export const fetchFrom =
  (folderUrl: string): ReadModelFile =>
  async (path) => {
    const url = new URL(path, folderUrl);
    const answer = await fetch(url, { credentials: 'same-origin' });
    const type = answer.headers.get('content-type') ?? '';
    if (answer.ok && !type.startsWith('text/html'))
      return new Uint8Array(await answer.arrayBuffer());
    throw new CordonError({
      code: 'MODEL_FILE_MISSING',
      what: 'A file of a model could not be fetched',
      why: answer.ok
        ? `${url.pathname} was answered with a web page`
        : `${url.pathname} was answered with status ${answer.status}`,
      remedy: 'check that the models folder is served beside the plugin',
    });
  };
