/**
 * @file The one contract of the project. Everything that segments — Otsu, graph cut, a U-Net — and every operation on a
 * segment is a {@link SegmentationMethod}; panel, command line, batch work, tests and benchmarks list and run it
 * through this door.
 */
import type { z } from 'zod';
import type { ValueHistogram } from '../measure/value-histogram';
import type { Box } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { ImageVolume } from '../volume/image-volume';
import type { Vec3 } from '../volume/vector';
import type { SegmentDescription } from '../terms/segment-description';
import type { PromptKind, Prompts } from './prompts';

export type MethodFamily = 'classical' | 'neural' | 'operation';

/** Parameters are a flat zod object of numbers, booleans, enumerations and texts, each with a default and `.meta()`. */
export type ParameterSchema = z.ZodObject;

/** Where a method may write. */
export type Region =
  | { readonly kind: 'volume' }
  /** One slice of the grid: `axis` 2 is a slice as acquired. */
  | { readonly kind: 'slice'; readonly axis: 0 | 1 | 2; readonly index: number }
  | { readonly kind: 'box'; readonly box: Box };

/** Something only matters while a parameter has one of these values. */
export interface ParameterCondition {
  readonly parameter: string;
  readonly is: readonly string[];
}

export interface MethodInputs {
  /** Names of the image channels; all on one grid. */
  readonly channels: readonly string[];
  /** Regions that the method supports; the first is the default. */
  readonly regions: readonly Region['kind'][];
  /** Whether it works on an existing segment. */
  readonly segment: 'none' | 'optional' | 'required';
  readonly prompts: readonly PromptKind[];
  /** Prompts without which it cannot start. */
  readonly requiredPrompts?: readonly PromptKind[];
  /** Prompts only matter while this holds; absent: always. */
  readonly promptsWhen?: ParameterCondition;
  /** What seeds and scribbles may mark: the target alone (the default), background too, or many targets at once. */
  readonly promptLabels?: 'target' | 'background' | 'many';
  /** Quick enough to show its result under the mouse before the click. */
  readonly followsMouse?: boolean;
  /** Parameter that holds the radius (mm) of a sphere around each seed: spheres can then be drawn. */
  readonly sphereParameter?: string;
}

export type OutputKind = 'labels' | 'probabilities' | 'scalar-map' | 'contour';

/** What a method needs to know about a series to say whether it fits. */
export interface SeriesDescription {
  readonly modality: string;
  readonly geometry: Geometry;
  readonly bodyPart: string;
  readonly description: string;
}

/** What is known of the series in front of a person. */
export interface ShownSeries {
  readonly modality: string;
  /** Once the values are counted. */
  readonly histogram?: ValueHistogram;
}

export type Fit = { readonly fits: true } | { readonly fits: false; readonly reason: string };

export interface WorkSize {
  /** Grid of the first channel. */
  readonly size: Vec3;
  readonly channels: number;
  /** Bytes of one voxel of the image. */
  readonly bytesPerVoxel: number;
  readonly region: Region;
}

export interface Estimate {
  /** Peak bytes beside the image itself. */
  readonly bytes: number;
  /** Elementary operations, to an order of magnitude. */
  readonly operations: number;
}

export interface MethodInput {
  readonly channels: readonly ImageVolume[];
}

export interface UpdateRequest<P> {
  readonly prompts: Prompts;
  readonly parameters: P;
  readonly region: Region;
  /** 0/1 voxels of the segment that the method starts from, on the grid of the first channel. */
  readonly segment?: Uint8Array;
}

export interface Progress {
  /** 0 … 1. */
  readonly fraction: number;
  readonly message: string;
  /** What there is so far, of a method whose result grows: only when {@link UpdateContext.showsSteps}. */
  readonly soFar?: LabelResult;
}

export interface UpdateContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Someone watches: a method whose result grows step by step may send what there is so far. */
  readonly showsSteps?: boolean;
  /** A preview may be coarser or smaller than the final result; it must say so in its warnings. */
  readonly quality: 'preview' | 'final';
}

