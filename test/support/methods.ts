/**
 * Runs methods in tests with little ceremony.
 */
import {
  boxSize,
  NO_PROMPTS,
  runMethod,
  type ImageVolume,
  type MethodResult,
  type MethodSession,
  type Prompts,
  type Region,
  type SegmentationMethod,
  type UpdateContext,
  type UpdateRequest,
} from '@cordon/extension-workbench/pure';

export interface MethodCall {
  readonly parameters?: Readonly<Record<string, number | boolean | string>>;
  readonly prompts?: Partial<Prompts>;
  readonly region?: Region;
  readonly segment?: Uint8Array;
}

/** The request with everything that the call leaves open at its default. */
export const requestOf = (call: MethodCall): UpdateRequest<Record<string, unknown>> => ({
  parameters: call.parameters ?? {},
  prompts: { ...NO_PROMPTS, ...call.prompts },
  region: call.region ?? { kind: 'volume' },
  segment: call.segment,
});

/** Opens, updates once and closes. */
export const runOn = (
  method: SegmentationMethod,
  image: ImageVolume,
  call: MethodCall = {},
  context: Omit<UpdateContext, 'quality'> = {}
): Promise<MethodResult> =>
  runMethod(method, { channels: [image] }, requestOf(call) as UpdateRequest<unknown>, context);

/** The label voxels of a result; throws when it has none. */
export function labelsOf(result: MethodResult): Uint8Array {
  if (!result.labels) throw new Error('the method returned no labels');
  // TypeScript cannot call array methods on the union with 16-bit labels, which a test reads alike.
  return result.labels.voxels as Uint8Array;
}

/** The labels on the whole grid of an image: a result may hold a box of it only. */
export function wholeLabels(result: MethodResult, { geometry }: ImageVolume): Uint8Array {
  if (!result.labels) throw new Error('the method returned no labels');
  const { box, voxels } = result.labels;
  const [columns, rows] = geometry.size;
  const [i0, j0, k0] = box.fromIjk;
  const [width, height, depth] = boxSize(box);
  const Labels = voxels instanceof Uint16Array ? Uint16Array : Uint8Array;
  const whole = new Labels(geometry.voxelCount);
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const from = width * (j + height * k);
      whole.set(voxels.subarray(from, from + width), i0 + columns * (j0 + j + rows * (k0 + k)));
    }
  }
  return whole as Uint8Array;
}

/** Number of voxels that are not 0. */
export function markedIn(labels: Uint8Array | Uint16Array): number {
  let count = 0;
  for (const value of labels) if (value !== 0) count++;
  return count;
}

/**
 * Shows that a session does not depend on its past: after all `calls` in one session, each of them gives what a fresh
 * session gives. Every other update is a preview.
 */
export async function expectSequenceEqualsFreshRuns(
  method: SegmentationMethod,
  image: ImageVolume,
  calls: readonly MethodCall[]
): Promise<void> {
  const session: MethodSession<Record<string, unknown>> = await method.open({ channels: [image] });
  try {
    for (const call of [...calls, ...[...calls].reverse()]) {
      await session.update(requestOf(call), { quality: 'preview' });
      const warm = await session.update(requestOf(call), { quality: 'final' });
      expect(warm).toEqual(await runOn(method, image, call));
    }
  } finally {
    session.close();
  }
}
