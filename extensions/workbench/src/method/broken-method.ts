/**
 * @file What is said of a method whose list of parameters throws, as that of another vendor may.
 */
import { CordonError, toCordonError } from '../errors/cordon-error';

/** The error `METHOD_BROKEN` about a method, caused by what its schema has thrown. */
export const methodBroken = (title: string, cause: unknown): CordonError =>
  new CordonError({
    code: 'METHOD_BROKEN',
    what: `“${title}” cannot be used`,
    why: `its list of parameters cannot be read (${toCordonError(cause).why})`,
    remedy: 'choose another method, and tell the author of this one',
    cause,
  });
