/** @file A choice of one from a few. */
import * as Radix from '@radix-ui/react-select';
import type { ReactNode } from 'react';
import { useLanguage, usePortal } from '../panel-context';
import { classes } from './classes';
import { CheckIcon, ChevronIcon } from './icons';

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: string;
  /** Before the label, for example a colour. */
  readonly mark?: ReactNode;
  /** Why it cannot be chosen. */
  readonly unfit?: string;
}

export interface SelectProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: readonly Choice<V>[];
  /** Shown while none is chosen. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly className?: string;
  readonly onChange: (value: V) => void;
}

export function Select<V extends string>(props: SelectProps<V>) {
  const { label, value, choices, placeholder, disabled, describedBy, className, onChange } = props;
  const portal = usePortal();
  const { dir } = useLanguage();
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Radix.Root dir={dir} value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        aria-label={label}
        aria-describedby={describedBy}
        className={classes(
          'cordon-focus border-input bg-background text-foreground hover:bg-primary/10 flex h-6 min-w-0 items-center justify-between gap-1 rounded border px-2 text-base disabled:opacity-50',
          className ?? 'flex-1'
        )}
      >
        <span className="cordon-start min-w-0 flex-1">
          <Radix.Value placeholder={placeholder}>
            <span className="flex min-w-0 items-center gap-1">
              {chosen?.mark}
              <span className="truncate">{chosen?.label}</span>
            </span>
          </Radix.Value>
        </span>
        <Radix.Icon className="text-muted-foreground flex-shrink-0">
          <ChevronIcon className="h-3 w-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal container={portal}>
        <Radix.Content
          position="popper"
          sideOffset={2}
          collisionPadding={8}
          className="cordon-list border-input bg-popover text-foreground z-50 overflow-hidden rounded border shadow-md"
        >
          <Radix.Viewport className="p-1">
            {choices.map((choice) => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                disabled={choice.unfit !== undefined}
                className={classes(
                  choice.unfit === undefined ? undefined : 'text-muted-foreground',
                  'focus:bg-accent focus:text-accent-foreground relative flex h-6 cursor-default select-none items-center gap-1 rounded px-2 text-base outline-none'
                )}
              >
                <span className="inline-flex w-4 flex-shrink-0">
                  <Radix.ItemIndicator>
                    <CheckIcon className="h-3 w-3" />
                  </Radix.ItemIndicator>
                </span>
                <Radix.ItemText>
                  <span className="inline-flex items-center gap-1">
                    {choice.mark}
                    {choice.label}
                  </span>
                </Radix.ItemText>
                {choice.unfit === undefined ? null : (
                  <span className="text-muted-foreground text-sm">{choice.unfit}</span>
                )}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
