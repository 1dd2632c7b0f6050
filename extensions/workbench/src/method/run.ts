/**
 * @file One run of a method without a viewer: open, one final update, close.
 */
import type {
  MethodInput,
  MethodResult,
  SegmentationMethod,
  UpdateContext,
  UpdateRequest,
} from './contract';

/** Runs `method` once. The parameters are validated and completed with their defaults. */
export async function runMethod(
  method: SegmentationMethod,
  input: MethodInput,
  request: UpdateRequest<unknown>,
  context: Omit<UpdateContext, 'quality'> = {}
): Promise<MethodResult> {
  const session = await method.open(input);
  try {
    const typed = request as UpdateRequest<Record<string, unknown>>;
    return await session.update(typed, { ...context, quality: 'final' });
  } finally {
    session.close();
  }
}
