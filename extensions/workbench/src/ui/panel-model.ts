/**
 * @file What the panel shows and what a person can do in it. The viewer bridge implements {@link PanelModel}; the panel
 * knows nothing else, so that it can be tested without a viewer.
 */
import type { ReactNode } from 'react';
import type {
  CardLine,
  ComputedValue,
  MethodFamily,
  ParameterCondition,
  PipelineStep,
  Region,
} from '../method/contract';
import type { ValueHistogram } from '../measure/value-histogram';
import type { ParameterField } from '../method/parameter-fields';
import type { DrawingTool } from '../prompts/gestures';
import type { Rgb, SegmentTerms } from '../terms/segment-description';

export type ParameterValue = number | boolean | string;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export interface PanelMessage {
  readonly id: string;
  readonly kind: 'info' | 'warning' | 'error';
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

export interface MethodEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly family: MethodFamily;
  readonly group: string;
  /** Why it does not fit the open series; absent when it does. */
  readonly unfit?: string;
}

export interface SeriesSummary {
  readonly title: string;
  readonly modality: string;
  /** Unit of the values: stands for `modality` in parameter units. */
  readonly unit: string;
  /** Smallest and largest value, once known: the range of sliders in modality units. */
  readonly range?: { readonly min: number; readonly max: number };
  /** How often each value occurs, once known. */
  readonly histogram?: ValueHistogram;
}

export interface SegmentEntry {
  readonly number: number;
  readonly label: string;
  readonly colour: Rgb;
  readonly locked: boolean;
  /** Name, codes and colour as they will be stored; absent while nobody has described the segment. */
  readonly terms?: SegmentTerms;
}

export interface ActiveMethod {
  readonly entry: MethodEntry;
  readonly fields: readonly ParameterField[];
  readonly values: ParameterValues;
  readonly regions: readonly Region['kind'][];
  readonly region: Region['kind'];
  readonly citation: string;
  /** Whether it changes a segment: the target is then what it works on. */
  readonly segmentInput?: 'none' | 'optional' | 'required';
  /** It combines the target with a second segment. */
  readonly combines?: boolean;
  /** The second segment of a method that combines two. */
  readonly otherSegment?: number;
  /** Of a method that takes several images: the first, which is the open series. */
  readonly first?: FirstChannel;
  /** The further images. */
  readonly channels?: readonly ChannelRow[];
  /** Marks, or the second segment, only matter while this holds. */
  readonly promptsWhen?: ParameterCondition;
  /** False where all that it makes is a map over the image: nothing is written. */
  readonly makesLabels?: boolean;
  /** It makes labels only while this holds. */
  readonly labelsWhen?: ParameterCondition;
  /** Of a pipeline: what it runs, in order. Its fields are named `step.parameter`. */
  readonly steps?: readonly PipelineStep[];
  readonly card?: readonly CardLine[];
}

/** The image of a method that is the open series. */
export interface FirstChannel {
  /** What the method calls it. */
  readonly name: string;
  /** Another series that looks like it, where the open one does not. */
  readonly looksLike?: string;
}

/** One further image of a method that takes several. */
export interface ChannelRow {
  /** What the method calls it. */
  readonly name: string;
  /** Id of the series that stands for it; absent while none does. */
  readonly chosen?: string;
  /** The other series of the study; with the reason where one cannot be used. */
  readonly choices: readonly {
    readonly id: string;
    readonly title: string;
    readonly unfit?: string;
  }[];
}

/** What a person draws for the active method. */
export interface PromptState {
  /** Tools that the method has a use for. */
  readonly tools: readonly DrawingTool[];
  /** The one in the hand. */
  readonly tool?: DrawingTool;
  /** Labels that can be drawn: 0 background, 1 the target, 2 … further targets. */
  readonly labels: readonly { readonly label: number; readonly colour: string }[];
  readonly label: number;
  /** True while one more target can be added. */
  readonly canAddLabel: boolean;
  readonly brushMm: number;
  /** Nothing is drawn on this series. */
  readonly isEmpty: boolean;
  /** A box is drawn, and the method looks at nothing outside of it. */
  readonly isLimited?: boolean;
  /** What is still to be drawn before there is a result, in the words of the method. */
  readonly waitingFor?: string;
}

export interface Job {
  readonly title: string;
  /** 0 … 1; absent while it cannot be told. */
  readonly fraction?: number;
  readonly message: string;
}

/** What a segment loses to a result of others. */
export interface TakenPart {
  /** Its name. */
  readonly segment: string;
  readonly volumeMl: number;
}

