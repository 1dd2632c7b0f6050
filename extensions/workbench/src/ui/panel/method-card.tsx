/** @file What a person should know about a method before trusting it: the card of a network, in short. */
import type { CardLine } from '../../method/contract';

export function MethodCard({ lines }: { readonly lines: readonly CardLine[] }) {
  if (lines.length === 0) return null;
  return (
    <dl className="mt-1">
      {lines.map(({ title, text }) => (
        <div key={title} className="mt-1">
          <dt className="text-foreground font-semibold">{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
