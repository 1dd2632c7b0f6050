/** @file How another extension finds the workbench. */
import { CordonError } from '../errors/cordon-error';
import type { ServicesManager } from './host';
import type { CordonWorkbench } from './service';

/** The workbench of this viewer. Throws `WORKBENCH_MISSING` when it has not been loaded before. */
export function workbenchOf({ services }: ServicesManager): CordonWorkbench {
  const { cordonWorkbench } = services as { cordonWorkbench?: CordonWorkbench };
  if (cordonWorkbench) return cordonWorkbench;
  throw new CordonError({
    code: 'WORKBENCH_MISSING',
    what: 'A part of Cordon cannot work',
    why: 'the workbench was not loaded before it',
    remedy: 'list the workbench first among the extensions and check that its files are there',
  });
}
