/**
 * @file A network that labels a whole head, as a method: any MR contrast, orientation and slice thickness in, every structure
 * out. There is nothing to choose and nothing to draw.
 *
 * Complexity is the network's; memory as run-whole-head says.
 */
import {
  boxVoxels,
  defineMethod,
  FITS,
  regionBox,
  wholeBox,
  type Fit,
  type Geometry,
  type SegmentationMethod,
  type SeriesDescription,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import type { Manifest } from '../catalog/manifest';
import { gapWarnings } from '../pipeline/gaps';
import { modelCard } from './model-card';
import { classesOf } from './model-results';
import { networkSession, type ModelSource } from './network-session';
import { estimateWholeHead, runWholeHead } from './run-whole-head';

/** A field of view that is shorter along any axis cannot hold a head (mm). */
const LEAST_VIEW_MM = 100;

export function wholeHeadMethod(source: ModelSource): SegmentationMethod {
  const { manifest } = source;
  const { cordon } = manifest;
  return defineMethod({
    id: cordon.id,
    version: manifest.version,
    title: cordon.title,
    summary: manifest.description,
    family: 'neural',
    group: 'network',
    citation: manifest.references.join('; '),
    parameters: z.object({}),
    inputs: { channels: ['image'], regions: ['volume'], segment: 'none', prompts: [] },
    outputs: ['labels'],
    fits: (series) => fit(manifest, series),
    estimate: ({ region, size }) => estimateWholeHead(boxVoxels(regionBox(region, size))),
    ...(source.manifestSha256 && { model: { id: cordon.id, sha256: source.manifestSha256 } }),
    card: modelCard(manifest),
    open: ({ channels: [image] }) =>
      networkSession(source, async (model, _request, context) => {
        const head = await runWholeHead(model.graph('model'), manifest, image, context);
        const box = wholeBox(image.geometry.size);
        return {
          labels: { box, voxels: head.voxels, classes: classesOf(manifest) },
          values: head.values,
          warnings: [...gapWarnings([image], box), ...head.warnings],
        };
      }),
  });
}

function fit({ cordon }: Manifest, { modality, geometry }: SeriesDescription): Fit {
  const { modalities } = cordon;
  if (!modalities.includes(modality)) {
    const trained = modalities.join(' or ');
    return {
      fits: false,
      reason: `It was trained on ${trained}, this series is ${modality || 'unknown'}.`,
    };
  }
  const view = viewMm(geometry);
  if (view.every((extent) => extent >= LEAST_VIEW_MM)) return FITS;
  const text = view.map((extent) => Math.round(extent)).join(' x ');
  return {
    fits: false,
    reason: `It needs the whole head; the field of view of this series is ${text} mm.`,
  };
}

/** Extent of the field of view along rows, columns and slices. */
const viewMm = ({ size, spacingMm }: Geometry): readonly number[] =>
  size.map((count, axis) => count * spacingMm[axis]);
