/**
 * @file Body outline in CT: everything inside the skin, without the table. Steps as in Hu S, Hoffman E, Reinhardt J. Automatic lung
 * segmentation for accurate quantitation of volumetric X-ray CT images. IEEE Trans Med Imaging 20(6):490-498, 2001 (their first
 * stage).
 *
 * Complexity O(n). Memory: about 30 bytes per voxel over all steps.
 */
import { CATEGORIES, code } from '@cordon/extension-workbench/pure';
import { fillHoles } from '../fill-holes/fill-holes';
import { islands } from '../islands/islands';
import { definePipeline, fitsCt } from '../pipeline/define-pipeline';
import { smoothing } from '../smoothing/smoothing';
import { threshold } from '../threshold/threshold';

export const bodyOutline = definePipeline({
  id: 'body-outline',
  version: '1.0.0',
  title: 'Body outline (CT)',
  summary: 'Marks everything inside the skin, without the table.',
  citation:
    'Hu S, Hoffman E, Reinhardt J. Automatic lung segmentation for accurate quantitation of volumetric X-ray CT images. IEEE Trans Med Imaging 20(6):490-498, 2001.',
  segment: {
    label: 'Body',
    category: CATEGORIES.anatomicalStructure,
    type: code('123037004', 'SCT', 'Body structure'),
  },
  fits: fitsCt,
  steps: [
    {
      name: 'tissue',
      title: 'Tissue',
      method: threshold,
      defaults: { lower: -300, upper: 32767 },
    },
    {
      name: 'opening',
      title: 'Part from the table',
      method: smoothing,
      defaults: { method: 'opening', radiusMm: 3 },
    },
    { name: 'body', title: 'Largest part', method: islands, defaults: { mode: 'largest' } },
    { name: 'filled', title: 'Fill the inside', method: fillHoles, defaults: { dimension: '2d' } },
  ],
});
