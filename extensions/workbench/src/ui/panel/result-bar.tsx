/** @file Run and cancel, what the preview shows, accept and reject. */
import { useEffect, useId, useState } from 'react';
import { formatNumber, formatQuantity } from '../i18n/numbers';
import { Button, IconButton } from '../kit/button';
import { CheckIcon, CloseIcon, PlayIcon } from '../kit/icons';
import { Progress } from '../kit/progress';
import { useLanguage, type Language } from '../panel-context';
import type { PanelModel, PanelState, PreviewSummary } from '../panel-model';
import { takesPrompts, writesLabels } from './form-layout';

interface ResultBarProps {
  readonly state: PanelState;
  readonly model: PanelModel;
}

export function ResultBar({ state, model }: ResultBarProps) {
  const language = useLanguage();
  const { t } = language;
  const { job, preview, series } = state;
  const later = useId();
  const hint = useId();
  const missing = missingSegment(state);
  const isMap = state.active !== undefined && !writesLabels(state.active);
  const unit = series?.unit ?? '';
  const summary =
    preview && summaryOf(preview, language, state.active?.segmentInput === 'required');
  const taken = preview && takenText(preview, language);
  return (
    <div className="cordon-result border-input mt-2 rounded border p-2">
      {preview ? (
        <div className="mb-2 text-base">
          <div className="text-foreground">{summary}</div>
          {taken ? <div className="text-foreground text-sm">{taken}</div> : null}
          {preview.updates ? (
            <div className="text-muted-foreground text-sm">{t('form.updates')}</div>
          ) : null}
          {preview.values.map(({ name, value, unit: own }) => (
            <div key={name} className="text-muted-foreground flex justify-between gap-2">
              <span className="truncate">{name}</span>
              <span className="whitespace-nowrap">
                {formatQuantity(value, own === 'modality' ? unit : own, language.tag)}
              </span>
            </div>
          ))}
          {preview.ranOn ? (
            <div className="text-muted-foreground text-sm">
              {t('form.ranOn', { engine: preview.ranOn })}
            </div>
          ) : null}
        </div>
      ) : null}
      {!preview && !job ? (
        <p id={hint} className="text-muted-foreground mb-2 text-sm">
          {t(missing ?? (isMap ? 'form.noMap' : 'form.noPreview'))}
        </p>
      ) : null}
      {job ? (
        <div className={preview ? 'mb-2' : undefined}>
          <Progress
            {...job}
            onCancel={() => {
              model.cancel();
            }}
          />
          {preview ? (
            <p id={later} className="text-muted-foreground text-sm">
              {t('form.acceptLater')}
            </p>
          ) : null}
        </div>
      ) : null}
      <div className="flex gap-1">
        {preview ? (
          <>
            <Button
              kind="primary"
              className="flex-1"
              icon={<CheckIcon />}
              title={t('form.enterKey')}
              aria-keyshortcuts="Enter"
              disabled={job !== undefined}
              aria-describedby={job ? later : undefined}
              onClick={() => {
                model.accept();
              }}
            >
              {t('form.accept')}
            </Button>
            <Button
              className="flex-1"
              icon={<CloseIcon />}
              title={t('form.escapeKey')}
              aria-keyshortcuts="Escape"
              onClick={() => {
                model.reject();
              }}
            >
              {t('form.reject')}
            </Button>
          </>
        ) : null}
        <RunButton state={state} model={model} lacks={missing && hint} />
      </div>
      <Spoken summary={[summary, taken].filter(Boolean).join('. ')} />
    </div>
  );
}

/** `lacks` is the id of the text that says why it cannot run. */
function RunButton({ state, model, lacks }: ResultBarProps & { readonly lacks?: string }) {
  const { t } = useLanguage();
  if (state.job) return null;
  const run = () => {
    model.run();
  };
  if (state.preview) {
    return (
      <IconButton
        className="cordon-run"
        label={t('form.runAgain')}
        icon={<PlayIcon className="h-3 w-3" />}
        onClick={run}
      />
    );
  }
  return (
    <Button
      kind="primary"
      className="flex-1"
      icon={<PlayIcon className="h-3 w-3" />}
      disabled={lacks !== undefined}
      aria-describedby={lacks}
      onClick={run}
    >
      {t('form.run')}
    </Button>
  );
}

/** What an operation on segments lacks before it can run; nothing when it can. */
function missingSegment({
  active,
  segments,
}: PanelState): 'operations.segmentNone' | 'operations.withNone' | undefined {
  if (active?.segmentInput !== 'required') return undefined;
  if (segments.length === 0) return 'operations.segmentNone';
  const isAlone = active.combines && takesPrompts(active) && segments.length === 1;
  return isAlone ? 'operations.withNone' : undefined;
}

/** "12,345 voxels · 12.3 ml". */
export function sizeOf(preview: PreviewSummary, { t, tag }: Language): string {
  if (preview.voxels === 0) return t('form.nothingFound');
  const voxels = t('form.voxels', {
    count: preview.voxels,
    voxels: formatNumber(preview.voxels, tag, 0),
  });
  return `${voxels} · ${formatQuantity(preview.volumeMl, 'ml', tag)}`;
}

/** What an operation changes is not the size of its segment. */
function summaryOf(preview: PreviewSummary, language: Language, changesSegment: boolean): string {
  if (!changesSegment) return sizeOf(preview, language);
  if (preview.voxels === 0) return language.t('operations.nothing');
  return language.t('operations.changes', { size: sizeOf(preview, language) });
}

/** So many segments that lose to a result are named. */
const NAMED = 3;

/** "Takes 12.3 ml from Lung, 0.2 ml from Tumour. …"; nothing when it takes nothing. */
function takenText({ taken = [] }: PreviewSummary, { t, tag }: Language): string | undefined {
  if (taken.length === 0) return undefined;
  const parts = taken
    .slice(0, NAMED)
    .map(({ segment, volumeMl }) =>
      t('form.takesPart', { segment, volume: formatQuantity(volumeMl, 'ml', tag) })
    );
  if (taken.length > NAMED) parts.push(t('form.takesMore', { segments: taken.length - NAMED }));
  return t('form.takes', {
    parts: parts.join(', '),
    overlap: t('writeRule.overwrite'),
    keep: t('writeRule.overwrites.none'),
  });
}

/** Reads the preview out once it has come to rest, not at every step of a slider. */
function Spoken({ summary }: { readonly summary: string }) {
  const { t } = useLanguage();
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      setSpoken(summary);
    }, SPEAK_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [summary]);
  return (
    <div role="status" className="sr-only">
      {spoken ? t('form.previewSpoken', { summary: spoken }) : ''}
    </div>
  );
}

const SPEAK_AFTER_MS = 700;
