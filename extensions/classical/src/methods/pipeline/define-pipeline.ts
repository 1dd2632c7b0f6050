/**
 * @file A pipeline: a list of named steps that is itself a method. Each step is a method on the image, on the segment of an earlier
 * step, or on two of them; every parameter of every step is a parameter of the pipeline, `step.parameter`.
 */
import {
  boxSize,
  CordonError,
  defineMethod,
  NO_PROMPTS,
  regionBox,
  type Estimate,
  type LabelClass,
  type LabelResult,
  type MethodInput,
  type MethodResult,
  type MethodSession,
  type Prompts,
  type SegmentationMethod,
  type SeriesDescription,
  type Fit,
  type UpdateContext,
  type UpdateRequest,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { sliceAlone } from './slice-alone';

export interface StepDefinition {
  /** Letters only; names the step in parameters. */
  readonly name: string;
  readonly title: string;
  readonly method: SegmentationMethod;
  /** What differs from the method's defaults. */
  readonly defaults?: Readonly<Record<string, number | boolean | string>>;
  /** Step whose result is the segment of this one; the step before when absent. Ignored by methods without a segment. */
  readonly segment?: string;
  /** Step whose result is the other segment of a logical operation. */
  readonly other?: string;
  /** Left out where the region is one slice, because it is about volumes. No other step may name it. */
  readonly volumeOnly?: boolean;
}

export interface PipelineDefinition {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly citation: string;
  readonly steps: readonly StepDefinition[];
  /** What the result is. */
  readonly segment: LabelClass['segment'];
  fits(series: SeriesDescription): Fit;
}

type Values = Readonly<Record<string, unknown>>;

/** Makes a method of the steps. It works on the volume, a slice or a box; its last step is its result. */
export function definePipeline(definition: PipelineDefinition): SegmentationMethod {
  const { steps, segment, ...rest } = definition;
  return defineMethod({
    ...rest,
    family: 'classical',
    group: 'pipeline',
    parameters: pipelineParameters(steps),
    inputs: {
      channels: ['image'],
      regions: ['volume', 'slice', 'box'],
      segment: 'none',
      prompts: [],
    },
    outputs: ['labels'],
    steps: steps.map(({ name, title, method }) => ({ name, title, methodId: method.id })),
    estimate: (work): Estimate => {
      const each = steps.map(({ method }) => method.estimate(work));
      const voxels = work.size[0] * work.size[1] * work.size[2];
      // Every step's segment is kept, its work space is not.
      const kept = 5 * steps.length * voxels;
      return {
        bytes: Math.max(...each.map(({ bytes }) => bytes)) + kept,
        operations: each.reduce((sum, { operations }) => sum + operations, 0),
      };
    },
    open: async (input): Promise<MethodSession<Values>> => {
      let closed = false;
      return {
        update: async (asked, context) => {
          const whole = input.channels[0].geometry;
          const isSlice = asked.region.kind === 'slice';
          const box = regionBox(asked.region, whole.size);
          const images = isSlice
            ? { ...input, channels: input.channels.map((image) => sliceAlone(image, box)) }
            : input;
          const request: typeof asked = isSlice ? { ...asked, region: { kind: 'volume' } } : asked;
          const { size } = images.channels[0].geometry;
          const results = new Map<string, Uint8Array>();
          const warnings: string[] = [];
          let last: LabelResult | undefined;
          const taken = steps.filter(({ volumeOnly }) => !isSlice || !volumeOnly);
          for (const [at, step] of taken.entries()) {
            if (closed) throw closedError();
            const from = step.segment ?? taken[at - 1]?.name;
            const call = stepRequest(step, from, request, results);
            const result = await runStep(step, images, call, stepContext(context, at, taken)).catch(
              (error: unknown) => {
                const source = taken.find(({ name }) => name === from);
                throw source && isEmptySegment(error) ? withoutLabels(source) : error;
              }
            );
            last = result.labels;
            if (!last) throw withoutLabels(step);
            results.set(step.name, onGrid(last, size));
            warnings.push(...result.warnings.map((text) => `${step.title}: ${text}`));
          }
          if (!last) throw new RangeError(`pipeline ${definition.id} has no steps`);
          const placed = isSlice ? { ...last, box } : last;
          const labels = { ...placed, classes: [{ value: 1, segment }] };
          return { labels, values: [], warnings };
        },
        close: () => {
          closed = true;
        },
      };
    },
  });
}

/** Runs one step in a session of its own, so that its memory is free for the next one. */
async function runStep(
  { method }: StepDefinition,
  input: MethodInput,
  request: UpdateRequest<Values>,
  context: UpdateContext
): Promise<MethodResult> {
  const session = await method.open(input);
  try {
    return await session.update(request, context);
  } finally {
    session.close();
  }
}

function closedError(): CordonError {
  return new CordonError({
    code: 'SESSION_CLOSED',
    what: 'The method is no longer open on this image',
    why: 'its session was closed',
    remedy: 'open it again',
  });
}

/** One field for each parameter of each step, with the step's default and title. */
function pipelineParameters(steps: readonly StepDefinition[]): z.ZodObject {
  const fields = steps.flatMap(({ name, title, method, defaults, volumeOnly }) =>
    Object.entries(method.parameters.shape).map(([parameter, schema]) => {
      const field = schema as z.ZodDefault;
      const meta = field.meta() ?? {};
      const value = defaults?.[parameter] ?? field.def.defaultValue;
      const named = {
        ...meta,
        title: `${title}: ${String(meta.title ?? parameter).toLowerCase()}`,
        ...(volumeOnly && {
          description: `${String(meta.description ?? '')} This step is left out in a single slice.`,
        }),
      };
      return [
        `${name}.${parameter}`,
        (field.unwrap() as z.ZodType).default(value).meta(named),
      ] as const;
    })
  );
  return z.object(Object.fromEntries(fields));
}

function stepRequest(
  step: StepDefinition,
  from: string | undefined,
  { parameters, region }: UpdateRequest<Values>,
  results: ReadonlyMap<string, Uint8Array>
): UpdateRequest<Values> {
  const own = `${step.name}.`;
  const values = Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith(own))
      .map(([name, value]) => [name.slice(own.length), value])
  );
  const takes = step.method.inputs.segment !== 'none' && from !== undefined;
  const other = step.other === undefined ? undefined : results.get(step.other);
  const prompts: Prompts = other
    ? { ...NO_PROMPTS, scribbles: [{ label: 1, voxels: indexes(other) }] }
    : NO_PROMPTS;
  const segment = takes ? results.get(from) : undefined;
  return { parameters: values, region, prompts, segment };
}

