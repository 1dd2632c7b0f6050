/**
 * @file How this program names itself in what it writes.
 */
import type { Equipment } from './request';

export const SOFTWARE_VERSION = '0.1.0';

/** Algorithm Source of our own methods. */
export const ALGORITHM_SOURCE = 'Cordon';

/** Used unless a site configures its own values. */
export const CORDON_EQUIPMENT: Equipment = {
  manufacturer: 'Cordon',
  modelName: 'Cordon segmentation plugin',
  serialNumber: `CORDON-${SOFTWARE_VERSION}`,
  softwareVersions: SOFTWARE_VERSION,
};
