/**
 * @file The refusals of measurement reports. Each says what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

const refusal =
  (code: string, what: string, remedy: string) =>
  (why: string): CordonError =>
    new CordonError({ code, what, why, remedy });

export const notMeasurable = refusal(
  'SR_NOT_MEASURABLE',
  'The segmentation cannot be measured on these images',
  'open the segmentation with the images that it was made from'
);
export const notAReport = refusal(
  'SR_NOT_A_REPORT',
  'The object is not a measurement report',
  'choose a structured report of template 1500'
);
