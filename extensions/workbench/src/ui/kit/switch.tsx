/** @file On or off, with its label. */
import * as Radix from '@radix-ui/react-switch';
import { useId } from 'react';
import { useLanguage } from '../panel-context';

export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly describedBy?: string;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, checked, disabled, describedBy, onChange }: SwitchProps) {
  const id = useId();
  const { dir } = useLanguage();
  return (
    <span className="flex min-w-0 flex-1 items-center justify-between gap-2" dir={dir}>
      <label htmlFor={id} className="text-foreground min-w-0 text-base">
        {label}
      </label>
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={describedBy}
        onCheckedChange={onChange}
        className="cordon-switch cordon-focus data-[state=checked]:bg-primary data-[state=unchecked]:bg-primary/30 relative inline-flex h-4 flex-shrink-0 cursor-pointer items-center rounded-full transition-colors disabled:cursor-not-allowed disabled:opacity-50"
      >
        <Radix.Thumb className="cordon-switch-thumb bg-white block h-3 w-3 rounded-full transition-transform" />
      </Radix.Root>
    </span>
  );
}
