/** @file A line of text. */
import { useState, type KeyboardEvent } from 'react';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  /** Called when the text is confirmed (Enter, Tab, a click elsewhere). */
  readonly onChange: (value: string) => void;
}

/** Enter confirms, Escape takes back what was typed. */
export function TextField(props: TextFieldProps) {
  const { label, value, placeholder, maxLength, disabled, describedBy, onChange } = props;
  const [draft, setDraft] = useState<string>();
  const confirm = () => {
    setDraft(undefined);
    if (draft !== undefined && draft !== value) onChange(draft);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (draft === undefined || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.stopPropagation();
    if (event.key === 'Enter') confirm();
    else setDraft(undefined);
  };
  return (
    <input
      type="text"
      aria-label={label}
      aria-describedby={describedBy}
      autoComplete="off"
      spellCheck={false}
      dir="auto"
      className="cordon-focus border-input bg-background text-foreground h-6 w-full min-w-0 rounded border px-2 text-base placeholder:text-muted-foreground disabled:opacity-50"
      placeholder={placeholder}
      maxLength={maxLength}
      disabled={disabled}
      value={draft ?? value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={confirm}
      onKeyDown={onKeyDown}
    />
  );
}
