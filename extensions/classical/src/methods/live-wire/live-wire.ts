/**
 * @file Live wire: a contour that snaps to edges between the points that you set. Mortensen E, Barrett W. Intelligent scissors for
 * image composition. SIGGRAPH 1995:191-198; the normalised direction term from Mortensen E, Barrett W. Interactive segmentation
 * with intelligent scissors. Graph Models Image Process 60(5):349-384, 1998.
 *
 * Complexity O(n) for the costs of a slice and at most O(n) for each pair of anchors. Memory: 140 bytes per pixel of the slice.
 */
import {
  boxContains,
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type LabelResult,
  type MethodSession,
  type Prompts,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { liveWireWasm } from '../../generated/live-wire';
import { maskOpsWasm } from '../../generated/mask-ops';
import { blurVolume, gaussianWeights } from '../../kernels/blur';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { KERNEL_TYPE } from '../../kernels/relief';
import { regionVoxels } from '../region-voxels';
import { stepCosts } from './costs';
import { Wire, WIRE_BYTES } from './wire';

const parameters = z.object({
  scaleMm: z.number().min(0).max(20).default(1).meta({
    title: 'Scale',
    unit: 'mm',
    step: 0.25,
    description:
      'Standard deviation of the Gaussian before edges are looked for: larger ignores detail.',
  }),
  closed: z.boolean().default(true).meta({
    title: 'Closed',
    unit: '',
    description: 'Whether the last point is joined to the first and the inside is filled.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { blur: blurWasm, liveWire: liveWireWasm, maskOps: maskOpsWasm };
type Session = ImageSession<typeof sources>;

/** Values of the bytes of a slice while it is filled. */
const STATE = { inside: 0, line: 1, outside: 2 } as const;
/** Inside and line become 1, outside 0: one byte a state, the lowest state first. */
const TO_SEGMENT = 0x00_00_01_01;

export const liveWire = defineMethod({
  id: 'live-wire',
  version: '1.0.0',
  title: 'Live wire',
  summary: 'Draws a contour that snaps to edges between the points that you set.',
  family: 'classical',
  group: 'edges',
  citation:
    'Mortensen E, Barrett W. Intelligent scissors for image composition. SIGGRAPH 1995:191-198.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['slice', 'box'],
    segment: 'none',
    prompts: ['path'],
    requiredPrompts: ['path'],
    followsMouse: true,
  },
  outputs: ['contour', 'labels'],
  fits: () => FITS,
  estimate: (work) => {
    const pixels = regionVoxels(work);
    return { bytes: pixels * (WIRE_BYTES + 8 + work.bytesPerVoxel), operations: 300 * pixels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    let kept:
      { readonly image: ResidentImage; readonly scaleMm: number; readonly wire: Wire } | undefined;
    let base = 0;
    const wireOf = (image: ResidentImage, scaleMm: number): Wire => {
      if (kept?.image !== image) base = session.arena.mark();
      else if (kept.scaleMm === scaleMm) return kept.wire;
      session.arena.rewind(base);
      const costs = costsOf(session, image, scaleMm);
      const wire = new Wire(session.kernels.liveWire, session.arena, costs, image.squeezedSize[0]);
      kept = { image, scaleMm, wire };
      return wire;
    };
    return {
      update: async ({ prompts, parameters: { scaleMm, closed }, region }, context) => {
        checkCancelled(context);
        const { size } = session.image.geometry;
        const box = regionBox(region, size);
        requireSlice(box);
        const anchors = requireAnchors(prompts, size, box);
        const image = session.resident(box);
        const wire = wireOf(image, scaleMm);
        const pixelOf = (ijk: Vec3) =>
          ijk[image.axes[0]] -
          box.fromIjk[image.axes[0]] +
          image.squeezedSize[0] * (ijk[image.axes[1]] - box.fromIjk[image.axes[1]]);
        const stops = anchors.map(pixelOf);
        if (closed && stops.length > 1) stops.push(stops[0]);
        // Each piece begins where the one before ends.
        const pixels = [stops[0]];
        for (let at = 1; at < stops.length; at++) {
          pixels.push(...wire.path(stops[at - 1], stops[at]).slice(1));
        }
        if (closed && pixels.length > 1) pixels.pop();
        const pointsIjk = pixels.map((pixel) => positionOf(pixel, image));
        const contour = { pointsIjk, closed };
        const warnings: string[] = [];
        if (!closed) return { contour, values: [], warnings };
        return { contour, labels: fill(session, image, pixels), values: [], warnings };
      },
      close: () => {
        session.close();
      },
    };
  },
});

function costsOf({ arena, kernels }: Session, image: ResidentImage, scaleMm: number): Int32Array {
  const { count, squeezedSize, squeezedSpacingMm: spacing } = image;
  const mark = arena.mark();
  const values = arena.allocate(4 * count);
  kernels.blur.toFloat(image.address, values, count, KERNEL_TYPE[image.type]);
  const weights = squeezedSize.map((extent, axis) =>
    gaussianWeights(extent > 1 ? scaleMm / spacing[axis] : 0)
  );
  blurVolume(kernels.blur, arena, values, squeezedSize, weights);
  const costs = stepCosts({
    values: arena.f32(values, count),
    columns: squeezedSize[0],
    rows: squeezedSize[1],
    spacingMm: [spacing[0], spacing[1]],
  });
  arena.rewind(mark);
  return costs;
}

function positionOf(pixel: number, { axes, box, squeezedSize }: ResidentImage): Vec3 {
  const ijk: [number, number, number] = [...box.fromIjk];
  ijk[axes[0]] += pixel % squeezedSize[0];
  ijk[axes[1]] += Math.floor(pixel / squeezedSize[0]);
  return ijk;
}

/** The line and all that it encloses. */
function fill(
  { arena, kernels }: Session,
  image: ResidentImage,
  pixels: readonly number[]
): LabelResult {
  const { box, count, squeezedSize: size } = image;
  const mark = arena.mark();
  const state = arena.allocate(count);
  const voxels = arena.u8(state, count).fill(STATE.inside);
  for (const pixel of pixels) voxels[pixel] = STATE.line;
  const { maskOps } = kernels;
  const runs = maskOps.countRuns(state, size[0], size[1] * size[2], STATE.inside);
  const stack = arena.allocate(4 * runs + 4);
  maskOps.floodFromBorder(state, ...size, STATE.inside, STATE.outside, 1, stack);
  maskOps.translate(state, count, TO_SEGMENT);
  const labels = { box, voxels: arena.u8(state, count).slice(), classes: [{ value: 1 }] };
  arena.rewind(mark);
  return labels;
}

function requireSlice(box: Box): void {
  const extent = box.toIjk.map((to, axis) => to - box.fromIjk[axis]);
  if (extent.filter((length) => length > 1).length <= 2) return;
  throw new CordonError({
    code: 'SLICE_NEEDED',
    what: 'The live wire works in one slice',
    why: `the region has ${extent.join(' × ')} voxels`,
    remedy: 'choose a slice',
  });
}

function requireAnchors({ path }: Prompts, size: Vec3, box: Box): readonly Vec3[] {
  if (!path || path.length === 0) {
    throw new CordonError({
      code: 'ANCHORS_MISSING',
      what: 'There is no point for the wire to start from',
      why: 'the contour runs through points that you set',
      remedy: 'click on the edge of the structure',
    });
  }
  return path.map((point) => {
    const ijk: Vec3 = [Math.round(point[0]), Math.round(point[1]), Math.round(point[2])];
    if (boxContains(box, ijk)) return ijk;
    const outside = !boxContains({ fromIjk: [0, 0, 0], toIjk: size }, ijk);
    throw new CordonError({
      code: outside ? 'ANCHOR_OUTSIDE_IMAGE' : 'ANCHOR_OUTSIDE_REGION',
      what: `The point (${point.join(', ')}) lies outside the ${outside ? 'image' : 'chosen slice'}`,
      why: `the region reaches from (${box.fromIjk.join(', ')}) up to, but not including, (${box.toIjk.join(', ')})`,
      remedy: 'set the point inside',
    });
  });
}