export interface LabelClass {
  /** Value in {@link LabelResult.voxels}. */
  readonly value: number;
  /** What it is, when the method knows; the user's segment description is used otherwise. */
  readonly segment?: Partial<SegmentDescription>;
}

/** Labels of the voxels in a box; 0 is none of the classes. */
export interface LabelResult {
  readonly box: Box;
  readonly voxels: Uint8Array | Uint16Array;
  readonly classes: readonly LabelClass[];
  /** Each class is one object that was found, not a kind of thing: its number means nothing in another run. */
  readonly areObjects?: boolean;
}

/** One value a voxel in a box, for example an edge map or a probability 0 … 1. */
export interface ScalarResult {
  readonly box: Box;
  readonly voxels: Float32Array;
  readonly title: string;
  readonly unit: string;
}

/** A closed polygon in a slice, corners in continuous voxel indexes. */
export interface ContourResult {
  readonly pointsIjk: readonly Vec3[];
  readonly closed: boolean;
}

/** A number that the method found out, such as the threshold that Otsu chose. */
export interface ComputedValue {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What computed a result, where a method has a choice. */
export interface ResultRuntime {
  /** For the recipe: `wasm`, `webgpu`, `native`. */
  readonly provider: string;
  /** For a person: `WebAssembly, 2 threads`. */
  readonly title: string;
}

export interface MethodResult {
  readonly labels?: LabelResult;
  readonly probabilities?: readonly ScalarResult[];
  readonly scalarMap?: ScalarResult;
  readonly contour?: ContourResult;
  readonly values: readonly ComputedValue[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  /** Absent: WebAssembly on one thread. */
  readonly runtime?: ResultRuntime;
}

/**
 * A method with a volume in hand. A session keeps what it has computed, but any sequence of updates gives the same
 * result as one fresh run with the last request.
 */
export interface MethodSession<P> {
  /** Rejects with a CordonError; with code `CANCELLED` when the signal fired. */
  update(request: UpdateRequest<P>, context: UpdateContext): Promise<MethodResult>;
  close(): void;
}

/** One step of a pipeline: a method under a name of its own. Its parameters are the pipeline's, as `name.parameter`. */
export interface PipelineStep {
  readonly name: string;
  readonly title: string;
  readonly methodId: string;
}

/** A fact about a method; shown as text. */
export interface CardLine {
  readonly title: string;
  readonly text: string;
}

export interface SegmentationMethod<S extends ParameterSchema = ParameterSchema> {
  /** Stable: the command line, recipes and tests name it. */
  readonly id: string;
  readonly version: string;
  readonly title: string;
  /** One sentence for a radiologist. */
  readonly summary: string;
  readonly family: MethodFamily;
  /** What the user wants to do, for grouping: `threshold`, `grow`, `edges`, `clean-up`, `network` … */
  readonly group: string;
  readonly citation: string;
  readonly parameters: S;
  /** What a form in the viewer begins with where that is not the schema's default, which the command line keeps. */
  viewerDefaults?(series: ShownSeries): Partial<z.output<S>>;
  readonly inputs: MethodInputs;
  readonly outputs: readonly OutputKind[];
  /** Labels are among the outputs only while this holds; absent: always. */
  readonly labelsWhen?: ParameterCondition;
  /** What a person should know before trusting it, one line a fact: what it is for, what it was tested on … */
  readonly card?: readonly CardLine[];
  /** Only for a network: its id and the SHA-256 of its manifest, which names its files by theirs. */
  readonly model?: { readonly id: string; readonly sha256: string };
  /** Only for a pipeline: what it runs, in order. */
  readonly steps?: readonly PipelineStep[];
  fits(series: SeriesDescription): Fit;
  estimate(work: WorkSize): Estimate;
  /**
   * For a method whose result at a voxel depends on slices near it only, and for which it pays to cut a volume into slabs, each
   * in a worker of its own: how many slices away it looks. Absent or undefined: the work stays in one piece.
   */
  haloSlices?(parameters: z.output<S>, geometry: Geometry): number | undefined;
  open(input: MethodInput): Promise<MethodSession<z.output<S>>>;
}

export const FITS: Fit = { fits: true };
