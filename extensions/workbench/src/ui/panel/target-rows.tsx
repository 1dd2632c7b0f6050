/** @file Which segment a method writes into or changes, and the second one of a method that combines two. */
import { IconButton } from '../kit/button';
import { PlusIcon } from '../kit/icons';
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { useLanguage } from '../panel-context';
import type { ActiveMethod, PanelModel, PanelState, SegmentEntry } from '../panel-model';
import { takesPrompts, writesLabels } from './form-layout';
import { SegmentMark } from './segment-mark';
import { watching } from './watching';

interface TargetRowsProps {
  readonly active: ActiveMethod;
  readonly state: Pick<PanelState, 'segments' | 'targetSegment'>;
  readonly model: PanelModel;
}

const NEW_SEGMENT = 'new';

export const TargetRows = watching(['segments', 'targetSegment'], Rows);

function Rows({ active, state, model }: TargetRowsProps) {
  const { t } = useLanguage();
  const { segments, targetSegment } = state;
  if (!writesLabels(active)) return null;
  // What changes a segment has nothing to make a new one of.
  const needsOne = active.segmentInput === 'required';
  if (needsOne && segments.length === 0) return null;
  const label = t(needsOne ? 'operations.segment' : 'target.label');
  return (
    <>
      <Row label={label}>
        <Select
          label={label}
          value={targetSegment === undefined ? NEW_SEGMENT : String(targetSegment)}
          choices={[
            ...segments.map(choiceOf),
            ...(needsOne ? [] : [{ value: NEW_SEGMENT, label: t('target.create') }]),
          ]}
          onChange={(value) => {
            model.setTargetSegment(value === NEW_SEGMENT ? undefined : Number(value));
          }}
        />
        {needsOne ? null : (
          <IconButton
            label={t('target.add')}
            icon={<PlusIcon />}
            onClick={() => {
              model.addSegment();
            }}
          />
        )}
      </Row>
      {active.combines && takesPrompts(active) ? (
        <OtherRow active={active} state={state} model={model} />
      ) : null}
    </>
  );
}

function OtherRow({ active, state, model }: TargetRowsProps) {
  const { t } = useLanguage();
  const others = state.segments.filter(({ number }) => number !== state.targetSegment);
  if (others.length === 0) return null;
  return (
    <Row label={t('operations.with')}>
      <Select
        label={t('operations.with')}
        value={String(active.otherSegment ?? '')}
        choices={others.map(choiceOf)}
        onChange={(value) => {
          model.setOtherSegment(Number(value));
        }}
      />
    </Row>
  );
}

const choiceOf = ({ number, label, colour }: SegmentEntry) => ({
  value: String(number),
  label,
  mark: <SegmentMark colour={colour} />,
});
