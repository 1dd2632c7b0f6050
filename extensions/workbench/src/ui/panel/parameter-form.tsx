/** @file The form of a method, drawn from its parameter fields. */
import { memo, useId, type ReactNode } from 'react';
import type { ParameterField } from '../../method/parameter-fields';
import { Row } from '../kit/row';
import { Select } from '../kit/select';
import { Switch } from '../kit/switch';
import { TextField } from '../kit/text-field';
import { useLanguage, useMethodText } from '../panel-context';
import type { ActiveMethod, ParameterValue, SeriesSummary } from '../panel-model';
import { fieldTexts } from './field-texts';
import {
  fieldsInUse,
  layOut,
  pairScale,
  sliderScale,
  unitOf,
  valueOf,
  type FormItem,
  type NumberParameter,
} from './form-layout';
import { NumberRow, type NumberPart } from './number-row';
import { RangeRow } from './range-row';

export interface ParameterFormProps {
  readonly method: ActiveMethod;
  readonly series?: SeriesSummary;
  /** Shows what each parameter means below it. */
  readonly explained: boolean;
  readonly onChange: (name: string, value: ParameterValue) => void;
}

export const ParameterForm = memo(Form);

function Form(props: ParameterFormProps) {
  const { method } = props;
  return (
    <>
      {layOut(fieldsInUse(method.fields, method.values)).map((item) => (
        <Item
          key={item.kind === 'pair' ? item.lower.name : item.field.name}
          item={item}
          {...props}
        />
      ))}
    </>
  );
}

function Item({ item, ...form }: ParameterFormProps & { readonly item: FormItem }) {
  if (item.kind === 'pair') return <PairItem lower={item.lower} upper={item.upper} {...form} />;
  const { field } = item;
  switch (field.kind) {
    case 'number':
      return <NumberItem field={field} {...form} />;
    case 'boolean':
    case 'choice':
    case 'text':
      return <SimpleItem field={field} {...form} />;
  }
}

function useFieldText({ entry }: ActiveMethod) {
  const text = useMethodText();
  return fieldTexts(entry.id, text);
}

function part(field: NumberParameter, label: string, value: number): NumberPart {
  const { min, max, step, integer } = field;
  return { label, value, default: field.default, min, max, step, integer };
}

function PairItem(
  props: ParameterFormProps & { readonly lower: NumberParameter; readonly upper: NumberParameter }
) {
  const { lower, upper, method, series, explained, onChange } = props;
  const text = useFieldText(method);
  const values = [valueOf(lower, method.values), valueOf(upper, method.values)] as const;
  const scale = pairScale(props, series);
  const isOfImage = lower.unit === 'modality' && upper.unit === 'modality';
  const { t } = useLanguage();
  const title = sharedTitle(text.title(lower), text.title(upper)) || t('form.range');
  const descriptions = [text.description(lower), text.description(upper)].filter(Boolean);
  return (
    <Explained text={descriptions.join(' ')} explained={explained}>
      {(describedBy) => (
        <RangeRow
          series={isOfImage ? series : undefined}
          title={title}
          unit={unitOf(lower, series)}
          parts={[
            part(lower, text.title(lower), values[0]),
            part(upper, text.title(upper), values[1]),
          ]}
          scale={scale}
          describedBy={describedBy}
          onChange={(next) => {
            if (next[0] !== values[0]) onChange(lower.name, next[0]);
            if (next[1] !== values[1]) onChange(upper.name, next[1]);
          }}
        />
      )}
    </Explained>
  );
}

/** "Lower threshold" and "Upper threshold" as "Threshold"; empty when they share no last words. */
function sharedTitle(lower: string, upper: string): string {
  const [a, b] = [lower.split(' '), upper.split(' ')];
  let shared = 0;
  while (shared < Math.min(a.length, b.length) - 1 && a.at(-1 - shared) === b.at(-1 - shared)) {
    shared++;
  }
  const words = shared === 0 ? '' : a.slice(-shared).join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function NumberItem(props: ParameterFormProps & { readonly field: NumberParameter }) {
  const { field, method, series, explained, onChange } = props;
  const text = useFieldText(method);
  const title = text.title(field);
  return (
    <Explained text={text.description(field)} explained={explained}>
      {(describedBy) => (
        <NumberRow
          title={title}
          unit={unitOf(field, series)}
          parts={[part(field, title, valueOf(field, method.values))]}
          scale={sliderScale(field, series)}
          describedBy={describedBy}
          onChange={([value]) => {
            onChange(field.name, value);
          }}
        />
      )}
    </Explained>
  );
}

function SimpleItem(
  props: ParameterFormProps & { readonly field: Exclude<ParameterField, NumberParameter> }
) {
  const { field, method, explained, onChange } = props;
  const text = useFieldText(method);
  const title = text.title(field);
  const change = (value: ParameterValue) => {
    onChange(field.name, value);
  };
  const control = (describedBy: string | undefined): ReactNode => {
    switch (field.kind) {
      case 'boolean':
        return (
          <div className="mb-1.5 flex">
            <Switch
              label={title}
              checked={valueOf(field, method.values)}
              describedBy={describedBy}
              onChange={change}
            />
          </div>
        );
      case 'choice':
        return (
          <Row label={title}>
            <Select
              label={title}
              value={valueOf(field, method.values)}
              choices={field.choices.map((value) => ({ value, label: text.choice(field, value) }))}
              describedBy={describedBy}
              onChange={change}
            />
          </Row>
        );
      case 'text':
        return (
          <Row label={title}>
            <TextField
              label={title}
              value={valueOf(field, method.values)}
              describedBy={describedBy}
              onChange={change}
            />
          </Row>
        );
    }
  };
  return (
    <Explained text={text.description(field)} explained={explained}>
      {control}
    </Explained>
  );
}

/** A control with its explanation: read out always, shown when asked for. */
function Explained(props: {
  readonly text: string;
  readonly explained: boolean;
  readonly children: (describedBy: string | undefined) => ReactNode;
}) {
  const id = useId();
  if (!props.text) return <>{props.children(undefined)}</>;
  return (
    <div>
      {props.children(id)}
      <div id={id} className={props.explained ? 'text-muted-foreground mb-2 text-sm' : 'hidden'}>
        {props.text}
      </div>
    </div>
  );
}
