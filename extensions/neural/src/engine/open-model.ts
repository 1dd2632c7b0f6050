/**
 * @file Opens all graphs of a model on one engine: a faster one where the device has it and its answer to the golden tile
 * is right, WebAssembly otherwise. The whole model falls back, and says why.
 */
import { abortError, CordonError, type Progress } from '@cordon/extension-workbench/pure';
import { checkGraph, checkPromises } from '../catalog/check-graph';
import type { Manifest } from '../catalog/manifest';
import { readVerified, type ReadModelFile } from '../catalog/model-files';
import { CHECK_LIMIT_MS, PASSED, type EngineRoom, type Engines } from './engine-room';
import { goldenDeviation, goldenTolerance, hasGolden, readGolden, rolesOf } from './golden';
import { openNetwork, type OpenNetwork, type Provider } from './network';

export interface OpenModel {
  readonly provider: Provider;
  /** For a person: `WebAssembly, 2 threads`. */
  readonly title: string;
  /** Why a faster engine was not used, when there is something to say. */
  readonly notes: readonly string[];
  /** The graph with this role. Throws `MODEL_FILE_MISSING`. */
  graph(role: string): OpenNetwork;
  release(): Promise<void>;
}

export interface OpenContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ModelFiles extends Engines {
  readonly manifest: Manifest;
  readonly read: ReadModelFile;
}

/**
 * Opens a model. Loading, preparing and checking report their progress apart. With `without` an engine that has failed is
 * left out, for that reason.
 */
export async function openModel(
  files: ModelFiles,
  context: OpenContext,
  without?: string
): Promise<OpenModel> {
  const notes: string[] = [];
  if (without !== undefined) notes.push(fallBackNote(files, without));
  else if (files.loadAccelerated) {
    try {
      const engine = await files.loadAccelerated();
      if (engine) return await openAccelerated(files, engine, context);
    } catch (error) {
      if (context.signal?.aborted) throw abortError();
      if (isFileProblem(error)) throw error;
      notes.push(fallBackNote(files, reasonOf(error)));
    }
  }
  return openGraphs(files, await files.loadEngine(), context, notes);
}

/** Files that are damaged or missing are so for every engine. */
const isFileProblem = (error: unknown) =>
  error instanceof CordonError &&
  [
    'MODEL_FILE_CHANGED',
    'MODEL_FILE_MISSING',
    'MODEL_FILE_UNSAFE',
    'MODEL_MANIFEST_INVALID',
    'MODEL_UNSUPPORTED',
  ].includes(error.code);

const fallBackNote = ({ acceleratedName = 'WebGPU' }: Engines, reason: string) =>
  `${acceleratedName} was not used: ${reason}.`;

const reasonOf = (error: unknown): string =>
  error instanceof CordonError ? error.why : error instanceof Error ? error.message : String(error);

async function openAccelerated(
  files: ModelFiles,
  engine: EngineRoom,
  context: OpenContext
): Promise<OpenModel> {
  if (!hasGolden(files.manifest)) {
    throw new Error('the model brings no golden tile to check it with');
  }
  const { sha256: hash } = files.manifest.cordon.files[0];
  const key = `${engine.signature ?? engine.title} ${files.manifest.cordon.id} ${hash}`;
  const known = await files.verdicts?.get(key);
  if (known !== undefined && known !== PASSED) throw new Error(known);
  const limitMs = files.checkLimitMs ?? CHECK_LIMIT_MS;
  const limit = new StepLimit(limitMs);
  const checking = openChecked(files, engine, context, limit, known === PASSED);
  const outcome = await Promise.race([checking, limit.isOver]);
  if (outcome === undefined) {
    // What comes of it later is not wanted any more.
    checking.then((late) => void late.release()).catch(() => undefined);
    const verdict = `it gave no answer within ${limitMs / 1000} s`;
    await files.verdicts?.set(key, verdict);
    throw new Error(verdict);
  }
  if (known !== PASSED) await files.verdicts?.set(key, outcome.verdict ?? PASSED);
  if (outcome.verdict === undefined) {
    const { deviation } = outcome;
    if (!files.tellsDeviation || deviation === undefined) return outcome;
    return { ...outcome, notes: [...outcome.notes, deviationNote(engine, deviation)] };
  }
  await outcome.release();
  throw new Error(outcome.verdict);
}

