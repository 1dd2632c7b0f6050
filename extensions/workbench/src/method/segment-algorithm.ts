/**
 * @file How a segment says which method made it (DICOM Segmentation Algorithm Identification, families of CID 7162).
 */
import { code, type CodedConcept } from '../terms/coded-concept';
import type { SegmentAlgorithm } from '../terms/segment-description';
import type { SegmentationMethod } from './contract';
import type { Prompts } from './prompts';

/** Algorithm families (CID 7162). */
export const ALGORITHM_FAMILIES = {
  neighbourhoodAnalysis: code('123101', 'DCM', 'Neighborhood Analysis'),
  edgeDetection: code('123103', 'DCM', 'Edge Detection'),
  morphologicalOperations: code('123104', 'DCM', 'Morphological Operations'),
  histogramAnalysis: code('123105', 'DCM', 'Histogram Analysis'),
  clusterAnalysis: code('123107', 'DCM', 'Cluster Analysis'),
  manualProcessing: code('123109', 'DCM', 'Manual Processing'),
  artificialIntelligence: code('123110', 'DCM', 'Artificial Intelligence'),
  deformableModels: code('123111', 'DCM', 'Deformable Models'),
} as const;

/** The family that a method belongs to, by what it is and by its group. */
export function algorithmFamily(
  method: Pick<SegmentationMethod, 'family' | 'group'>
): CodedConcept {
  if (method.family === 'neural') return ALGORITHM_FAMILIES.artificialIntelligence;
  switch (method.group) {
    case 'threshold':
      return ALGORITHM_FAMILIES.histogramAnalysis;
    case 'edges':
      return ALGORITHM_FAMILIES.edgeDetection;
    case 'clean-up':
    case 'combine':
      return ALGORITHM_FAMILIES.morphologicalOperations;
    case 'cluster':
      return ALGORITHM_FAMILIES.clusterAnalysis;
    case 'contour':
      return ALGORITHM_FAMILIES.deformableModels;
    default:
      return ALGORITHM_FAMILIES.neighbourhoodAnalysis;
  }
}

/** True when a person pointed at something. */
export const hasPrompts = (prompts: Prompts): boolean =>
  prompts.seeds.length > 0 ||
  prompts.scribbles.length > 0 ||
  prompts.box !== undefined ||
  prompts.path !== undefined ||
  prompts.range !== undefined;

/** What is stored with a segment about the method that made it; `recipe` is JSON text. */
export function segmentAlgorithm(
  method: Pick<SegmentationMethod, 'title' | 'version' | 'family' | 'group'>,
  isAutomatic: boolean,
  recipe?: string
): SegmentAlgorithm {
  return {
    type: isAutomatic ? 'AUTOMATIC' : 'SEMIAUTOMATIC',
    name: method.title,
    version: method.version,
    family: algorithmFamily(method),
    parameters: recipe,
  };
}
