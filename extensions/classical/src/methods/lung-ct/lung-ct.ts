/**
 * @file Lungs in CT: air that the body encloses, its largest parts, smoothed so that vessels and nodules at the pleura belong to
 * them. Hu S, Hoffman E, Reinhardt J. Automatic lung segmentation for accurate quantitation of volumetric X-ray CT images. IEEE
 * Trans Med Imaging 20(6):490-498, 2001.
 *
 * Complexity O(n). Memory: about 50 bytes per voxel over all steps.
 */
import { CATEGORIES, code } from '@cordon/extension-workbench/pure';
import { fillHoles } from '../fill-holes/fill-holes';
import { islands } from '../islands/islands';
import { logical } from '../logical/logical';
import { definePipeline, fitsCt } from '../pipeline/define-pipeline';
import { smoothing } from '../smoothing/smoothing';
import { threshold } from '../threshold/threshold';

export const lungCt = definePipeline({
  id: 'lung-ct',
  version: '1.0.0',
  title: 'Lungs (CT)',
  summary: 'Marks both lungs with their vessels; the large airways stay in.',
  citation:
    'Hu S, Hoffman E, Reinhardt J. Automatic lung segmentation for accurate quantitation of volumetric X-ray CT images. IEEE Trans Med Imaging 20(6):490-498, 2001.',
  segment: {
    label: 'Lungs',
    category: CATEGORIES.anatomicalStructure,
    type: code('39607008', 'SCT', 'Lung'),
    colour: [197, 165, 185],
  },
  fits: fitsCt,
  steps: [
    {
      name: 'tissue',
      title: 'Tissue',
      method: threshold,
      defaults: { lower: -400, upper: 32767 },
    },
    { name: 'body', title: 'Body', method: islands, defaults: { mode: 'largest' } },
    { name: 'filled', title: 'Fill the body', method: fillHoles, defaults: { dimension: '2d' } },
    {
      name: 'air',
      title: 'Air inside',
      method: logical,
      defaults: { operation: 'subtract' },
      other: 'tissue',
    },
    {
      name: 'large',
      title: 'Large parts',
      method: islands,
      defaults: { mode: 'drop-small', minimumMm3: 200000 },
      volumeOnly: true,
    },
    { name: 'lungs', title: 'Lungs', method: islands, defaults: { mode: 'largest', count: 2 } },
    {
      name: 'closing',
      title: 'Include vessels',
      method: smoothing,
      defaults: { method: 'closing', radiusMm: 5 },
    },
    { name: 'complete', title: 'Fill cavities', method: fillHoles },
  ],
});
