/** @file A number that is typed, with its unit, in the reader's language. */
import { useId, useState, type KeyboardEvent } from 'react';
import { decimalsOf, editableNumber, formatNumber, parseNumber } from '../i18n/numbers';
import { useLanguage } from '../panel-context';
import { classes } from './classes';

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step: number;
  readonly integer?: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  /** Called with a valid number when it is confirmed (Enter, Tab, a click elsewhere) or stepped (arrow keys). */
  readonly onChange: (value: number) => void;
}

/** Enter confirms, Escape takes back what was typed, the arrow keys step. An invalid text is kept and explained. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, unit, min, max, step, integer = false, disabled, describedBy } = props;
  const { tag, t } = useLanguage();
  const [draft, setDraft] = useState<string>();
  const problemId = useId();
  const decimals = integer ? 0 : Math.max(decimalsOf(step), Math.min(4, decimalsOf(value)));

  const problemOf = (text: string): string | undefined => {
    const number = parseNumber(text, tag);
    if (number === undefined) return t('form.notANumber');
    if (integer && !Number.isInteger(number)) return t('form.notWhole');
    if (number >= (min ?? -Infinity) && number <= (max ?? Infinity)) return undefined;
    const shown = (bound: number | undefined, open: string) =>
      bound === undefined ? open : formatNumber(bound, tag);
    return t('form.outOfRange', { min: shown(min, '−∞'), max: shown(max, '∞') });
  };
  const problem = draft === undefined ? undefined : problemOf(draft);

  const confirm = () => {
    if (draft === undefined || problem) return;
    setDraft(undefined);
    const number = parseNumber(draft, tag);
    if (number !== undefined && number !== value) props.onChange(number);
  };
  const stepBy = (steps: number) => {
    const from = draft !== undefined && !problem ? (parseNumber(draft, tag) ?? value) : value;
    const raw = Number((from + steps * step).toFixed(decimalsOf(step) + 2));
    setDraft(undefined);
    props.onChange(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, raw)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps = STEPS.get(event.key);
    if (steps !== undefined) {
      event.preventDefault();
      stepBy(steps);
    } else if (draft !== undefined && (event.key === 'Enter' || event.key === 'Escape')) {
      // With nothing typed these two keys mean accept and reject: they pass on to the panel.
      event.stopPropagation();
      if (event.key === 'Escape') setDraft(undefined);
      else confirm();
    }
  };

  return (
    <span className="relative inline-flex items-center gap-1">
      <input
        type="text"
        inputMode={integer ? 'numeric' : 'decimal'}
        role="spinbutton"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuetext={unit ? `${formatNumber(value, tag, decimals)} ${unit}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={classes(problem && problemId, describedBy) || undefined}
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
        className="cordon-number cordon-focus border-input bg-background text-foreground h-6 rounded border px-1 text-right text-base disabled:opacity-50"
        disabled={disabled}
        value={draft ?? editableNumber(value, tag, decimals)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={confirm}
        onKeyDown={onKeyDown}
      />
      {unit ? <span className="text-muted-foreground text-sm">{unit}</span> : null}
      {problem ? (
        <span id={problemId} role="alert" className="cordon-problem text-sm">
          {problem}
        </span>
      ) : null}
    </span>
  );
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowUp', 1],
  ['ArrowDown', -1],
  ['PageUp', 10],
  ['PageDown', -10],
]);
