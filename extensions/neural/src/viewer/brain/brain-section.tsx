/** @file The panel's section for brain structures: one button, and the volumes with left beside right. */
import { useCallback, useEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import {
  sideVolumesToCsv,
  termCatalogue,
  termName,
  type SideVolumes,
} from '@cordon/extension-workbench/pure';
import { offerText, type CordonWorkbench } from '@cordon/extension-workbench/viewer';
import {
  Button,
  icons,
  Message,
  Tooltip,
  useLanguage,
  useTexts,
} from '@cordon/extension-workbench/ui';
import type { BrainVolumes, StructureVolumes } from './brain-volumes';
import { startMethod } from './start-method';
import { NAMESPACE } from './texts';

export interface BrainSectionProps {
  readonly workbench: Pick<CordonWorkbench, 'panel'>;
  readonly volumes: BrainVolumes;
  /** Method that the button runs, and the faster one where there is one. */
  readonly methods: { readonly quality: string; readonly fast?: string };
}

export function BrainSection({ workbench, volumes, methods }: BrainSectionProps) {
  const t = useTexts(NAMESPACE);
  const { panel } = workbench;
  const state = useSyncExternalStore(
    useCallback((listener) => panel.subscribe(listener), [panel]),
    () => panel.getState()
  );
  const entry = state.methods.find(({ id }) => id === methods.quality);
  const { fast } = methods;
  const isBusy = state.job !== undefined;
  const ours = [methods.quality, fast].includes(state.active?.entry.id);
  const isShown = ours && state.preview !== undefined;
  const section = useRef<HTMLDivElement>(null);
  useBackInView(section, isShown);
  if (entry?.unfit !== undefined) {
    return <p className="text-muted-foreground text-sm">{entry.unfit}</p>;
  }
  return (
    <div ref={section} className="flex flex-col gap-2" data-cy="cordon-brain">
      <div className="text-muted-foreground text-sm">{t('explain')}</div>
      <div className="flex gap-2">
        <Button
          kind="primary"
          className="flex-1"
          disabled={isBusy}
          icon={<icons.PlayIcon className="h-3 w-3" />}
          onClick={() => {
            startMethod(panel, methods.quality);
          }}
        >
          {t('start')}
        </Button>
        {fast !== undefined ? (
          <Tooltip text={t('quickHint')}>
            <Button
              disabled={isBusy}
              onClick={() => {
                startMethod(panel, fast);
              }}
            >
              {t('quick')}
            </Button>
          </Tooltip>
        ) : null}
      </div>
      {isShown ? <div className="text-muted-foreground text-sm">{t('accept')}</div> : null}
      <Volumes volumes={volumes} />
    </div>
  );
}

/** The host scrolls to the list of its segments when 30 are added (ms). */
const HOST_SCROLLS_MS = 400;

/** Brings the section, and what is below it to accept, back into view when a result is shown. */
function useBackInView(section: RefObject<HTMLElement>, isShown: boolean): void {
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(() => section.current?.scrollIntoView(), HOST_SCROLLS_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [section, isShown]);
}

function Volumes({ volumes }: { readonly volumes: BrainVolumes }) {
  const t = useTexts(NAMESPACE);
  const { rows, isMeasuring, isStale, error } = useSyncExternalStore(
    useCallback((listener) => volumes.subscribe(listener), [volumes]),
    () => volumes.getState()
  );
  if (error) return <Message kind="error" {...error} what={error.what} />;
  if (rows.length === 0) {
    return isMeasuring ? <p className="text-muted-foreground text-sm">{t('measuring')}</p> : null;
  }
  return (
    <>
      <Table rows={rows} />
      <div className="text-muted-foreground text-sm">{t('research')}</div>
      {isStale ? <div className="text-muted-foreground text-sm">{t('stale')}</div> : null}
      <div className="flex items-center gap-2">
        <Button
          onClick={() => {
            offerText(sideVolumesToCsv(rows), 'brain-structures.csv', 'text/csv');
          }}
        >
          {t('csv')}
        </Button>
        {isStale ? (
          <Button disabled={isMeasuring} onClick={() => void volumes.measure()}>
            {t('measure')}
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Table({ rows }: { readonly rows: readonly StructureVolumes[] }) {
  const t = useTexts(NAMESPACE);
  const { tag } = useLanguage();
  const number = (value: number | undefined, decimals: number) =>
    value === undefined ? '' : fixed(value, tag, decimals);
  return (
    <table className="text-foreground w-full text-sm" data-cy="cordon-brain-volumes">
      <caption className="cordon-start text-muted-foreground">{t('caption')}</caption>
      <thead>
        <tr className="text-muted-foreground">
          <th scope="col" className="cordon-start font-normal">
            {t('structure')}
          </th>
          <th scope="col" className="text-right font-normal">
            {t('left')}
          </th>
          <th scope="col" className="text-right font-normal">
            {t('right')}
          </th>
          <th scope="col" className="text-right font-normal" title={t('asymmetryHint')}>
            {t('asymmetry')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.segments[0]}>
            <th scope="row" className="cordon-start font-normal">
              <span
                aria-hidden="true"
                className="cordon-mark mr-1 inline-block h-2 w-2 rounded-sm"
                style={{ backgroundColor: `rgb(${row.colour.join(' ')})` }}
              />
              {nameOf(row, tag)}
            </th>
            {row.leftMl === undefined && row.rightMl === undefined ? (
              <>
                <td colSpan={2} className="text-center">
                  {number(row.unpairedMl, 1)}
                </td>
                <td />
              </>
            ) : (
              <>
                <td className="text-right">{number(row.leftMl, 1)}</td>
                <td className="text-right">{number(row.rightMl, 1)}</td>
                <td className="text-right">{number(row.asymmetryPercent, 0)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** With all its decimals, so that a column can be read down. */
const fixed = (value: number, language: string, decimals: number): string =>
  new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);

/** In the panel's language where the table of terms has it. */
function nameOf({ code, structure, modifiers }: SideVolumes, language: string): string {
  const { find } = termCatalogue();
  const [scheme, value] = code.split(':');
  const term = find({ scheme, value, meaning: structure });
  if (!term) return structure;
  const others = modifiers.map((modifier) => {
    const known = find(modifier);
    return known ? termName(known, language) : modifier.meaning;
  });
  return [termName(term, language), ...others].join(', ');
}
