/**
 * @file A light extension object. The host registers it before its chunk is there; when the chunk cannot be loaded the
 * viewer opens all the same and says what is missing. Must not import anything that touches the viewer's globals.
 */
import { CordonError, toCordonError } from '../errors/cordon-error';
import type { ExtensionContext, ExtensionImplementation } from './host';
import { markLoaded } from './loaded';
import { notifyError } from './notify';

/** An extension object as the host registers it: its modules are added by {@link softExtension} once they are there. */
export interface LightExtension extends ExtensionImplementation {
  readonly id: string;
  preRegistration(context: ExtensionContext): Promise<void>;
}

/** The extension object with this id; `load` imports the chunk with everything else. */
export function softExtension(
  id: string,
  load: () => Promise<ExtensionImplementation>
): LightExtension {
  const extension: LightExtension = {
    id,
    async preRegistration(context) {
      try {
        const { preRegistration, ...rest } = await load();
        await preRegistration?.(context);
        // The host looks for hooks and modules after this hook has ended.
        Object.assign(extension, rest);
        markLoaded(id);
      } catch (error) {
        notifyError(context.servicesManager.services.uiNotificationService, loadError(id, error));
      }
    },
  };
  return extension;
}

/** An error that a person can act on: which part of Cordon is missing and why. */
export function loadError(id: string, error: unknown): CordonError {
  if (error instanceof CordonError) return error;
  return new CordonError({
    code: 'PLUGIN_INCOMPLETE',
    what: `Cordon is incomplete: ${id.replace(/^@cordon\/(extension-|mode-)?/, '')} could not be loaded`,
    why: toCordonError(error).why,
    remedy: 'put all files of the plugin folder beside each other on the web server, then reload',
    cause: error,
  });
}
