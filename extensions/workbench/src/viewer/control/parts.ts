/** @file What the rooms of the controller share. */
import type { BackgroundClient } from '../../background/client';
import type { MethodRegistry } from '../../method/registry';
import type { ActiveSeries, SeriesFollower } from '../active-series';
import type { DraftKeeper } from '../drafts/keeper';
import type { ChannelDesk } from '../channel-desk';
import type { HostServices } from '../host';
import type { LabelWriter } from '../label-writer';
import type { MethodJobs } from '../method-jobs';
import type { PanelStore } from '../panel-store';
import type { Preview } from '../preview';
import type { ProbabilityShelf } from '../probability-shelf';
import type { ScalarOverlay } from '../scalar-overlay';
import type { PromptDesk } from '../prompts/prompt-desk';
import type { PromptToolHost } from '../prompts/prompt-tool';
import type { SegmentBook } from '../segment-book';
import type { Segmentations } from '../segmentations';

export interface ControllerParts {
  readonly services: HostServices;
  readonly methods: MethodRegistry;
  readonly follower: SeriesFollower;
  readonly jobs: MethodJobs;
  readonly writer: LabelWriter;
  readonly preview: Preview;
  readonly segmentations: Segmentations;
  readonly book: SegmentBook;
  readonly shelf: ProbabilityShelf;
  readonly store: PanelStore;
  readonly drafts: DraftKeeper;
  /** The map of values over the image. */
  readonly overlay: ScalarOverlay;
  /** A worker that counts the values of one image. */
  startCounting(): BackgroundClient;
  readonly desk: PromptDesk;
  readonly promptTool: PromptToolHost;
  readonly channels: ChannelDesk;
}

/** What a room needs of the controller: the series now, and to have the panel read anew. */
export interface ControllerView {
  /** The series in the active viewport when the panel was last read. */
  active(): ActiveSeries | undefined;
  refresh(): void;
}
