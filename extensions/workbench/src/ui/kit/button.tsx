/** @file Buttons with words, and buttons with an icon only. */
import { forwardRef, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { classes } from './classes';
import { Tooltip } from './tooltip';

export type ButtonKind = 'primary' | 'secondary' | 'ghost';

const LOOKS = {
  primary: 'cordon-primary text-white',
  secondary: 'border border-input bg-background text-foreground hover:bg-primary/10',
  ghost: 'text-primary hover:bg-primary/25',
} as const;

const BASE =
  'cordon-focus inline-flex items-center justify-center gap-1 whitespace-nowrap rounded text-base ' +
  'transition-colors disabled:pointer-events-none disabled:opacity-50';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind;
  readonly icon?: ReactNode;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { kind = 'secondary', icon, className, children, ...rest },
  ref
) {
  return (
    <button
      ref={ref}
      type="button"
      className={classes(BASE, 'h-7 px-2', LOOKS[kind], className)}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
});

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** What it does: read out, and shown as a tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, icon, className, ...rest },
  ref
) {
  return (
    <Tooltip text={label}>
      <button
        ref={ref}
        type="button"
        aria-label={label}
        className={classes(
          BASE,
          'h-6 w-6 flex-shrink-0 text-muted-foreground hover:bg-primary/20 hover:text-foreground',
          className
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
});
