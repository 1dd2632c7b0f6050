/** @file The segments: which one is written to, which are locked, and what each of them is. */
import { useRef, useState } from 'react';
import { lintSegments, type LintFinding } from '../../terms/lint-segments';
import { IconButton } from '../kit/button';
import { classes } from '../kit/classes';
import { LockIcon, TagIcon, UnlockIcon, WandIcon, WarningIcon } from '../kit/icons';
import { useLanguage } from '../panel-context';
import type { PanelModel, PanelState, SegmentEntry } from '../panel-model';
import { SegmentMark } from './segment-mark';
import { operationsOf, SegmentOperations } from './segment-operations';
import { isCoded } from './term-choice';
import { TermPicker } from './term-picker';
import { watching } from './watching';

interface SegmentsProps {
  readonly state: Pick<PanelState, 'methods' | 'segments' | 'targetSegment'>;
  readonly model: PanelModel;
}

export const Segments = watching(['methods', 'segments', 'targetSegment'], SegmentList);

function SegmentList({ state, model }: SegmentsProps) {
  const { t } = useLanguage();
  const [described, setDescribed] = useState<number>();
  const [operated, setOperated] = useState<number>();
  const operations = operationsOf(state.methods);
  const list = useRef<HTMLUListElement>(null);
  const close = (number: number) => {
    setDescribed(undefined);
    list.current?.querySelector<HTMLElement>(`[data-describe="${number}"]`)?.focus();
  };
  if (state.segments.length === 0) {
    return <p className="text-muted-foreground text-base">{t('segments.none')}</p>;
  }
  return (
    <>
      <ul ref={list}>
        {state.segments.map((segment) => (
          <li key={segment.number}>
            <SegmentRow
              segment={segment}
              isTarget={segment.number === state.targetSegment}
              isDescribed={segment.number === described}
              model={model}
              onDescribe={setDescribed}
              isOperated={segment.number === operated}
              onOperate={operations.length > 0 ? setOperated : undefined}
            />
            {segment.number === operated ? (
              <SegmentOperations
                segment={segment}
                operations={operations}
                onStart={(method) => {
                  setOperated(undefined);
                  model.startMethod(method, segment.number);
                }}
              />
            ) : null}
            {segment.number === described ? (
              <TermPicker
                segment={segment}
                model={model}
                onClose={() => {
                  close(segment.number);
                }}
              />
            ) : null}
          </li>
        ))}
      </ul>
      <Findings segments={state.segments} />
    </>
  );
}

interface SegmentRowProps {
  readonly segment: SegmentEntry;
  readonly isTarget: boolean;
  readonly isDescribed: boolean;
  readonly model: PanelModel;
  readonly onDescribe: (number: number | undefined) => void;
  readonly isOperated: boolean;
  /** Absent when no operation is there. */
  readonly onOperate?: (number: number | undefined) => void;
}

function SegmentRow(props: SegmentRowProps) {
  const { segment, isTarget, isDescribed, model, onDescribe, isOperated, onOperate } = props;
  const { t } = useLanguage();
  const { number, label, locked, colour } = segment;
  const coded = isCoded(segment);
  return (
    <div className={classes('flex items-center rounded', isTarget && 'bg-primary/20')}>
      <button
        type="button"
        aria-pressed={isTarget}
        aria-label={t('segments.target', { label })}
        className="cordon-focus cordon-start text-foreground hover:bg-primary/10 flex h-6 min-w-0 flex-1 items-center gap-1.5 rounded px-1 text-base"
        onClick={() => {
          model.setTargetSegment(number);
        }}
      >
        <SegmentMark colour={colour} />
        <span className="truncate" dir="auto">
          {label}
        </span>
      </button>
      {onOperate ? (
        <IconButton
          label={t('operations.open', { label })}
          aria-expanded={isOperated}
          className={isOperated ? 'text-primary' : undefined}
          icon={<WandIcon />}
          onClick={() => {
            onOperate(isOperated ? undefined : number);
          }}
        />
      ) : null}
      <IconButton
        label={t(coded ? 'segments.describe' : 'segments.describeUncoded', { label })}
        aria-expanded={isDescribed}
        data-describe={number}
        className={coded ? undefined : 'cordon-uncoded'}
        icon={<TagIcon />}
        onClick={() => {
          onDescribe(isDescribed ? undefined : number);
        }}
      />
      <IconButton
        label={t(locked ? 'segments.unlock' : 'segments.lock', { label })}
        aria-pressed={locked}
        className={locked ? 'text-primary' : undefined}
        icon={locked ? <LockIcon /> : <UnlockIcon />}
        onClick={() => {
          model.setSegmentLocked(number, !locked);
        }}
      />
    </div>
  );
}

/** What other systems would misread in the descriptions. */
function Findings({ segments }: { readonly segments: readonly SegmentEntry[] }) {
  const { t, tag } = useLanguage();
  const coded = segments.flatMap((segment) =>
    segment.terms && isCoded(segment) ? [{ number: segment.number, terms: segment.terms }] : []
  );
  const labels = ({ segments: numbers }: LintFinding) => {
    const names = numbers.map((number) => segments.find((one) => one.number === number)?.label);
    return new Intl.ListFormat(tag).format(names.map((name) => `“${name ?? ''}”`));
  };
  return (
    <div role="status">
      {lintSegments(coded).map((finding) => (
        <p
          key={`${finding.rule} ${finding.segments.join(' ')} ${finding.concept?.value ?? ''}`}
          className="cordon-finding text-muted-foreground mt-1 flex gap-1 text-sm"
        >
          <WarningIcon className="h-4 w-4 flex-shrink-0" />
          <span className="min-w-0 break-words">
            {t(`lint.${finding.rule}`, {
              labels: labels(finding),
              concept: finding.concept?.meaning ?? '',
            })}
          </span>
        </p>
      ))}
    </div>
  );
}
