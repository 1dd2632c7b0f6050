/** @file A range of image values: typed, dragged in the histogram, or one of the named ranges. */
import { formatQuantity } from '../i18n/numbers';
import { HistogramSlider } from '../kit/histogram-slider';
import { useLanguage } from '../panel-context';
import type { SeriesSummary } from '../panel-model';
import { NumberRow, type NumberRowProps } from './number-row';
import { RangePresets } from './range-presets';

export interface RangeRowProps extends NumberRowProps {
  /** Absent where the values are none of the image's. */
  readonly series: SeriesSummary | undefined;
}

export function RangeRow({ series, ...row }: RangeRowProps) {
  const { tag } = useLanguage();
  // While the values are not counted yet, there is nothing to drag in.
  if (!series?.histogram) return <NumberRow {...row} />;
  const { parts, unit, disabled, scale, onChange } = row;
  const values = [parts[0].value, parts[1].value] as const;
  return (
    <div className="mb-2">
      <NumberRow {...row} scale={undefined} step={scale?.step} />
      <HistogramSlider
        histogram={series.histogram}
        values={values}
        labels={[parts[0].label, parts[1].label]}
        step={scale?.step ?? 1}
        disabled={disabled}
        valueText={(value) => formatQuantity(value, unit, tag)}
        onChange={onChange}
      />
      <RangePresets series={series} values={values} onChoose={onChange} />
    </div>
  );
}
