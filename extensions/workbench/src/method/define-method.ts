/**
 * @file Turns a method's own, precisely typed definition into the contract's general one, and validates on the way in.
 */
import type { z } from 'zod';
import { CordonError } from '../errors/cordon-error';
import { methodBroken } from './broken-method';
import type { MethodSession, ParameterSchema, SegmentationMethod, UpdateRequest } from './contract';

/**
 * Types a method by its own schema and hands it out under the general type. Every session that it opens validates the
 * parameters of each update against the schema, so that methods never see a value out of range.
 */
export function defineMethod<S extends ParameterSchema>(
  method: SegmentationMethod<S>
): SegmentationMethod {
  const open = async (input: Parameters<SegmentationMethod<S>['open']>[0]) => {
    const session = await method.open(input);
    const checked: MethodSession<z.output<ParameterSchema>> = {
      update: async (request, context) => {
        const parameters = parseParameters(method, request.parameters);
        return session.update({ ...request, parameters } as UpdateRequest<z.output<S>>, context);
      },
      close: () => {
        session.close();
      },
    };
    return checked;
  };
  return { ...method, open } as SegmentationMethod;
}

/**
 * The parameters with defaults filled in. Throws `PARAMETER_INVALID` with every problem named, `METHOD_BROKEN` when the schema
 * itself throws.
 */
export function parseParameters<S extends ParameterSchema>(
  method: Pick<SegmentationMethod<S>, 'id' | 'parameters'>,
  values: unknown
): z.output<S> {
  const known = Object.keys(method.parameters.shape);
  const unknownNames = Object.keys(Object(values)).filter((name) => !known.includes(name));
  const parsed = safeParse(method, values);
  if (parsed.success && unknownNames.length === 0) return parsed.data;
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'value'}: ${issue.message}`);
  const strangers = unknownNames.map((name) => `${name}: there is no such parameter`);
  throw new CordonError({
    code: 'PARAMETER_INVALID',
    what: `The parameters of "${method.id}" cannot be used`,
    why: [...problems, ...strangers].join('; '),
    remedy: `use these parameters: ${known.join(', ') || 'none'}`,
  });
}

function safeParse<S extends ParameterSchema>(
  { id, parameters }: Pick<SegmentationMethod<S>, 'id' | 'parameters'>,
  values: unknown
) {
  try {
    return parameters.safeParse(values);
  } catch (cause) {
    throw methodBroken(id, cause);
  }
}
