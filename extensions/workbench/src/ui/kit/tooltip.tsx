/** @file A short explanation on hover and focus. */
import * as Radix from '@radix-ui/react-tooltip';
import type { ReactElement } from 'react';
import { useLanguage, usePortal } from '../panel-context';

export interface TooltipProps {
  readonly text: string;
  /** One element that takes the focus. */
  readonly children: ReactElement;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

/** Shows `text` beside its child. The child needs a label of its own: the tooltip only adds to it. */
export function Tooltip({ text, children, side = 'top' }: TooltipProps) {
  const portal = usePortal();
  const { dir } = useLanguage();
  if (!text) return children;
  return (
    <Radix.Provider delayDuration={500}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={portal}>
          <Radix.Content
            dir={dir}
            side={side}
            sideOffset={4}
            collisionPadding={8}
            className="cordon-tooltip border-input bg-popover text-foreground z-50 rounded border px-2 py-1 text-sm shadow-md"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
