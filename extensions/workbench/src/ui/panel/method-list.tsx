/** @file All methods, grouped by what the user wants to do, with search and favourites. */
import { useRef, useState, type KeyboardEvent } from 'react';
import { IconButton } from '../kit/button';
import { classes } from '../kit/classes';
import { SearchIcon, StarFilledIcon, StarIcon } from '../kit/icons';
import { Tooltip } from '../kit/tooltip';
import { useLanguage, useMethodText, usePreferences } from '../panel-context';
import type { MethodEntry } from '../panel-model';
import { groupMethods, type MethodGroup } from './method-groups';

export interface MethodListProps {
  readonly methods: readonly MethodEntry[];
  readonly onChoose: (id: string) => void;
}

export function MethodList({ methods, onChoose }: MethodListProps) {
  const { t, tag } = useLanguage();
  const text = useMethodText();
  const [{ favourites }, preferences] = usePreferences();
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState<string>();
  const list = useRef<HTMLDivElement>(null);

  const translated = methods.map((entry) => ({
    ...entry,
    title: text(entry.id, 'title', entry.title),
    summary: text(entry.id, 'summary', entry.summary),
  }));
  const groupTitle = (group: string) => groupName(t, group);
  const { groups, unfit } = groupMethods({
    methods: translated,
    query,
    favourites,
    groupTitle,
    tag,
  });
  const rows = groups.flatMap((group) => group.entries.map((entry) => rowKey(group, entry)));
  const tabStop = current !== undefined && rows.includes(current) ? current : rows[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || rows.length === 0) return;
    event.preventDefault();
    const inList = list.current?.contains(document.activeElement) ?? false;
    const at = inList ? rows.indexOf(tabStop) + step : 0;
    const next = rows[Math.min(rows.length - 1, Math.max(0, at))];
    setCurrent(next);
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    buttons.find(({ dataset }) => dataset.row === next)?.focus();
  };
  const toggleFavourite = (id: string) => {
    const others = favourites.filter((favourite) => favourite !== id);
    preferences.change({
      favourites: others.length < favourites.length ? others : [...favourites, id],
    });
  };

  if (methods.length === 0) return <Note text={t('methods.empty')} />;
  return (
    <div onKeyDown={onKeyDown}>
      <label className="relative mb-1 flex items-center">
        <span className="text-muted-foreground pointer-events-none absolute px-1.5">
          <SearchIcon />
        </span>
        <input
          type="search"
          data-start
          className="cordon-focus cordon-search border-input bg-background text-foreground h-7 w-full rounded border text-base placeholder:text-muted-foreground"
          aria-label={t('methods.search')}
          placeholder={t('methods.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && query) {
              event.stopPropagation();
              setQuery('');
            } else if (event.key === 'Enter' && query && rows.length > 0) {
              event.stopPropagation();
              onChoose(groups[0].entries[0].id);
            }
          }}
        />
      </label>
      <div ref={list} className="cordon-methods overflow-y-auto">
        {groups.map((group) => (
          <section key={group.id} aria-label={group.title}>
            <div className="cordon-group text-muted-foreground text-sm">{group.title}</div>
            <ul>
              {group.entries.map((entry) => (
                <MethodRow
                  key={entry.id}
                  entry={entry}
                  row={rowKey(group, entry)}
                  isTabStop={rowKey(group, entry) === tabStop}
                  isFavourite={favourites.includes(entry.id)}
                  onChoose={onChoose}
                  onToggleFavourite={toggleFavourite}
                  onFocus={setCurrent}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {rows.length === 0 && unfit.length === 0 ? (
        <Note text={t('methods.none', { query })} />
      ) : null}
      <UnfitMethods entries={unfit} />
    </div>
  );
}

interface MethodRowProps {
  readonly entry: MethodEntry;
  readonly row: string;
  readonly isTabStop: boolean;
  readonly isFavourite: boolean;
  readonly onChoose: (id: string) => void;
  readonly onToggleFavourite: (id: string) => void;
  readonly onFocus: (row: string) => void;
}

function MethodRow(props: MethodRowProps) {
  const { entry, row, isTabStop, isFavourite, onChoose, onToggleFavourite, onFocus } = props;
  const { t } = useLanguage();
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <li
      className="cordon-method hover:bg-primary/20 flex items-center rounded"
      onFocus={() => {
        onFocus(row);
      }}
    >
      <Tooltip text={entry.summary} side="left">
        <button
          type="button"
          data-row={row}
          tabIndex={tabIndex}
          className="cordon-focus text-foreground cordon-start h-6 min-w-0 flex-1 truncate rounded px-2 text-base"
          onClick={() => {
            onChoose(entry.id);
          }}
        >
          {entry.title}
        </button>
      </Tooltip>
      <IconButton
        tabIndex={tabIndex}
        aria-pressed={isFavourite}
        className={classes('cordon-star', isFavourite && 'text-primary')}
        label={t(isFavourite ? 'methods.removeFavourite' : 'methods.addFavourite', {
          title: entry.title,
        })}
        icon={
          isFavourite ? <StarFilledIcon className="h-3 w-3" /> : <StarIcon className="h-3 w-3" />
        }
        onClick={() => {
          onToggleFavourite(entry.id);
        }}
      />
    </li>
  );
}

/** Methods that the open series does not allow, each with its reason. */
function UnfitMethods({ entries }: { readonly entries: readonly MethodEntry[] }) {
  const { t } = useLanguage();
  if (entries.length === 0) return null;
  return (
    <details className="mt-1 text-sm">
      <summary className="cordon-focus text-muted-foreground cursor-pointer rounded px-2">
        {t('methods.unfit', { count: entries.length })}
      </summary>
      <ul className="px-2">
        {entries.map((entry) => (
          <li key={entry.id} className="mt-1">
            <span className="text-foreground">{entry.title}</span>
            <div className="text-muted-foreground break-words">{entry.unfit}</div>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Note({ text }: { readonly text: string }) {
  return (
    <p role="status" className="text-muted-foreground px-2 py-1 text-base">
      {text}
    </p>
  );
}

const rowKey = (group: MethodGroup, entry: MethodEntry) => `${group.id}/${entry.id}`;

type Translate = ReturnType<typeof useLanguage>['t'];

/** The name of a group; a group that only another vendor knows is shown as it is. */
export function groupName(t: Translate, group: string): string {
  const key = `groups.${group}` as Parameters<Translate>[0];
  const name = t(key);
  return name === key ? group.charAt(0).toUpperCase() + group.slice(1).replace(/-/g, ' ') : name;
}