/** A model on an engine, and what is wrong with its answer to the golden tile, if anything is. */
interface CheckedModel extends OpenModel {
  readonly verdict?: string;
  /** How far its answer was off; absent when it was trusted from before. */
  readonly deviation?: number;
}

const deviationNote = ({ title }: EngineRoom, deviation: number) =>
  `${title} was used; on the golden tile it differs from the training by at most ${deviation.toPrecision(2)}. Single voxels may differ from those of the browser.`;

async function openChecked(
  files: ModelFiles,
  engine: EngineRoom,
  context: OpenContext,
  limit: StepLimit,
  isTrusted: boolean
): Promise<CheckedModel> {
  const { manifest, read } = files;
  const model = await openGraphs(files, engine, context, [], limit);
  if (isTrusted) return model;
  try {
    context.onProgress?.({ fraction: 0, message: 'The network is checked on this device' });
    const tolerance = goldenTolerance(manifest);
    let deviation = 0;
    for (const role of rolesOf(manifest.cordon)) {
      const tile = await readGolden(manifest, read, role);
      const most = await limit.during(() => goldenDeviation(tile, model.graph(role)));
      deviation = Math.max(deviation, most);
      if (most <= tolerance) continue;
      const verdict = `its answer to the golden tile was off by ${most.toPrecision(2)} (allowed: ${tolerance.toPrecision(2)})`;
      return { ...model, verdict };
    }
    return { ...model, deviation };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** Runs out when a step of a faster engine takes longer than it may. While files are loaded it rests. */
class StepLimit {
  readonly isOver: Promise<undefined>;
  readonly #limitMs: number;
  #end: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.isOver = new Promise((resolve) => {
      this.#end = () => {
        resolve(undefined);
      };
    });
  }

  async during<T>(step: () => Promise<T>): Promise<T> {
    this.#timer = setTimeout(this.#end, this.#limitMs);
    try {
      return await step();
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

async function openGraphs(
  { manifest, read }: ModelFiles,
  engine: EngineRoom,
  { signal, onProgress }: OpenContext,
  notes: readonly string[],
  limit?: StepLimit
): Promise<OpenModel> {
  const roles = rolesOf(manifest.cordon);
  const graphs = new Map<string, OpenNetwork>();
  const release = async () => {
    await Promise.all([...graphs.values()].map((network) => network.release()));
    graphs.clear();
  };
  const stopIfAborted = () => {
    if (signal?.aborted) throw abortError();
  };
  try {
    for (const [at, role] of roles.entries()) {
      onProgress?.({ fraction: at / roles.length, message: 'The model is loading' });
      const bytes = await readVerified(manifest, read, role, engine.provider);
      checkPromises(manifest, role, checkGraph(bytes));
      stopIfAborted();
      onProgress?.({ fraction: at / roles.length, message: 'The network is being prepared' });
      const open = () => openNetwork(engine.runtime, bytes, engine.provider);
      graphs.set(role, await (limit ? limit.during(open) : open()));
      stopIfAborted();
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    provider: engine.provider,
    title: engine.title,
    notes,
    release,
    graph: (role) => {
      const network = graphs.get(role);
      if (network) return network;
      throw new CordonError({
        code: 'MODEL_FILE_MISSING',
        what: `The model "${manifest.cordon.title}" cannot be started`,
        why: `its manifest lists no graph "${role}"`,
        remedy: 'ask the author of the model for a corrected metadata.json',
      });
    },
  };
}