/** The progress of a step as a part of the whole. */
function stepContext(
  context: UpdateContext,
  at: number,
  steps: readonly StepDefinition[]
): UpdateContext {
  const onProgress = context.onProgress;
  onProgress?.({ fraction: at / steps.length, message: steps[at].title });
  return {
    ...context,
    onProgress: onProgress
      ? ({ fraction }) => {
          onProgress({ fraction: (at + fraction) / steps.length, message: steps[at].title });
        }
      : undefined,
  };
}

/** Labels of a box as a 0/1 mask of the whole grid; where they are one already, themselves. */
function onGrid({ box, classes, voxels }: LabelResult, size: Vec3): Uint8Array {
  const [columns, rows, slices] = boxSize(box);
  const isMask = classes.every(({ value }) => value === 1) && voxels instanceof Uint8Array;
  const count = size[0] * size[1] * size[2];
  if (isMask && voxels.length === count) return voxels;
  const mask = new Uint8Array(count);
  let from = 0;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const to = box.fromIjk[0] + size[0] * (box.fromIjk[1] + j + size[1] * (box.fromIjk[2] + k));
      if (isMask) mask.set(voxels.subarray(from, from + columns), to);
      else for (let i = 0; i < columns; i++) if (voxels[from + i] !== 0) mask[to + i] = 1;
      from += columns;
    }
  }
  return mask;
}

function indexes(mask: Uint8Array): Uint32Array {
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += mask[at];
  const voxels = new Uint32Array(count);
  let filled = 0;
  for (let at = 0; at < mask.length; at++) if (mask[at] === 1) voxels[filled++] = at;
  return voxels;
}

const isEmptySegment = (error: unknown) =>
  error instanceof CordonError && error.code === 'SEGMENT_EMPTY';

function withoutLabels({ title, method }: StepDefinition): CordonError {
  return new CordonError({
    code: 'STEP_WITHOUT_LABELS',
    what: `Nothing is left after the step "${title}"`,
    why: `"${method.title}" marks nothing there with these parameters`,
    remedy: 'change the parameters of this step or of those before it, or the region',
  });
}

/** Fits CT in Hounsfield units, which the thresholds of a pipeline rely on. */
export const fitsCt = ({ modality }: SeriesDescription): Fit =>
  modality === 'CT'
    ? { fits: true }
    : {
        fits: false,
        reason: `its thresholds are Hounsfield units, the series is ${modality || 'not CT'}`,
      };
