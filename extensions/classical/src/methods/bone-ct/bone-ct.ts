/**
 * @file Bone in CT: what is bright inside the body, without specks, with marrow spaces closed. Threshold-based bone segmentation as surveyed in Zhang
 * J, Yan C, Chui C, Ong S. Fast segmentation of bone in CT images using 3D adaptive thresholding. Comput Biol Med 40(2):231-236,
 * 2010 (their initial stage).
 *
 * The body comes first, so that table and supports stay out. Complexity O(n). Memory: about 60 bytes per voxel over all steps.
 */
import { CATEGORIES, code } from '@cordon/extension-workbench/pure';
import { fillHoles } from '../fill-holes/fill-holes';
import { islands } from '../islands/islands';
import { logical } from '../logical/logical';
import { definePipeline, fitsCt } from '../pipeline/define-pipeline';
import { smoothing } from '../smoothing/smoothing';
import { threshold } from '../threshold/threshold';

export const boneCt = definePipeline({
  id: 'bone-ct',
  version: '1.2.0',
  title: 'Bone (CT)',
  summary: 'Marks bone with its marrow spaces; contrast medium and calcium look alike.',
  citation:
    'Zhang J, Yan C, Chui C, Ong S. Fast segmentation of bone in CT images using 3D adaptive thresholding. Comput Biol Med 40(2):231-236, 2010.',
  segment: {
    label: 'Bone',
    category: CATEGORIES.anatomicalStructure,
    type: code('272673000', 'SCT', 'Bone'),
    colour: [241, 214, 145],
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
    { name: 'body', title: 'Body', method: islands, defaults: { mode: 'largest' } },
    { name: 'inside', title: 'Fill the body', method: fillHoles, defaults: { dimension: '2d' } },
    {
      name: 'bright',
      title: 'Bright tissue',
      method: threshold,
      defaults: { lower: 200, upper: 32767 },
    },
    {
      name: 'bone',
      title: 'Inside the body',
      method: logical,
      defaults: { operation: 'intersect' },
      other: 'inside',
    },
    {
      name: 'parts',
      title: 'Drop specks',
      method: islands,
      defaults: { mode: 'drop-small', minimumMm3: 500, neighbours: '26' },
      volumeOnly: true,
    },
    {
      name: 'closing',
      title: 'Close the cortex',
      method: smoothing,
      defaults: { method: 'closing', radiusMm: 2 },
    },
    {
      name: 'marrow',
      title: 'Fill the marrow',
      method: fillHoles,
      defaults: { dimension: '2d', largestHoleMm3: 3000 },
    },
  ],
});
