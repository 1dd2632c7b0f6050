/** @file A range that is chosen in the histogram of an image: two bounds to drag over the curve. */
import * as Radix from '@radix-ui/react-slider';
import { useId } from 'react';
import type { ValueHistogram } from '../../measure/value-histogram';

export interface HistogramSliderProps {
  readonly histogram: ValueHistogram;
  /** Lower and upper bound; either may lie outside of the bins. */
  readonly values: readonly [number, number];
  /** One label a bound. */
  readonly labels: readonly [string, string];
  readonly step: number;
  readonly disabled?: boolean;
  readonly valueText?: (value: number) => string;
  /** Called while a bound moves. */
  readonly onChange: (values: readonly [number, number]) => void;
}

/** A bound at the end of the curve means all values beyond, so that no voxel is lost to the cut of the axis. */
export function HistogramSlider(props: HistogramSliderProps) {
  const { histogram, values, labels, step, disabled, valueText, onChange } = props;
  const { from, to, min, max } = histogram;
  const shown = values.map((value) => Math.min(to, Math.max(from, value)));
  const move = ([lower, upper]: readonly number[]) => {
    onChange([
      lower === shown[0] ? values[0] : lower < from + step / 2 ? min : lower,
      upper === shown[1] ? values[1] : upper > to - step / 2 ? max : upper,
    ]);
  };
  return (
    <Radix.Root
      // Values grow to the right in every language, as on the axis of a diagram.
      dir="ltr"
      className="cordon-histogram relative flex w-full touch-none select-none items-center"
      value={shown}
      min={from}
      max={to}
      step={step}
      disabled={disabled}
      onValueChange={move}
    >
      <Radix.Track className="bg-background relative h-full w-full overflow-hidden rounded">
        <Curve histogram={histogram} lower={shown[0]} upper={shown[1]} />
        <Radix.Range className="absolute h-full" />
      </Radix.Track>
      {shown.map((value, bound) => (
        <Radix.Thumb
          key={labels[bound]}
          aria-label={labels[bound]}
          aria-valuetext={valueText?.(value)}
          className="cordon-bound cordon-focus bg-primary block disabled:opacity-50"
        />
      ))}
    </Radix.Root>
  );
}

/** The cube roots of the counts: bone is seen beside the air around the patient, and peaks stay peaks. */
function Curve(props: {
  readonly histogram: ValueHistogram;
  readonly lower: number;
  readonly upper: number;
}) {
  const { histogram, lower, upper } = props;
  const clip = useId();
  const { counts, from, to } = histogram;
  const top = Math.cbrt(Math.max(1, nearlyHighest(counts)));
  const heights = counts.map((count) => Math.min(HEIGHT, (HEIGHT * Math.cbrt(count)) / top));
  const path = heights.map((height, bin) => `V${(HEIGHT - height).toFixed(1)}H${bin + 1}`).join('');
  const outline = `M0 ${HEIGHT}${path}V${HEIGHT}Z`;
  const at = (value: number) => ((value - from) / (to - from)) * counts.length;
  return (
    <svg
      className="absolute h-full w-full"
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <clipPath id={clip}>
        <rect x={at(lower)} width={Math.max(0, at(upper) - at(lower))} y="0" height={HEIGHT} />
      </clipPath>
      <path className="cordon-curve" d={outline} />
      <path className="cordon-curve-inside" d={outline} clipPath={`url(#${clip})`} />
    </svg>
  );
}

const HEIGHT = 100;

/** A lone bin of air or padding may be higher: it is cut off, so that the others are seen. */
const nearlyHighest = (counts: readonly number[]) =>
  [...counts].sort((a, b) => b - a)[Math.floor(counts.length / 64)] ?? 0;
