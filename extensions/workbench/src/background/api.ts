/**
 * @file What the page asks of the workbench's own worker: keeping unsaved work, and measuring. Plain data only.
 */
import type { ChannelMessage } from '../jobs/protocol';
import type { Outcome } from '../jobs/outcome';
import type { MeasureOrder, Measures } from '../measure/measures';
import type { ValueHistogram } from '../measure/value-histogram';
import type { Draft, DraftSummary } from '../safekeeping/draft';
import type { LabelMessage } from '../volume/label-message';

export type DraftMessage = Omit<Draft, 'labels'> & { readonly labels: LabelMessage };

export type MeasureMessage = Omit<
  MeasureOrder,
  'labels' | 'image' | 'referenceLabels' | 'candidateLabels'
> & {
  readonly labels: LabelMessage;
  readonly referenceLabels?: LabelMessage;
  readonly candidateLabels?: LabelMessage;
  /** Without: the intensities are those of the last image that was sent; `none`: of no image. */
  readonly image?: ChannelMessage | 'none';
};

export interface BackgroundApi {
  /** Opens the store of a person's unsaved work. */
  openDrafts(user: string): Promise<Outcome<null>>;
  /** Keeps a draft; erases it instead when it has no labelled voxel. True when it is kept. */
  putDraft(draft: DraftMessage): Promise<Outcome<boolean>>;
  listDrafts(studyInstanceUid: string): Promise<Outcome<readonly DraftSummary[]>>;
  getDraft(id: string): Promise<Outcome<DraftMessage | null>>;
  deleteDraft(id: string): Promise<Outcome<null>>;
  /** How often each value occurs; null for an image without two different values. */
  histogram(image: ChannelMessage): Promise<Outcome<ValueHistogram | null>>;
  measure(order: MeasureMessage): Promise<Outcome<Measures>>;
}
