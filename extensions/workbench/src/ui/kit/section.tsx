/** @file A titled part of the panel that can be folded; whether it is open is remembered. */
import * as Accordion from '@radix-ui/react-accordion';
import type { ReactNode } from 'react';
import { useLanguage, usePreferences } from '../panel-context';
import { ChevronIcon } from './icons';

export interface SectionProps {
  /** Stable: its folding is remembered under this name. */
  readonly id: string;
  readonly title: string;
  /** Beside the title, outside of the folding button. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ id, title, actions, children }: SectionProps) {
  const [{ closedSections }, preferences] = usePreferences();
  const { dir } = useLanguage();
  const setOpen = (open: string) => {
    const others = closedSections.filter((closed) => closed !== id);
    preferences.change({ closedSections: open ? others : [...others, id] });
  };
  return (
    <Accordion.Root
      type="single"
      collapsible
      dir={dir}
      value={closedSections.includes(id) ? '' : id}
      onValueChange={setOpen}
    >
      <Accordion.Item value={id} className="mb-0.5">
        <Accordion.Header asChild>
          <h2 className="bg-popover m-0 flex h-7 items-center rounded">
            <Accordion.Trigger className="cordon-focus cordon-section text-muted-foreground hover:bg-accent flex h-7 min-w-0 flex-1 items-center gap-1 rounded px-2 text-base font-normal">
              <ChevronIcon className="cordon-chevron h-4 w-4" />
              <span className="truncate">{title}</span>
            </Accordion.Trigger>
            {actions}
          </h2>
        </Accordion.Header>
        <Accordion.Content className="bg-muted rounded-b">
          <div className="px-2 py-2">{children}</div>
        </Accordion.Content>
      </Accordion.Item>
    </Accordion.Root>
  );
}
