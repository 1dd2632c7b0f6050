/** @file Where results may write: the one rule of every commit, always in sight. */
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { Switch } from '../kit/switch';
import { useLanguage } from '../panel-context';
import type { PanelModel, PanelState, WriteRuleState } from '../panel-model';
import type { SliderScale } from './form-layout';
import { RangeRow } from './range-row';
import { SegmentMark } from './segment-mark';
import { watching } from './watching';

type WatchedState = Pick<PanelState, 'segments' | 'series' | 'writeRule'>;

interface WriteRuleProps {
  readonly state: WatchedState;
  readonly model: PanelModel;
}

const INSIDE = 'inside-segment';

export const WriteRule = watching(['segments', 'series', 'writeRule'], WriteRuleForm);

function WriteRuleForm({ state, model }: WriteRuleProps) {
  const { t } = useLanguage();
  const { writeRule, segments } = state;
  const change = (part: Partial<WriteRuleState>) => {
    model.setWriteRule({ ...writeRule, ...part });
  };
  const locked = segments.filter((segment) => segment.locked).length;
  const inside = (number: number) => `${INSIDE}:${number}`;
  return (
    <div>
      <Row label={t('writeRule.area')}>
        <Select
          label={t('writeRule.area')}
          value={
            writeRule.area === INSIDE && writeRule.insideSegment !== undefined
              ? inside(writeRule.insideSegment)
              : writeRule.area
          }
          choices={[
            { value: 'everywhere', label: t('writeRule.areas.everywhere') },
            { value: 'outside-segments', label: t('writeRule.areas.outside-segments') },
            ...segments.map(({ number, label, colour }) => ({
              value: inside(number),
              label: t('writeRule.areas.inside-segment', { segment: label }),
              mark: <SegmentMark colour={colour} />,
            })),
          ]}
          onChange={(value) => {
            change(areaOf(value));
          }}
        />
      </Row>
      <Row label={t('writeRule.overwrite')}>
        <Select
          label={t('writeRule.overwrite')}
          value={writeRule.overwrite}
          choices={(['all', 'visible', 'none'] as const).map((value) => ({
            value,
            label: t(`writeRule.overwrites.${value}`),
          }))}
          onChange={(overwrite) => {
            change({ overwrite });
          }}
        />
      </Row>
      <IntensityRange {...{ state, change }} />
      {locked > 0 ? (
        <p className="text-muted-foreground text-sm">{t('writeRule.locked', { count: locked })}</p>
      ) : null}
    </div>
  );
}

function areaOf(value: string): Pick<WriteRuleState, 'area' | 'insideSegment'> {
  if (value.startsWith(`${INSIDE}:`)) {
    return { area: INSIDE, insideSegment: Number(value.slice(INSIDE.length + 1)) };
  }
  const area = value === 'outside-segments' ? 'outside-segments' : 'everywhere';
  return { area, insideSegment: undefined };
}

function IntensityRange(props: {
  readonly state: WatchedState;
  readonly change: (part: Partial<WriteRuleState>) => void;
}) {
  const { t } = useLanguage();
  const { series, writeRule } = props.state;
  const { range } = writeRule;
  const whole = series?.range;
  const scale = whole && scaleOf(whole.min, whole.max);
  return (
    <>
      <div className="mb-1 flex" title={whole ? undefined : t('writeRule.rangeUnknown')}>
        <Switch
          label={t('writeRule.range')}
          checked={range !== undefined}
          disabled={!range && !whole}
          onChange={(on) => {
            const all = whole && { lower: whole.min, upper: whole.max, invert: false };
            props.change({ range: on ? all : undefined });
          }}
        />
      </div>
      {range ? (
        <>
          <RangeRow
            series={series}
            title={t('writeRule.rangeTitle')}
            unit={series?.unit ?? ''}
            resettable={false}
            scale={scale}
            parts={(['lower', 'upper'] as const).map((bound) => ({
              label: t(bound === 'lower' ? 'writeRule.rangeLower' : 'writeRule.rangeUpper'),
              value: range[bound],
              default: range[bound],
              step: scale?.step ?? 1,
              integer: false,
            }))}
            onChange={([lower, upper]) => {
              props.change({ range: { ...range, lower, upper } });
            }}
          />
          <div className="mb-1 flex">
            <Switch
              label={t('writeRule.invert')}
              checked={range.invert}
              onChange={(invert) => {
                props.change({ range: { ...range, invert } });
              }}
            />
          </div>
        </>
      ) : null}
    </>
  );
}

function scaleOf(min: number, max: number): SliderScale | undefined {
  if (max <= min) return undefined;
  const fine = 10 ** Math.floor(Math.log10((max - min) / 100));
  return { min, max, step: Math.min(1, fine) };
}
