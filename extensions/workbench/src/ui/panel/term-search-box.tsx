/** @file A text field that finds coded terms: type, choose with the arrow keys, take with Enter. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { termName, type Laterality, type Term } from '../../terms/term-catalogue';
import { searchTerms } from '../../terms/term-search';
import { classes } from '../kit/classes';
import { useLanguage, usePreferences } from '../panel-context';
import { SegmentMark } from './segment-mark';

export interface TermSearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly regionsOnly?: boolean;
  readonly autoFocus?: boolean;
  /** The term, and its side when the words named one. */
  readonly onChoose: (term: Term, side: Laterality | undefined) => void;
}

export function TermSearchBox(props: TermSearchBoxProps) {
  const { label, placeholder, regionsOnly, autoFocus, onChoose } = props;
  const { t, tag } = useLanguage();
  const [{ recentTerms, termCounts }] = usePreferences();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const matches = searchTerms(query, {
    recent: recentTerms,
    counts: termCounts,
    language: tag,
    regionsOnly,
    limit: 40,
  });
  const at = Math.min(active, matches.length - 1);

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const choose = (index: number) => {
    const match = matches.at(index);
    if (match) onChoose(match.term, match.side);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = at + (event.key === 'ArrowDown' ? 1 : -1);
      setActive(Math.min(matches.length - 1, Math.max(0, next)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      choose(at);
    } else if (event.key === 'Escape' && query) {
      event.stopPropagation();
      setQuery('');
    }
  };

  return (
    <div className="mb-1.5">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={matches.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={matches.length > 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        className="cordon-focus border-input bg-background text-foreground h-6 w-full rounded border px-2 text-base placeholder:text-muted-foreground"
        placeholder={placeholder}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className={classes(
          'cordon-terms border-input mt-1 overflow-y-auto rounded border',
          matches.length === 0 && 'hidden'
        )}
      >
        {matches.map(({ term, side, reason }, index) => (
          <li
            key={`${term.concept.scheme}:${term.concept.value}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={classes(
              'text-foreground flex h-6 cursor-pointer items-center gap-1.5 px-2 text-base hover:bg-primary/20',
              index === at && 'bg-primary/30'
            )}
            // The focus stays in the text field.
            onMouseDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              choose(index);
            }}
          >
            <SegmentMark colour={term.colour} />
            <span className="min-w-0 flex-1 truncate">
              {termName(term, tag)}
              {side ? `, ${t(`terms.sides.${side}`)}` : ''}
            </span>
            {reason === 'match' ? null : (
              <span className="text-muted-foreground text-sm">{t(`terms.${reason}`)}</span>
            )}
          </li>
        ))}
      </ul>
      {matches.length === 0 ? (
        <p role="status" className="text-muted-foreground mt-1 text-sm">
          {t('terms.none')}
        </p>
      ) : null}
    </div>
  );
}
