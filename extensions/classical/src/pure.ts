/**
 * @file The classical methods, without a viewer. Runs the same in a worker, in Node and in a test.
 */
import type { SegmentationMethod } from '@cordon/extension-workbench/pure';
import { fillHoles } from './methods/fill-holes/fill-holes';
import { hollow } from './methods/hollow/hollow';
import { islands } from './methods/islands/islands';
import { connectedComponents } from './methods/connected-components/connected-components';
import { logical } from './methods/logical/logical';
import { margin } from './methods/margin/margin';
import { edges } from './methods/edges/edges';
import { multiOtsu } from './methods/multi-otsu/multi-otsu';
import { autoThreshold } from './methods/auto-threshold/auto-threshold';
import { confidenceConnected } from './methods/confidence-connected/confidence-connected';
import { denoise } from './methods/denoise/denoise';
import { biasCorrection } from './methods/bias-correction/bias-correction';
import { otsu } from './methods/otsu/otsu';
import { regionGrowing } from './methods/region-growing/region-growing';
import { smoothing } from './methods/smoothing/smoothing';
import { threshold } from './methods/threshold/threshold';
import { graphCut } from './methods/graph-cut/graph-cut';
import { growCut } from './methods/grow-cut/grow-cut';
import { liveWire } from './methods/live-wire/live-wire';
import { levelSet } from './methods/level-set/level-set';
import { lungCt } from './methods/lung-ct/lung-ct';
import { boneCt } from './methods/bone-ct/bone-ct';
import { bodyOutline } from './methods/body-outline/body-outline';
import { edgeFlow } from './methods/edge-flow/edge-flow';
import { watershed } from './methods/watershed/watershed';

export {
  otsu,
  regionGrowing,
  threshold,
  islands,
  connectedComponents,
  edges,
  multiOtsu,
  autoThreshold,
  confidenceConnected,
  denoise,
  biasCorrection,
};
export { watershed, graphCut, growCut, liveWire, levelSet, edgeFlow };
export { fillHoles, hollow, logical, margin, smoothing };
export { lungCt, boneCt, bodyOutline };

/** Every method of this package, in the order in which lists show them. */
export const classicalMethods: readonly SegmentationMethod[] = [
  threshold,
  otsu,
  regionGrowing,
  watershed,
  graphCut,
  growCut,
  liveWire,
  levelSet,
  edgeFlow,
  islands,
  connectedComponents,
  fillHoles,
  smoothing,
  margin,
  hollow,
  logical,
  edges,
  multiOtsu,
  autoThreshold,
  confidenceConnected,
  denoise,
  biasCorrection,
  lungCt,
  boneCt,
  bodyOutline,
];
