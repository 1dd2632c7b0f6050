/**
 * @file Writes down how a segment was made while it is being made.
 */
import type { MethodResult, UpdateContext } from '../method/contract';
import type { Prompts } from '../method/prompts';
import { encodePrompts, encodeRegion, type RecipeStep } from '../method/recipe';
import type { MethodOffer } from '../method/registry';
import { code, type CodedConcept } from '../terms/coded-concept';
import type { ActiveMethod, WriteRuleState } from '../ui/panel-model';
import type { Box } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import { stepsBeside } from './control/former-result';
import type { MethodRequest } from './control/build-request';
import type { Accepted } from './preview';
import type { SegmentBook } from './segment-book';
import type { SourceSeries } from './source-series';

/** A result with everything that led to it. */
export interface Computed {
  readonly offer: MethodOffer;
  readonly result: MethodResult;
  /** False for a coarse preview, which must be computed in full before it is accepted. */
  readonly isComplete: boolean;
  /** Nothing was drawn and no parameter changed by the user. */
  readonly isDefault: boolean;
  /** It takes the place of a former result in the same segments. */
  readonly updates: boolean;
  /** It was made of the segment that its first class replaces. */
  readonly changesSegment: boolean;
  /** Grid of the series. */
  readonly size: Vec3;
  readonly step: Omit<RecipeStep, 'label'>;
}

/** What the history keeps of it: no voxels. */
export type Made = Omit<Computed, 'result'> & { readonly box?: Box };

export function withoutVoxels({ result, ...rest }: Computed): Made {
  return { ...rest, box: result.labels?.box };
}

export interface Computation {
  readonly offer: MethodOffer;
  readonly result: MethodResult;
  readonly quality: UpdateContext['quality'];
  readonly request: MethodRequest;
  /** The images of the method, the segmented series first. */
  readonly images: readonly SourceSeries[];
  readonly writeRule: WriteRuleState;
  readonly updates: boolean;
  /** The parameters with which the method began. */
  readonly begun: ActiveMethod['values'];
}

/** A preview without warnings is as good as the final result (see the contract). */
export function describeComputation(computation: Computation): Computed {
  const { offer, result, quality, request, images, writeRule, updates, begun } = computation;
  const values = request.parameters;
  const { method } = offer;
  return {
    offer,
    result,
    updates,
    changesSegment: request.segment !== undefined,
    size: images[0].geometry.size,
    isComplete: quality === 'final' || result.warnings.length === 0,
    isDefault:
      !hasPrompts(request.prompts) &&
      Object.entries(values).every(([name, value]) => begun[name] === value),
    step: {
      method: method.id,
      version: method.version,
      parameters: { ...values },
      prompts: encodePrompts(request.prompts),
      region: encodeRegion(request.region),
      writeRule,
      ...(method.model && { model: { ...method.model } }),
      ...(images.length > 1 && { channels: channelsOf(method, images) }),
      runtime: result.runtime?.provider ?? 'wasm',
    },
  };
}

/** Which series stood for which name, beside the first. */
const channelsOf = ({ inputs }: MethodOffer['method'], images: readonly SourceSeries[]) =>
  images.slice(1).map(({ seriesUid }, at) => ({
    name: inputs.channels[at + 1],
    seriesInstanceUid: seriesUid,
    pixelsSha256: '',
  }));

const hasPrompts = ({ seeds, scribbles, box, path, range }: Prompts): boolean =>
  seeds.length + scribbles.length > 0 ||
  box !== undefined ||
  path !== undefined ||
  range !== undefined;

/** Adds the step to every segment that an accepted result was written to; of a former run stays what lies beside it. */
export function recordStep(
  book: SegmentBook,
  made: Made,
  { segmentationId, segmentOfClass }: Accepted
): void {
  const { offer, step, isDefault, updates, size } = made;
  const origin = made.changesSegment ? book.record(segmentationId, segmentOfClass[1]) : undefined;
  const note = (segment: number, label: number) => {
    if (segment === 0) return;
    const own = book.record(segmentationId, segment);
    // What is split off begins as the segment that it was a part of.
    const isPart = origin !== undefined && label > 1 && own.steps.length === 0;
    const { steps, handEdited, algorithm } = isPart ? origin : own;
    const box = updates ? made.box : undefined;
    const before = box ? stepsBeside(steps, box, size) : steps;
    const wasAutomatic =
      before.length === 0 || ((updates || isPart) && algorithm.type === 'AUTOMATIC');
    const isAutomatic = wasAutomatic && !handEdited && isDefault;
    book.set(segmentationId, segment, {
      steps: [...before, { ...step, label, ...(isPart && { splitOff: true }) }],
      handEdited,
      algorithm: {
        type: isAutomatic ? 'AUTOMATIC' : 'SEMIAUTOMATIC',
        name: offer.method.title,
        version: offer.method.version,
        family: algorithmFamily(offer.method),
      },
    });
  };
  book.together(() => {
    segmentOfClass.forEach(note);
  });
}

/** CID 7162, by what the method is for. */
export function algorithmFamily({ family, group }: MethodOffer['method']): CodedConcept {
  if (family === 'neural') return code('123110', 'DCM', 'Artificial Intelligence');
  return FAMILIES.find(({ groups }) => groups.includes(group))?.concept ?? NEIGHBOURHOOD;
}

const NEIGHBOURHOOD = code('123101', 'DCM', 'Neighborhood Analysis');
const FAMILIES: readonly { readonly groups: readonly string[]; readonly concept: CodedConcept }[] =
  [
    { groups: ['threshold'], concept: code('123105', 'DCM', 'Histogram Analysis') },
    { groups: ['edges'], concept: code('123103', 'DCM', 'Edge Detection') },
    { groups: ['clean-up', 'combine'], concept: code('123104', 'DCM', 'Morphological Operations') },
    { groups: ['cluster'], concept: code('123107', 'DCM', 'Cluster Analysis') },
  ];

/** Takes the last step back from the same segments. */
export function unrecordStep(
  book: SegmentBook,
  { segmentationId, segmentOfClass }: Accepted,
  before: ReadonlyMap<number, ReturnType<SegmentBook['record']>>
): void {
  book.together(() => {
    for (const segment of segmentOfClass) {
      const record = before.get(segment);
      if (record) book.set(segmentationId, segment, record);
    }
  });
}
