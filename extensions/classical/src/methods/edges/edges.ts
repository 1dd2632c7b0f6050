/**
 * @file Edges: seven operators, in slices or in the volume, as a map of strengths, as edge voxels, or as the regions that
 * edges enclose. Slopes are per millimetre, so anisotropic voxels count as they are.
 *
 * Sobel I, Feldman G, 1968; Prewitt J, 1970; Roberts L, 1963; Marr D, Hildreth E, 1980 (Laplacian of Gaussian); Canny J. A
 * computational approach to edge detection. IEEE TPAMI 8(6):679-698, 1986, by the definition of ITK's
 * CannyEdgeDetectionImageFilter; Rivest J-F, Soille P, Beucher S, 1993 (morphological gradient).
 *
 * Complexity O(n); O(n · sigma) for log and canny, O(n · radius) for morphological. Memory, bytes per voxel of the region:
 * sobel, prewitt 8; roberts, laplacian 12; canny 17.5; log 20; morphological 24.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodResult,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { cannyWasm } from '../../generated/canny';
import { edgesWasm } from '../../generated/edges';
import { gradientWasm } from '../../generated/gradient';
import { runsWasm } from '../../generated/runs';
import { thresholdWasm } from '../../generated/threshold';
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import { maskResult } from '../../kernels/mask';
import { regionVoxels } from '../region-voxels';
import { closedRegions } from './closed-regions';
import { EdgeWork, MAP_UNITS, OPERATORS } from './edge-maps';

const parameters = z.object({
  operator: z
    .enum(OPERATORS)
    .default('sobel')
    .meta({
      title: 'Operator',
      unit: '',
      spelled: { log: 'Laplacian of Gaussian' },
      description: 'How edges are found. Canny thins them to one voxel; sobel is the quickest.',
    }),
  result: z.enum(['edge-map', 'edges', 'closed-regions']).default('edge-map').meta({
    title: 'Result',
    unit: '',
    description: 'A map of edge strengths, the edge voxels, or the regions that edges enclose.',
  }),
  dimension: z.enum(['3d', '2d']).default('3d').meta({
    title: 'Dimension',
    unit: '',
    description: '3d looks in all directions, 2d within each slice only.',
  }),
  threshold: z
    .number()
    .min(0)
    .default(50)
    .meta({
      when: [
        { parameter: 'operator', is: ['canny'] },
        { parameter: 'result', is: ['edges', 'closed-regions'] },
      ],
      title: 'Threshold',
      unit: 'modality/mm',
      description:
        'Weakest edge; for canny the strength that starts one. Per mm² for laplacian and log (height of the zero crossing), without length for morphological.',
    }),
  lowThreshold: z
    .number()
    .min(0)
    .default(20)
    .meta({
      when: { parameter: 'operator', is: ['canny'] },
      title: 'Lower threshold',
      unit: 'modality/mm',
      description: 'Canny only: strength down to which an edge that was started goes on.',
    }),
  sigmaMm: z
    .number()
    .min(0.1)
    .max(20)
    .default(1)
    .meta({
      when: { parameter: 'operator', is: ['canny', 'log'] },
      title: 'Smoothing',
      unit: 'mm',
      description: 'Canny and log: standard deviation of the Gaussian before the operator.',
    }),
  radiusMm: z
    .number()
    .min(0)
    .max(20)
    .default(1)
    .meta({
      when: { parameter: 'operator', is: ['morphological'] },
      title: 'Radius',
      unit: 'mm',
      description: 'Morphological: half size of the box; at least one voxel along each axis.',
    }),
  minimumMm3: z
    .number()
    .min(0)
    .default(10)
    .meta({
      when: { parameter: 'result', is: ['closed-regions'] },
      title: 'Smallest region',
      unit: 'mm³',
      description: 'Closed regions of a smaller volume are left out.',
    }),
});

type Parameters = z.output<typeof parameters>;

const sources = {
  gradient: gradientWasm,
  edges: edgesWasm,
  blur: blurWasm,
  canny: cannyWasm,
  runs: runsWasm,
  threshold: thresholdWasm,
};

export const edges = defineMethod({
  id: 'edges',
  version: '1.1.0',
  title: 'Edges',
  summary: 'Finds edges and the regions that they enclose.',
  family: 'classical',
  group: 'edges',
  citation:
    'Canny J. A computational approach to edge detection. IEEE Trans Pattern Anal Mach Intell 8(6):679-698, 1986.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: [],
  },
  outputs: ['scalar-map', 'labels'],
  labelsWhen: { parameter: 'result', is: ['edges', 'closed-regions'] },
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 24), operations: 60 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ parameters: values, region }, context) => {
        checkCancelled(context);
        const image = session.resident(regionBox(region, session.image.geometry.size));
        if (image.squeezedSize[1] === 1) throw lineError(image.size);
        return session.scratch((): MethodResult => {
          const { arena, kernels } = session;
          const settings = { ...values, planar: values.dimension === '2d' };
          const work = new EdgeWork(kernels, arena, image, settings);
          if (values.result === 'edge-map') {
            return {
              scalarMap: {
                box: image.box,
                voxels: arena.f32(work.map(), image.count).slice(),
                title: `Edges (${values.operator})`,
                unit: session.image.unit + MAP_UNITS[values.operator],
              },
              values: [],
              warnings: [],
            };
          }
          const mask = work.mask();
          if (values.result === 'edges') {
            return { labels: maskResult(arena, image, mask), values: [], warnings: [] };
          }
          const { geometry } = session.image;
          const { minimumMm3 } = values;
          const closed = closedRegions(
            kernels,
            arena,
            image,
            geometry,
            mask,
            work.isPlanar,
            minimumMm3
          );
          return {
            labels: maskResult(arena, image, closed.mask),
            values: [{ name: 'regions', value: closed.count, unit: '' }],
            warnings: closed.count === 0 ? ['No region is enclosed by edges.'] : [],
          };
        });
      },
      close: () => {
        session.close();
      },
    };
  },
});

function lineError(size: readonly number[]): CordonError {
  return new CordonError({
    code: 'REGION_TOO_THIN',
    what: 'Edges cannot be found in a line of voxels',
    why: `the region has ${size.join(' × ')} voxels`,
    remedy: 'choose a region with at least two voxels along two axes',
  });
}
