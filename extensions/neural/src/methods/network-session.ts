/**
 * @file The session of a method that runs a network: opens the model, runs it, and changes the engine when one fails.
 */
import {
  CordonError,
  type MethodResult,
  type MethodSession,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { openModel, type ModelFiles, type OpenModel } from '../engine/open-model';

export interface ModelSource extends ModelFiles {
  /** SHA-256 of the manifest, for recipes: it names the files of the model by theirs. */
  readonly manifestSha256?: string;
}

export type RunModel<P> = (
  model: OpenModel,
  request: Parameters<MethodSession<P>['update']>[0],
  context: UpdateContext
) => Promise<MethodResult>;

/**
 * A session that opens the model with its first update, so that loading shows its progress, and keeps it. When a faster
 * engine breaks down on the way, the whole run is done again on WebAssembly, and the result says so.
 */
export function networkSession<P>(
  source: ModelSource,
  run: RunModel<P>
): Promise<MethodSession<P>> {
  let opened: Promise<OpenModel> | undefined;
  const open = (context: UpdateContext, without?: string) => {
    const opening = openModel(source, context, without);
    opened = opening;
    // An opening that failed is tried anew by the next update.
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  };
  const finish = (model: OpenModel, result: MethodResult): MethodResult => ({
    ...result,
    warnings: [...model.notes, ...result.warnings],
    runtime: { provider: model.provider, title: model.title },
  });
  return Promise.resolve({
    update: async (request, context) => {
      const model = await (opened ?? open(context));
      try {
        return finish(model, await run(model, request, context));
      } catch (error) {
        if (model.provider === 'wasm' || !brokeDown(error)) throw error;
        await model.release().catch(() => undefined); // a lost device cannot be released
        const other = await open(context, error.why);
        return finish(other, await run(other, request, context));
      }
    },
    close: () => {
      opened?.then(
        (model) => void model.release(),
        () => undefined // what did not open needs no closing
      );
    },
  });
}

/** The engine failed, not the request. */
const brokeDown = (error: unknown): error is CordonError =>
  error instanceof CordonError && ['MODEL_RUN_FAILED', 'MODEL_OUTPUT_INVALID'].includes(error.code);
