/**
 * @file The first parameters of a method as options in the viewer's toolbox, drawn by the viewer's own controls. They are the same
 * values as in the panel.
 */
import { createElement, type ReactElement } from 'react';
import { fieldTexts } from '../ui/panel/field-texts';
import {
  fieldsInUse,
  layOut,
  pairScale,
  sliderScale,
  unitOf,
  valueOf,
  type FormItem,
  type SliderScale,
} from '../ui/panel/form-layout';
import type {
  ActiveMethod,
  ParameterValue,
  ParameterValues,
  SeriesSummary,
} from '../ui/panel-model';

/** What stands above an option, as the viewer draws it. */
export interface OptionHeading {
  readonly id: string;
  readonly name: string;
  readonly type: 'custom';
  readonly children: () => ReactElement;
}

/** A line of options in the toolbox. */
export type ToolOption = OptionControl | OptionHeading;

/** An option as the viewer draws it; `commands` runs when a person changes it. */
type OptionControl = {
  readonly id: string;
  readonly name: string;
  readonly tooltip?: string;
  /** Otherwise the viewer would run them when the tool is chosen, too. */
  readonly explicitRunOnly: true;
  readonly commands: typeof SET_OPTION;
} & (
  | ({ readonly type: 'range'; readonly value: number } & SliderScale)
  | ({ readonly type: 'double-range'; readonly value: readonly [number, number] } & SliderScale)
  | { readonly type: 'switch'; readonly value: boolean }
  | {
      /** Two buttons side by side. */
      readonly type: 'radio';
      readonly value: string;
      readonly values: readonly { readonly value: string; readonly label: string }[];
    }
  | {
      readonly type: 'select';
      readonly value: string;
      readonly values: readonly { readonly id: string; readonly label: string }[];
    }
);

/** What the viewer tells when a person has changed an option. */
export interface OptionChange {
  readonly id: string;
  readonly value: ParameterValue | readonly number[];
}

/** The command of the viewer that changes an option. */
export const SET_OPTION = 'cordonSetOption';

/** More would push the viewer's own tools out of sight. */
const MOST_OPTIONS = 3;

type Text = (id: string, key: string, original: string) => string;

/** The options of the method in use. What has no control in the viewer, such as a number without bounds, is left to the panel. */
export function toolOptions(
  active: ActiveMethod,
  series: SeriesSummary | undefined,
  text: Text
): readonly ToolOption[] {
  return itemsOf(active)
    .map((item) => optionOf(item, active, series, text))
    .filter((option) => option !== undefined)
    .flatMap((option): readonly ToolOption[] =>
      option.type === 'double-range' ? [headingOf(option), option] : [option]
    );
}

/** The parameters that a changed option changes. */
export function changedParameters(
  active: ActiveMethod,
  series: SeriesSummary | undefined,
  { id, value }: OptionChange
): ParameterValues {
  const item = itemsOf(active).find((one) => idOf(one, active) === id);
  if (!item) return {};
  if (item.kind === 'field')
    return Array.isArray(value) ? {} : { [item.field.name]: value as ParameterValue };
  const scale = pairScale(item, series);
  if (!scale || !Array.isArray(value)) return {};
  // A bound that lies beyond the slider stays there while the other one moves.
  const changed = [item.lower, item.upper].flatMap((field, at) =>
    within(valueOf(field, active.values), scale) === value[at]
      ? []
      : [[field.name, value[at]] as const]
  );
  return Object.fromEntries(changed);
}

const itemsOf = ({ fields, values }: ActiveMethod) =>
  layOut(fieldsInUse(fields, values)).slice(0, MOST_OPTIONS);

const idOf = (item: FormItem, { entry }: ActiveMethod) =>
  `cordon.${entry.id}.${item.kind === 'pair' ? item.lower.name : item.field.name}`;

/** The viewer draws a range of two ends without its name. */
const headingOf = ({ id, name, tooltip }: OptionControl): OptionHeading => ({
  id: `${id}.heading`,
  name,
  type: 'custom',
  children: () =>
    createElement(
      'div',
      { className: 'text-[13px]', title: tooltip, 'data-cy': `${id}.heading` },
      name
    ),
});

const within = (value: number, { min, max }: SliderScale) => Math.min(max, Math.max(min, value));

function optionOf(
  item: FormItem,
  active: ActiveMethod,
  series: SeriesSummary | undefined,
  text: Text
): OptionControl | undefined {
  const texts = fieldTexts(active.entry.id, text);
  const field = item.kind === 'pair' ? item.lower : item.field;
  const unit = unitOf(field, series);
  const title =
    item.kind === 'pair'
      ? `${texts.title(field)} – ${texts.title(item.upper)}`
      : texts.title(field);
  const common = {
    id: idOf(item, active),
    name: unit ? `${title} (${unit})` : title,
    tooltip: texts.description(field) || undefined,
    explicitRunOnly: true,
    commands: SET_OPTION,
  } as const;
  if (item.kind === 'pair') {
    const scale = pairScale(item, series);
    if (!scale) return undefined;
    const [lower, upper] = [item.lower, item.upper].map((one) =>
      within(valueOf(one, active.values), scale)
    );
    return { ...common, ...scale, type: 'double-range', value: [lower, upper] };
  }
  switch (item.field.kind) {
    case 'number': {
      const scale = sliderScale(item.field, series);
      if (!scale) return undefined;
      const value = within(valueOf(item.field, active.values), scale);
      return { ...common, ...scale, type: 'range', value };
    }
    case 'boolean':
      return { ...common, type: 'switch', value: valueOf(item.field, active.values) };
    case 'choice': {
      const { choices } = item.field;
      const value = valueOf(item.field, active.values);
      const label = (choice: string) => texts.choice(item.field, choice);
      return choices.length === 2
        ? {
            ...common,
            type: 'radio',
            value,
            values: choices.map((one) => ({ value: one, label: label(one) })),
          }
        : {
            ...common,
            type: 'select',
            value,
            values: choices.map((id) => ({ id, label: label(id) })),
          };
    }
    case 'text':
      return undefined;
  }
}
