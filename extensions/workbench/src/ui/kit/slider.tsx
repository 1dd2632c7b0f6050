/** @file A slider with one or two thumbs. */
import * as Radix from '@radix-ui/react-slider';
import { useLanguage } from '../panel-context';

export interface SliderProps {
  /** One value, or the lower and the upper one. */
  readonly values: readonly number[];
  /** One label a thumb. */
  readonly labels: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled?: boolean;
  /** How a value is read out, with its unit. */
  readonly valueText?: (value: number) => string;
  /** Called while a thumb moves. */
  readonly onChange: (values: readonly number[]) => void;
}

/** A slider; arrow keys move by one step, page keys by ten. Values outside of the range are shown at its end. */
export function Slider(props: SliderProps) {
  const { values, labels, min, max, step, disabled, valueText, onChange } = props;
  const { dir } = useLanguage();
  const shown = values.map((value) => Math.min(max, Math.max(min, value)));
  return (
    <Radix.Root
      className="relative flex h-5 w-full touch-none select-none items-center"
      dir={dir}
      value={shown}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={onChange}
    >
      <Radix.Track className="bg-primary/30 relative h-1 w-full grow overflow-hidden rounded-full">
        <Radix.Range className="bg-primary absolute h-full" />
      </Radix.Track>
      {shown.map((value, thumb) => (
        <Radix.Thumb
          key={labels[thumb]}
          aria-label={labels[thumb]}
          aria-valuetext={valueText?.(value)}
          className="cordon-focus border-background bg-primary block h-4 w-4 rounded-full border-2 shadow transition-colors disabled:opacity-50"
        />
      ))}
    </Radix.Root>
  );
}
