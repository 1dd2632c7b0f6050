/** @file How the fields of a method are laid out: which belong together, and how far their sliders reach. */
import type { ParameterCondition } from '../../method/contract';
import type { ParameterField } from '../../method/parameter-fields';
import type { ActiveMethod, ParameterValue, ParameterValues, SeriesSummary } from '../panel-model';

export type NumberParameter = Extract<ParameterField, { kind: 'number' }>;

export type FormItem =
  | { readonly kind: 'field'; readonly field: ParameterField }
  | { readonly kind: 'pair'; readonly lower: NumberParameter; readonly upper: NumberParameter };

const PAIRS = [
  ['lower', 'upper'],
  ['low', 'high'],
  ['min', 'max'],
  ['minimum', 'maximum'],
] as const;

/** The fields that matter with the values as they are. In a pipeline, names begin with that of the step. */
export function fieldsInUse(
  fields: readonly ParameterField[],
  values: Readonly<Record<string, ParameterValue>>
): readonly ParameterField[] {
  return fields.filter(({ name, when }) => {
    const step = name.slice(0, name.lastIndexOf('.') + 1);
    return !when || when.some((condition) => holds(condition, fields, values, step));
  });
}

/** Whether a condition holds with the values as they are; `step` is how names begin in a step of a pipeline. */
export function holds(
  { parameter, is }: ParameterCondition,
  fields: readonly ParameterField[],
  values: ParameterValues,
  step = ''
): boolean {
  const other = fields.find(({ name }) => name === step + parameter);
  return !other || is.includes(String(valueOf(other, values)));
}

/** Whether a method has a use for marks, or for a second segment, with the values as they are. */
export const takesPrompts = ({ promptsWhen, fields, values }: ActiveMethod): boolean =>
  !promptsWhen || holds(promptsWhen, fields, values);

/** Whether the result is written into a segment with the values as they are; otherwise it is a map over the image. */
export const writesLabels = ({ makesLabels, labelsWhen, fields, values }: ActiveMethod): boolean =>
  makesLabels !== false && (!labelsWhen || holds(labelsWhen, fields, values));

/** The fields in their order; a lower and an upper bound of the same unit become one item. */
export function layOut(fields: readonly ParameterField[]): readonly FormItem[] {
  const taken = new Set<string>();
  const items: FormItem[] = [];
  for (const field of fields) {
    if (taken.has(field.name)) continue;
    const upper = field.kind === 'number' ? upperOf(field, fields) : undefined;
    if (upper && field.kind === 'number') {
      taken.add(upper.name);
      items.push({ kind: 'pair', lower: field, upper });
    } else {
      items.push({ kind: 'field', field });
    }
  }
  return items;
}

function upperOf(
  field: NumberParameter,
  fields: readonly ParameterField[]
): NumberParameter | undefined {
  // In a pipeline, names begin with that of the step.
  const own = field.name.lastIndexOf('.') + 1;
  const [step, local] = [field.name.slice(0, own), field.name.slice(own)];
  for (const [low, high] of PAIRS) {
    if (!local.startsWith(low)) continue;
    const name = step + high + local.slice(low.length);
    const found = fields.find((other) => other.name === name);
    if (found?.kind === 'number' && found.unit === field.unit) return found;
  }
  return undefined;
}

export interface SliderScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The slider of a field; undefined when its range is not known (yet). */
export function sliderScale(
  field: NumberParameter,
  series: SeriesSummary | undefined
): SliderScale | undefined {
  const ofImage = field.unit === 'modality' ? series?.range : undefined;
  const min = Math.max(field.min ?? -Infinity, ofImage?.min ?? -Infinity);
  const max = Math.min(field.max ?? Infinity, ofImage?.max ?? Infinity);
  if (!Number.isFinite(min) || !Number.isFinite(max) || max <= min) return undefined;
  // Steps for whole intensities are too coarse where an image reaches from 0 to 5.
  const fine = 10 ** Math.floor(Math.log10((max - min) / 100));
  const step = ofImage && !field.integer ? Math.min(field.step, fine) : field.step;
  return { min, max, step };
}

/** The scale that a lower and an upper bound share. */
export function pairScale(
  { lower, upper }: { readonly lower: NumberParameter; readonly upper: NumberParameter },
  series: SeriesSummary | undefined
): SliderScale | undefined {
  const [a, b] = [sliderScale(lower, series), sliderScale(upper, series)];
  return (
    a &&
    b && {
      min: Math.min(a.min, b.min),
      max: Math.max(a.max, b.max),
      step: Math.min(a.step, b.step),
    }
  );
}

/** The unit to show: the image's own where the parameter is in intensities, or in intensities per something. */
export function unitOf(field: ParameterField, series: SeriesSummary | undefined): string {
  const own = series?.unit ?? '';
  return field.unit === 'modality' ? own : field.unit.replace(/^modality\b/, own || '1');
}

/** The value of a field; its default while the model has none. */
export function valueOf<F extends ParameterField>(
  field: F,
  values: Readonly<Record<string, ParameterValue>>
): F['default'] {
  const value = values[field.name];
  return typeof value === typeof field.default ? value : field.default;
}
