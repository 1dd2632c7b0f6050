/** @file Volumes of segments as CSV, left beside right with their asymmetry. */
import { sideVolumes, sideVolumesToCsv, type LabelVolume } from '@cordon/extension-workbench/pure';
import { writeOutput } from './files';

export const saveVolumes = (file: string, labels: LabelVolume): Promise<void> =>
  writeOutput(file, [new TextEncoder().encode(sideVolumesToCsv(sideVolumes(labels)))]);