/** A result that is shown but not yet accepted. */
export interface PreviewSummary {
  readonly voxels: number;
  readonly volumeMl: number;
  /** What it takes from segments that are not its own, the most first. */
  readonly taken?: readonly TakenPart[];
  readonly values: readonly ComputedValue[];
  /** What computed it, where a method has a choice. */
  readonly ranOn?: string;
  /** It brings the segments of an earlier run up to date. */
  readonly updates?: boolean;
}

/** A map of values that is shown over the image. */
export interface OverlaySummary {
  readonly title: string;
  readonly unit: string;
  /** Values between which its colours change. */
  readonly lower: number;
  readonly upper: number;
  /** 0 … 1. */
  readonly opacity: number;
}

export interface WriteRuleState {
  readonly area: 'everywhere' | 'inside-segment' | 'outside-segments';
  readonly insideSegment?: number;
  readonly range?: { readonly lower: number; readonly upper: number; readonly invert: boolean };
  readonly overwrite: 'all' | 'none' | 'visible';
}

/** Work of an earlier visit that was not saved. */
export interface DraftEntry {
  readonly id: string;
  readonly label: string;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  /** It was drawn on the series that is open. */
  readonly fits: boolean;
}

export interface DraftsState {
  /** Whether unsaved work is kept on this computer: by a site's choice it is not, by a failure it cannot be. */
  readonly keeping: 'on' | 'off' | 'failed';
  /** Why it cannot be kept; shown for as long as that is so. */
  readonly problem?: { readonly what: string; readonly why: string; readonly remedy: string };
  readonly left: readonly DraftEntry[];
}

export interface PanelState {
  /** False until a segmentation mode of ours is open with an image in the active viewport. */
  readonly ready: boolean;
  readonly series?: SeriesSummary;
  readonly methods: readonly MethodEntry[];
  readonly active?: ActiveMethod;
  /** Absent while no method that takes prompts is chosen. */
  readonly prompts?: PromptState;
  /** Id of the segmentation that the segments are of; absent while none is active. */
  readonly segmentationId?: string;
  readonly segments: readonly SegmentEntry[];
  /** Number of the segment that results are written to; absent: a new one is made. */
  readonly targetSegment?: number;
  readonly writeRule: WriteRuleState;
  readonly job?: Job;
  readonly preview?: PreviewSummary;
  /** A network's result is on the screen. */
  readonly showsNetwork?: boolean;
  readonly overlay?: OverlaySummary;
  readonly messages: readonly PanelMessage[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly drafts: DraftsState;
}

export interface PanelModel {
  /** The state now: the same object until something changes. */
  getState(): PanelState;
  /** Calls `listener` after each change; returns the function that ends it. */
  subscribe(listener: () => void): () => void;

  chooseMethod(id: string | undefined): void;
  /** Chooses a method and runs it at once, on a segment when one is named. */
  startMethod(id: string, segment?: number): void;
  /** Changes a parameter; a live method updates its preview. */
  setParameter(name: string, value: ParameterValue): void;
  resetParameters(): void;
  setRegion(region: Region['kind']): void;
  /** Says which series stands for a further image of the active method. */
  setChannel(name: string, id: string): void;
  /** Takes up a drawing tool, or puts it down. */
  setDrawingTool(tool: DrawingTool | undefined): void;
  setPromptLabel(label: number): void;
  setBrushMm(brushMm: number): void;
  /** Erases everything that is drawn on this series: one undo step. */
  clearPrompts(): void;
  /** Erases the box that limits the method; what else is drawn stays: one undo step. */
  removeBox(): void;
  setTargetSegment(number: number | undefined): void;
  /** The second segment of a method that combines two. */
  setOtherSegment(number: number): void;
  addSegment(): void;
  setSegmentLocked(number: number, locked: boolean): void;
  /** Names, codes or colours a segment: one undo step. Parts that are left out stay as they are. */
  describeSegment(number: number, terms: Partial<SegmentTerms>): void;
  setWriteRule(rule: WriteRuleState): void;
  /** Runs the active method and shows the result as a preview. */
  run(): void;
  cancel(): void;
  accept(): void;
  reject(): void;
  setOverlayOpacity(opacity: number): void;
  hideOverlay(): void;
  undo(): void;
  redo(): void;
  dismissMessage(id: string): void;
  /** Puts unsaved work of an earlier visit back into the viewer. */
  restoreDraft(id: string): void;
  /** Erases it. */
  discardDraft(id: string): void;
}

/** A section that an extension adds to the panel. */
export interface PanelSlot {
  readonly id: string;
  /** A function when it is translated: it gets the language tag of the panel. */
  readonly title: string | ((language: string) => string);
  /** Sections are sorted by this; methods are at 100, segments at 200, storing at 300. */
  readonly order: number;
  render(): ReactNode;
}
