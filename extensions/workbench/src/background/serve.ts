/**
 * @file The worker's side of the workbench's own worker.
 */
import { CordonError } from '../errors/cordon-error';
import { settle } from '../jobs/outcome';
import { fromChannelMessage } from '../jobs/protocol';
import { measure } from '../measure/measures';
import { valueHistogram } from '../measure/value-histogram';
import { DraftStore } from '../safekeeping/draft-store';
import type { ImageVolume } from '../volume/image-volume';
import { fromLabelMessage, toLabelMessage } from '../volume/label-message';
import type { LabelLayer } from '../volume/label-volume';
import type { BackgroundApi } from './api';

/** The worker without its messages. */
export function createBackground(): BackgroundApi {
  let store: DraftStore | undefined;
  let image: ImageVolume | undefined;
  const drafts = () => {
    if (store) return store;
    throw notOpen();
  };
  return {
    openDrafts: (user) =>
      settle(async () => {
        store?.close();
        store = await DraftStore.open({ user });
        return null;
      }),
    putDraft: (message) =>
      settle(async () => {
        const hasLabels = message.labels.layers.some(hasVoxels);
        if (hasLabels) await drafts().put({ ...message, labels: fromLabelMessage(message.labels) });
        else await drafts().delete(message.id);
        return hasLabels;
      }),
    listDrafts: (study) => settle(() => drafts().list(study)),
    getDraft: (id) =>
      settle(async () => {
        const draft = await drafts().get(id);
        return draft ? { ...draft, labels: toLabelMessage(draft.labels) } : null;
      }),
    deleteDraft: (id) =>
      settle(async () => {
        await drafts().delete(id);
        return null;
      }),
    histogram: (message) =>
      settle(() => valueHistogram(fromChannelMessage(message).voxels) ?? null),
    measure: ({ labels, referenceLabels, candidateLabels, image: sent, ...order }) =>
      settle(() => {
        if (sent === 'none') image = undefined;
        else if (sent) image = fromChannelMessage(sent);
        return measure({
          ...order,
          labels: fromLabelMessage(labels),
          referenceLabels: referenceLabels && fromLabelMessage(referenceLabels),
          candidateLabels: candidateLabels && fromLabelMessage(candidateLabels),
          image,
        });
      }),
  };
}

const hasVoxels = (layer: LabelLayer) => layer.some((value) => value !== 0);

const notOpen = () =>
  new CordonError({
    code: 'DRAFTS_UNAVAILABLE',
    what: 'Unsaved work is not kept on this computer',
    why: 'its store is not open',
    remedy: 'save often, and reload the page',
  });
