/** @file Unsaved work: what an earlier visit has left, to restore or discard, and that nothing is kept where that is so. */
import { useState } from 'react';
import { Button } from '../kit/button';
import { Message } from '../kit/message';
import { useLanguage } from '../panel-context';
import type { DraftEntry, PanelModel, PanelState } from '../panel-model';

export interface DraftsProps {
  readonly state: PanelState;
  readonly model: PanelModel;
}

export function Drafts({ state, model }: DraftsProps) {
  const { t } = useLanguage();
  const { keeping, problem, left } = state.drafts;
  if (keeping === 'off') return <Message kind="info" what={t('drafts.off')} />;
  return (
    <>
      {keeping === 'failed' && problem ? <Message kind="warning" {...problem} /> : null}
      {left.length > 0 ? <Left left={left} model={model} /> : null}
    </>
  );
}

function Left({ left, model }: Pick<PanelState['drafts'], 'left'> & Pick<DraftsProps, 'model'>) {
  const { t } = useLanguage();
  return (
    <div
      role="region"
      aria-label={t('drafts.title')}
      className="cordon-message cordon-warning text-foreground mb-1 rounded border p-2 text-base"
    >
      <div className="font-semibold">{t('drafts.title')}</div>
      <ul>
        {left.map((draft) => (
          <li key={draft.id}>
            <Draft draft={draft} model={model} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Draft({ draft, model }: { readonly draft: DraftEntry; readonly model: PanelModel }) {
  const { t, tag } = useLanguage();
  const [isSure, setSure] = useState(false);
  const { id, label, changedAt, fits } = draft;
  const when = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(changedAt)
  );
  return (
    <div className="mt-1">
      <div className="text-muted-foreground break-words" dir="auto">
        {t('drafts.of', { label, when })}
      </div>
      {fits ? null : <div className="text-sm">{t('drafts.otherSeries')}</div>}
      <div className="mt-1 flex gap-1">
        <Button
          kind="primary"
          className="flex-1"
          disabled={!fits}
          onClick={() => {
            model.restoreDraft(id);
          }}
        >
          {t('drafts.restore')}
        </Button>
        <Button
          className="flex-1"
          onClick={() => {
            if (isSure) model.discardDraft(id);
            else setSure(true);
          }}
          onBlur={() => {
            setSure(false);
          }}
        >
          {t(isSure ? 'drafts.discardSure' : 'drafts.discard')}
        </Button>
      </div>
    </div>
  );
}
