/**
 * @file Checks that the viewer holds the cornerstone version that Cordon is tested with.
 */
import * as tools from '@cornerstonejs/tools';
import { CordonError } from '../errors/cordon-error';

/** Tested with this version; patches of the same minor version are taken as compatible. */
export const TESTED_VERSION = '5.6.8';

/** What to tell the user when the viewer's cornerstone is another one; nothing when it fits. */
export function versionWarning(
  version: string | undefined = (tools as { version?: string }).version
): CordonError | undefined {
  const [major, minor] = TESTED_VERSION.split('.');
  if (version?.startsWith(`${major}.${minor}.`)) return undefined;
  return new CordonError({
    code: 'HOST_VERSION',
    what: 'Cordon was not tested with this viewer',
    why: `its cornerstone is ${version ?? 'of an unknown version'}, tested is ${TESTED_VERSION} (OHIF 3.13)`,
    remedy: 'check results with care, or install OHIF 3.13',
  });
}
