/**
 * @file Unsaved work as bytes: the segmentation with everything that a save needs, compressed.
 */
import { z } from 'zod';
import { CordonError } from '../errors/cordon-error';
import { Geometry } from '../volume/geometry';
import type { LabelSegment, LabelVolume } from '../volume/label-volume';
import { decodeRuns, encodeRuns } from './run-lengths';

/** What can be told about a draft without opening it. Holds no patient name. */
export interface DraftSummary {
  /** Unique for a user: the segmentation's id. */
  readonly id: string;
  readonly studyInstanceUid: string;
  /** Image series that was segmented. */
  readonly seriesInstanceUid: string;
  readonly label: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
}

export const summarySchema = z.object({
  id: z.string(),
  studyInstanceUid: z.string(),
  seriesInstanceUid: z.string(),
  label: z.string(),
  changedAt: z.string(),
}) satisfies z.ZodType<DraftSummary>;

export interface Draft extends DraftSummary {
  readonly labels: LabelVolume;
  /** Recipe of each segment as JSON text, by segment number. */
  readonly recipes: ReadonlyMap<number, string>;
  /** Where the segmentation came from, in words of the extension that stores it. */
  readonly origin?: string;
}

/** What is compressed and encrypted: all but the summary. */
type DraftContent = Omit<Draft, keyof DraftSummary>;

/** Layout of an encoded draft: length of the header (uint32, little endian), header JSON, runs of each layer. */
const header = z.object({
  version: z.literal(1),
  geometry: z.custom<ConstructorParameters<typeof Geometry>[0]>((value) => value !== undefined),
  segments: z.custom<readonly LabelSegment[]>((value) => Array.isArray(value)),
  recipes: z.array(z.tuple([z.number(), z.string()])),
  origin: z.string().optional(),
  layers: z.array(
    z.object({ bytesPerVoxel: z.union([z.literal(1), z.literal(2)]), runs: z.int() })
  ),
});

/** The content of a draft as compressed bytes. */
export async function encodeDraft(draft: DraftContent): Promise<Uint8Array> {
  const runs = draft.labels.layers.map(encodeRuns);
  const json = JSON.stringify({
    version: 1,
    geometry: draft.labels.geometry.toOptions(),
    segments: draft.labels.segments,
    recipes: [...draft.recipes],
    origin: draft.origin,
    layers: draft.labels.layers.map((layer, index) => ({
      bytesPerVoxel: layer instanceof Uint8Array ? 1 : 2,
      runs: runs[index].length,
    })),
  } satisfies z.input<typeof header>);
  const text = new TextEncoder().encode(json);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.byteLength, true);
  const parts = [length, text, ...runs.map((run) => new Uint8Array(run.buffer))];
  return pipeThrough(parts, new CompressionStream('deflate'));
}

/** The content that {@link encodeDraft} made. Throws `DRAFT_CORRUPT`. */
export async function decodeDraft(bytes: Uint8Array): Promise<DraftContent> {
  try {
    const plain = await pipeThrough([bytes], new DecompressionStream('deflate'));
    const textLength = new DataView(plain.buffer).getUint32(0, true);
    const parsed = header.parse(
      JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + textLength)))
    );
    const geometry = new Geometry(parsed.geometry);
    let at = 4 + textLength;
    const layers = parsed.layers.map((layer) => {
      const end = at + layer.runs * 4;
      const runs = new Uint32Array(plain.slice(at, end).buffer);
      at = end;
      const Layer = layer.bytesPerVoxel === 1 ? Uint8Array : Uint16Array;
      return decodeRuns(runs, new Layer(geometry.voxelCount));
    });
    return {
      labels: { geometry, layers, segments: parsed.segments },
      recipes: new Map(parsed.recipes),
      ...(parsed.origin !== undefined && { origin: parsed.origin }),
    };
  } catch (cause) {
    if (cause instanceof CordonError) throw cause;
    throw new CordonError({
      code: 'DRAFT_CORRUPT',
      what: 'The kept work cannot be restored',
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: 'discard it and segment again',
      cause,
    });
  }
}

async function pipeThrough(
  parts: readonly Uint8Array[],
  transform: CompressionStream | DecompressionStream
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob(parts as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
