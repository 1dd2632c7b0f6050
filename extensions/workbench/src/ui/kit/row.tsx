/** @file One line of a form: what it is on one side, the control on the other. */
import type { ReactNode } from 'react';

export function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="mb-1.5 flex min-h-0 items-center gap-2">
      <span aria-hidden="true" className="cordon-row-label text-muted-foreground text-base">
        {label}
      </span>
      <span className="flex min-w-0 flex-1 items-center gap-1">{children}</span>
    </div>
  );
}
