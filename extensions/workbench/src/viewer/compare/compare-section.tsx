/** @file The panel's section that compares methods: which ones, a table of how far they agree, and where they do not. */
import { useCallback, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { AgreementRow } from '../../measure/agreement';
import { formatMeasure, formatNumber } from '../../ui/i18n/numbers';
import { Button } from '../../ui/kit/button';
import { Message } from '../../ui/kit/message';
import { Progress } from '../../ui/kit/progress';
import { Row } from '../../ui/kit/row';
import { Select } from '../../ui/kit/select';
import { useLanguage, useTexts } from '../../ui/panel-context';
import type { PanelModel } from '../../ui/panel-model';
import type { MethodComparison } from './comparison';
import { NAMESPACE } from './texts';

export interface CompareSectionProps {
  readonly comparison: MethodComparison;
  readonly panel: PanelModel;
  /** Shows where the results differ, as a preview. */
  readonly onShow: (names: Parameters<MethodComparison['differences']>[0]) => void;
  readonly onCsv: (text: string) => void;
}

const NO_REFERENCE = 'none';
const MOST_METHODS = 6;

export function CompareSection({ comparison, panel, onShow, onCsv }: CompareSectionProps) {
  const t = useTexts(NAMESPACE);
  const state = useSyncExternalStore(
    useCallback((listener) => comparison.subscribe(listener), [comparison]),
    () => comparison.getState()
  );
  const { segments, preview } = useSyncExternalStore(
    useCallback((listener) => panel.subscribe(listener), [panel]),
    () => panel.getState()
  );
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [region, setRegion] = useState<'volume' | 'slice'>('volume');
  const [reference, setReference] = useState(NO_REFERENCE);
  const candidates = comparison.candidates().map(({ method }) => method);
  const methods = chosen.filter((id) => candidates.some((method) => method.id === id));
  const hasReference = segments.some(({ number }) => String(number) === reference);
  const opinions = methods.length + Number(hasReference);
  const toggle = (id: string) => {
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  };
  return (
    <div className="flex flex-col gap-2" data-cy="cordon-compare">
      <p className="text-muted-foreground text-sm">{t('explain')}</p>
      <fieldset className="cordon-methods min-w-0 overflow-y-auto" aria-label={t('methods')}>
        {candidates.map(({ id, title }) => (
          <label key={id} className="flex items-center gap-2 px-1">
            <input
              type="checkbox"
              checked={methods.includes(id)}
              disabled={!methods.includes(id) && methods.length >= MOST_METHODS}
              onChange={() => {
                toggle(id);
              }}
            />
            <span className="min-w-0 flex-1 break-words">{title}</span>
          </label>
        ))}
      </fieldset>
      <Row label={t('region')}>
        <Select
          label={t('region')}
          value={region}
          choices={(['volume', 'slice'] as const).map((value) => ({ value, label: t(value) }))}
          onChange={setRegion}
        />
      </Row>
      <Row label={t('reference')}>
        <Select
          label={t('reference')}
          value={hasReference ? reference : NO_REFERENCE}
          choices={[
            { value: NO_REFERENCE, label: t('noReference') },
            ...segments.map(({ number, label }) => ({ value: String(number), label })),
          ]}
          onChange={setReference}
        />
      </Row>
      {state.job ? (
        <Progress
          {...state.job}
          onCancel={() => {
            comparison.cancel();
          }}
        />
      ) : (
        <Button
          kind="primary"
          disabled={methods.length === 0 || opinions < 2 || preview !== undefined}
          onClick={() => {
            const number = hasReference ? Number(reference) : undefined;
            void comparison.run({ methods, region, reference: number });
          }}
        >
          {t('run')}
        </Button>
      )}
      {state.error ? (
        <Message
          kind="error"
          what={state.error.what}
          why={state.error.why}
          remedy={state.error.remedy}
        />
      ) : null}
      {state.rows.length > 0 ? (
        <>
          <Agreement rows={state.rows} />
          <div className="flex gap-2">
            {preview ? (
              <Button
                className="flex-1"
                onClick={() => {
                  panel.reject();
                }}
              >
                {t('hide')}
              </Button>
            ) : (
              <Button
                className="flex-1"
                onClick={() => {
                  onShow({
                    all: t('all'),
                    some: t('some'),
                    only: (title) => t('only', { title }),
                  });
                }}
              >
                {t('show')}
              </Button>
            )}
            <Button
              onClick={() => {
                onCsv(comparison.csv());
              }}
            >
              {t('csv')}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}

function Agreement({ rows }: { readonly rows: readonly AgreementRow[] }) {
  const t = useTexts(NAMESPACE);
  const { tag } = useLanguage();
  const cell = (value: number | null | undefined, digits: number): ReactNode =>
    value === null || value === undefined ? '–' : formatNumber(value, tag, digits);
  const withReference = rows.some(({ isReference }) => isReference);
  return (
    <table className="w-full text-sm">
      <caption className="text-muted-foreground cordon-start text-sm">
        {t(withReference ? 'withReference' : 'withOthers')}
      </caption>
      <thead>
        <tr className="text-muted-foreground">
          {(['method', 'volumeMl', 'seconds', 'dice', 'hd95'] as const).map((name) => (
            <th
              key={name}
              scope="col"
              className={
                name === 'method' ? 'cordon-start font-normal' : 'pl-2 text-right font-normal'
              }
            >
              {t(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.title}>
            <th scope="row" className="cordon-start font-normal">
              {row.title}
            </th>
            <td className="pl-2 text-right">{formatMeasure(row.volumeMl, tag)}</td>
            <td className="pl-2 text-right">
              {cell(row.milliseconds === undefined ? undefined : row.milliseconds / 1000, 1)}
            </td>
            <td className="pl-2 text-right">{row.isReference ? t('itself') : cell(row.dice, 3)}</td>
            <td className="pl-2 text-right">{row.isReference ? '' : cell(row.hd95Mm, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
