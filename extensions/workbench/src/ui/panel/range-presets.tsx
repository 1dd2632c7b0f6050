/** @file Named ranges of values: those of CT in Hounsfield units, and the user's own, kept in the browser. */
import { useState } from 'react';
import { formatNumber } from '../i18n/numbers';
import { Button, IconButton } from '../kit/button';
import { classes } from '../kit/classes';
import { CloseIcon, PlusIcon } from '../kit/icons';
import { TextField } from '../kit/text-field';
import { useLanguage, usePreferences } from '../panel-context';
import type { SeriesSummary } from '../panel-model';

export interface RangePresetsProps {
  readonly series: SeriesSummary;
  readonly values: readonly [number, number];
  readonly onChoose: (values: readonly [number, number]) => void;
}

/**
 * Hounsfield units. Muscle and fat: Mourtzakis M et al. Appl Physiol Nutr Metab 33(5):997-1006, 2008; lung without the air of
 * airways and outside: Lederer D et al. Am J Respir Crit Care Med 180(5):407-414, 2009 (their range begins at -950); bone: the lowest value of common
 * bone presets. No upper bound: up to the largest value of the image.
 */
const CT_RANGES = [
  { name: 'lung', lower: -950, upper: -500 },
  { name: 'fat', lower: -190, upper: -30 },
  { name: 'softTissue', lower: -29, upper: 150 },
  { name: 'vessel', lower: 150, upper: 500 },
  { name: 'bone', lower: 226, upper: undefined },
] as const;

const NAME_LENGTH = 24;

export function RangePresets({ series, values, onChoose }: RangePresetsProps) {
  const { t } = useLanguage();
  const [{ ranges }, preferences] = usePreferences();
  const [isNaming, setNaming] = useState(false);
  const own = ranges.filter(({ modality }) => modality === series.modality);
  const known = series.modality === 'CT' ? CT_RANGES : [];
  const keep = (name: string) => {
    setNaming(false);
    const [lower, upper] = values;
    const others = ranges.filter((one) => one.name !== name || one.modality !== series.modality);
    preferences.change({ ranges: [...others, { name, modality: series.modality, lower, upper }] });
  };
  return (
    <div role="group" aria-label={t('ranges.title')} className="mt-1 flex flex-wrap gap-1">
      {known.map(({ name, lower, upper = series.range?.max ?? Infinity }) => (
        <RangeChip
          key={name}
          title={t(`ranges.${name}`)}
          range={[lower, upper]}
          {...{ series, values, onChoose }}
        />
      ))}
      {own.map(({ name, lower, upper }) => (
        <span key={`own ${name}`} className="inline-flex items-center">
          <RangeChip title={name} range={[lower, upper]} {...{ series, values, onChoose }} />
          <IconButton
            label={t('ranges.remove', { name })}
            icon={<CloseIcon className="h-3 w-3" />}
            onClick={() => {
              preferences.change({
                ranges: ranges.filter(
                  (one) => one.name !== name || one.modality !== series.modality
                ),
              });
            }}
          />
        </span>
      ))}
      {isNaming ? (
        <span
          ref={focusField}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setNaming(false);
          }}
        >
          <TextField
            label={t('ranges.name')}
            placeholder={t('ranges.name')}
            value=""
            maxLength={NAME_LENGTH}
            onChange={(name) => {
              keep(name.trim() || t('ranges.unnamed'));
            }}
          />
        </span>
      ) : (
        <IconButton
          label={t('ranges.keep')}
          icon={<PlusIcon className="h-3 w-3" />}
          onClick={() => {
            setNaming(true);
          }}
        />
      )}
    </div>
  );
}

/** Who asks for a name means to type it. */
const focusField = (field: HTMLElement | null) => field?.querySelector('input')?.focus();

function RangeChip(
  props: RangePresetsProps & {
    readonly title: string;
    readonly range: readonly [number, number];
  }
) {
  const { series, values, onChoose, title, range } = props;
  const { tag } = useLanguage();
  const isChosen = values[0] === range[0] && values[1] === range[1];
  const text = range.map((value) => formatNumber(value, tag)).join(' … ');
  return (
    <Button
      className={classes('cordon-chip', isChosen && 'bg-primary/40')}
      aria-pressed={isChosen}
      title={`${text} ${series.unit}`}
      onClick={() => {
        onChoose(range);
      }}
    >
      {title}
    </Button>
  );
}
