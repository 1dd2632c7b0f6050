/** @file One number, or a lower and an upper one, with slider, typed value, unit and reset. */
import { IconButton } from '../kit/button';
import { ResetIcon } from '../kit/icons';
import { NumberField } from '../kit/number-field';
import { Slider } from '../kit/slider';
import { formatNumber, formatQuantity } from '../i18n/numbers';
import { useLanguage } from '../panel-context';
import type { SliderScale } from './form-layout';

export interface NumberPart {
  readonly label: string;
  readonly value: number;
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  readonly step: number;
  readonly integer: boolean;
}

export interface NumberRowProps {
  readonly title: string;
  readonly unit: string;
  /** One number, or lower and upper. */
  readonly parts: readonly NumberPart[];
  /** Of the slider; without it there is none. */
  readonly scale?: SliderScale;
  /** Of typed values where there is no slider. */
  readonly step?: number;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly resettable?: boolean;
  readonly onChange: (values: readonly number[]) => void;
}

export function NumberRow(props: NumberRowProps) {
  const { title, unit, parts, scale, disabled, describedBy, resettable = true, onChange } = props;
  const step = scale?.step ?? props.step;
  const { t, tag } = useLanguage();
  const values = parts.map(({ value }) => value);
  const changed = parts.some((part) => part.value !== part.default);
  const defaults = parts.map((part) => formatNumber(part.default, tag)).join(' – ');

  /** A bound that is set beyond the other one takes it along. */
  const setPart = (index: number, value: number) => {
    const next = values.map((old, at) => {
      if (at === index) return value;
      return at < index ? Math.min(old, value) : Math.max(old, value);
    });
    onChange(next);
  };

  return (
    <div className="mb-1.5" role="group" aria-label={title}>
      <div className="flex items-center gap-1">
        <span
          aria-hidden="true"
          className="text-muted-foreground min-w-0 flex-1 truncate text-base"
        >
          {title}
        </span>
        {parts.map((part, index) => (
          <NumberField
            key={part.label}
            label={part.label}
            value={part.value}
            unit={index === parts.length - 1 ? unit : ''}
            min={part.min}
            max={part.max}
            step={step ?? part.step}
            integer={part.integer}
            disabled={disabled}
            describedBy={describedBy}
            onChange={(value) => {
              setPart(index, value);
            }}
          />
        ))}
        {resettable ? (
          <IconButton
            className={changed ? undefined : 'invisible'}
            label={t('form.reset', { title, value: defaults })}
            icon={<ResetIcon className="h-3 w-3" />}
            disabled={disabled || !changed}
            onClick={() => {
              onChange(parts.map((part) => part.default));
            }}
          />
        ) : null}
      </div>
      {scale ? (
        <Slider
          values={values}
          labels={parts.map((part) => part.label)}
          min={scale.min}
          max={scale.max}
          step={scale.step}
          disabled={disabled}
          valueText={(value) => formatQuantity(value, unit, tag)}
          onChange={onChange}
        />
      ) : null}
    </div>
  );
}
