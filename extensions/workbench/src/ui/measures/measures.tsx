/** @file The measures of the segments: a table, the shape of one of them, and how far two agree. */
import { useCallback, useState, useSyncExternalStore } from 'react';
import { formatMeasure, formatQuantity } from '../i18n/numbers';
import { Button } from '../kit/button';
import { Message } from '../kit/message';
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { useLanguage } from '../panel-context';
import { SegmentMark } from '../panel/segment-mark';
import { measuresCsv } from './measures-csv';
import type { MeasureRow, MeasuresModel, MeasuresState } from './measures-model';

export interface MeasuresProps {
  readonly model: MeasuresModel;
}

export function Measures({ model }: MeasuresProps) {
  const { t } = useLanguage();
  const state = useSyncExternalStore(
    useCallback((listener) => model.subscribe(listener), [model]),
    () => model.getState()
  );
  const { rows, note, error, isMeasuring } = state;
  if (error) return <Message kind="error" {...error} />;
  if (rows.length === 0) {
    return (
      <p className="text-muted-foreground text-base">
        {t(isMeasuring ? 'measures.measuring' : 'measures.none')}
      </p>
    );
  }
  return (
    <div aria-busy={isMeasuring} data-cy="cordon-measures">
      <Table state={state} model={model} />
      {note ? <p className="cordon-sentence text-muted-foreground mt-1 text-sm">{note}.</p> : null}
      <CopyButton state={state} />
      {state.choices.length > 1 ? <Comparison state={state} model={model} /> : null}
    </div>
  );
}

interface PartProps {
  readonly state: MeasuresState;
  readonly model: MeasuresModel;
}

function Table({ state, model }: PartProps) {
  const { t } = useLanguage();
  const { rows, quantity, open } = state;
  return (
    <table className="text-foreground w-full text-base">
      <thead>
        <tr className="text-muted-foreground text-sm">
          <th scope="col" className="cordon-start font-normal">
            {t('measures.segment')}
          </th>
          <th scope="col" className="cordon-end font-normal">
            ml
          </th>
          <th scope="col" className="cordon-end cordon-mean font-normal">
            {quantity ? t('measures.meanIn', { unit: quantity }) : t('measures.mean')}
          </th>
        </tr>
      </thead>
      {rows.map((row) => (
        <tbody key={row.number}>
          <SegmentRow row={row} isOpen={row.number === open} model={model} />
          {row.number === open ? <Details row={row} state={state} /> : null}
        </tbody>
      ))}
    </table>
  );
}

interface SegmentRowProps {
  readonly row: MeasureRow;
  readonly isOpen: boolean;
  readonly model: MeasuresModel;
}

function SegmentRow({ row, isOpen, model }: SegmentRowProps) {
  const { t, tag } = useLanguage();
  const { number, label, colour, volumeMl, intensity } = row;
  return (
    <tr>
      <th scope="row" className="cordon-start cordon-cell font-normal">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={t('measures.more', { label })}
          className="cordon-focus cordon-start hover:bg-primary/10 flex h-6 w-full min-w-0 items-center gap-1.5 rounded px-1"
          onClick={() => {
            model.open(isOpen ? undefined : number);
          }}
        >
          <SegmentMark colour={colour} />
          <span className="truncate" dir="auto">
            {label}
          </span>
        </button>
      </th>
      <td className="cordon-end whitespace-nowrap">{formatMeasure(volumeMl, tag)}</td>
      <td className="cordon-end whitespace-nowrap">
        {intensity
          ? `${formatMeasure(intensity.mean, tag)} ± ${formatMeasure(intensity.standardDeviation, tag)}`
          : '–'}
      </td>
    </tr>
  );
}

function Details({ row, state }: { readonly row: MeasureRow; readonly state: MeasuresState }) {
  const { t, tag } = useLanguage();
  const { intensity, number, voxels } = row;
  const shape = state.shape?.number === number ? state.shape : undefined;
  const quantity = (value: number, unit: string) => formatQuantity(value, unit, tag);
  const lengths = (long: number, short: number) =>
    `${formatMeasure(long, tag)} × ${quantity(short, 'mm')}`;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [t('measures.voxels'), quantity(voxels, '')],
    [
      t('measures.range'),
      intensity &&
        `${formatMeasure(intensity.min, tag)} – ${quantity(intensity.max, intensity.unit)}`,
    ],
    [t('measures.median'), intensity && quantity(intensity.median, intensity.unit)],
    [
      t('measures.inSlice', { slice: (shape?.inSlice?.k ?? 0) + 1 }),
      shape?.inSlice && lengths(shape.inSlice.longAxisMm, shape.inSlice.shortAxisMm),
    ],
    [
      t('measures.inSpace'),
      shape?.inSpace && lengths(shape.inSpace.longAxisMm, shape.inSpace.shortAxisMm),
    ],
    [t('measures.surface'), shape && quantity(shape.surfaceMm2 / 100, 'cm²')],
  ];
  return (
    <tr>
      <td colSpan={3} className="pb-1">
        <dl className="px-1 text-sm">
          {lines.map(([name, value]) =>
            value === undefined ? null : (
              <div key={name} className="flex justify-between gap-2">
                <dt className="text-muted-foreground truncate">{name}</dt>
                <dd className="whitespace-nowrap">{value}</dd>
              </div>
            )
          )}
        </dl>
        {shape ? null : (
          <p className="text-muted-foreground px-1 text-sm">{t('measures.measuring')}</p>
        )}
      </td>
    </tr>
  );
}

function CopyButton({ state }: { readonly state: MeasuresState }) {
  const { t } = useLanguage();
  const [outcome, setOutcome] = useState<'copy' | 'copied' | 'copyFailed'>('copy');
  const copy = () => {
    navigator.clipboard.writeText(measuresCsv(state)).then(
      () => {
        setOutcome('copied');
      },
      () => {
        setOutcome('copyFailed');
      }
    );
  };
  return (
    <Button className="mt-1" onClick={copy}>
      <span role="status">{t(`measures.${outcome}`)}</span>
    </Button>
  );
}

const NOTHING = 'nothing';

function Comparison({ state, model }: PartProps) {
  const { t, tag } = useLanguage();
  const { agreement, choices, reference, candidate } = state;
  const choose = (side: 'reference' | 'candidate', value: string | undefined) => (
    <Row label={t(`measures.${side}`)}>
      <Select
        label={t(`measures.${side}`)}
        value={value ?? NOTHING}
        choices={[
          { value: NOTHING, label: '–' },
          ...choices.map(({ key, label }) => ({ value: key, label })),
        ]}
        onChange={(key) => {
          model.compare(side, key === NOTHING ? undefined : key);
        }}
      />
    </Row>
  );
  const lines: readonly (readonly [string, number | null, string])[] = agreement
    ? [
        ['Dice', agreement.dice, ''],
        ['Jaccard', agreement.jaccard, ''],
        ['HD95', agreement.hd95Mm, 'mm'],
        ['ASSD', agreement.assdMm, 'mm'],
      ]
    : [];
  return (
    <div className="mt-2" role="group" aria-label={t('measures.compare')}>
      <h3 className="text-muted-foreground text-sm">{t('measures.compare')}</h3>
      {choose('reference', reference)}
      {choose('candidate', candidate)}
      <dl className="px-1 text-sm" data-cy="cordon-agreement">
        {lines.map(([name, value, unit]) => (
          <div key={name} className="flex justify-between gap-2">
            <dt className="text-muted-foreground">{name}</dt>
            <dd>{value === null ? t('measures.empty') : formatQuantity(value, unit, tag)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
