/** @file The panel's section that saves the active segmentation. */
import { useCallback, useState, useSyncExternalStore } from 'react';
import type { CordonWorkbench } from '@cordon/extension-workbench/viewer';
import {
  Button,
  Message,
  Progress,
  Row,
  TextField,
  useTexts,
} from '@cordon/extension-workbench/ui';
import type { SaveJobs, SaveState } from './save-jobs';
import { NAMESPACE } from './texts';

export interface SaveSectionProps {
  readonly jobs: SaveJobs;
  readonly workbench: CordonWorkbench;
}

export function SaveSection({ jobs, workbench }: SaveSectionProps) {
  const t = useTexts(NAMESPACE);
  const [description, setDescription] = useState('');
  const state = useSyncExternalStore(
    useCallback((listener) => jobs.subscribe(listener), [jobs]),
    () => jobs.getState()
  );
  const panel = useSyncExternalStore(
    useCallback((listener) => workbench.panel.subscribe(listener), [workbench]),
    () => workbench.panel.getState()
  );
  const unsaved = useSyncExternalStore(
    useCallback((listener) => workbench.book.subscribe(listener), [workbench]),
    () => workbench.book.unsaved().length > 0
  );
  const hasProbabilities = useSyncExternalStore(
    useCallback((listener) => workbench.panel.subscribe(listener), [workbench]),
    () => workbench.probabilities().size > 0
  );
  const isBusy = state.phase === 'busy';
  const isEmpty = panel.segments.length === 0;
  const save = () => void jobs.save(description.trim());
  const hasPreview = panel.preview !== undefined;
  const hint = hasPreview ? 'preview' : unsaved ? 'unsaved' : isEmpty ? 'nothing' : 'stored';
  return (
    <div className="flex flex-col gap-2" data-cy="cordon-save">
      <Row label={t('description')}>
        <TextField
          label={t('description')}
          value={description}
          placeholder={t('placeholder')}
          maxLength={64}
          onChange={setDescription}
        />
      </Row>
      <Outcome state={state} jobs={jobs} />
      {isBusy ? null : (
        <>
          <div className="text-muted-foreground text-sm">{t(hint)}</div>
          <div className="flex gap-2">
            <Button
              kind="primary"
              className="flex-1"
              disabled={isEmpty || hasPreview}
              onClick={save}
            >
              {t(state.phase === 'failed' && state.canRetry ? 'again' : 'save')}
            </Button>
            <Button disabled={isEmpty || hasPreview} onClick={() => void jobs.download()}>
              {t('download')}
            </Button>
          </div>
          {hasProbabilities && !hasPreview ? (
            <div className="flex items-center gap-2">
              <span className="text-muted-foreground flex-1 text-sm">{t('probabilitiesHint')}</span>
              <Button onClick={() => void jobs.saveProbabilities(description.trim())}>
                {t('probabilities')}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </div>
  );
}

function Outcome({ state, jobs }: { readonly state: SaveState; readonly jobs: SaveJobs }) {
  const t = useTexts(NAMESPACE);
  switch (state.phase) {
    case 'idle':
      return null;
    case 'busy':
      return (
        <Progress
          title={t('saving')}
          message={state.progress.message}
          fraction={state.progress.fraction}
          onCancel={() => {
            jobs.cancel();
          }}
        />
      );
    case 'saved':
      return (
        <div data-cy="cordon-saved">
          <Message
            kind="info"
            what={t('saved')}
            why={t('verified')}
            remedy={state.warnings.join(' ')}
          />
        </div>
      );
    case 'failed':
      return (
        <div data-cy="cordon-save-failed">
          <Message
            kind="error"
            what={state.error.what}
            why={state.error.why}
            remedy={state.error.remedy}
          />
        </div>
      );
  }
}
