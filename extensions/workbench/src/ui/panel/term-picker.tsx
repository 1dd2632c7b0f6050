/** @file Says what a segment is: its name, its term with side and region, its colour. */
import { useState } from 'react';
import { needsRegion } from '../../terms/describe-term';
import type { Rgb } from '../../terms/segment-description';
import { conceptKey, termName, type Laterality, type Term } from '../../terms/term-catalogue';
import { Button, IconButton } from '../kit/button';
import { classes } from '../kit/classes';
import { CloseIcon } from '../kit/icons';
import { Row } from '../kit/row';
import { TextField } from '../kit/text-field';
import { useLanguage, usePreferences } from '../panel-context';
import type { PanelModel, SegmentEntry } from '../panel-model';
import { SegmentMark } from './segment-mark';
import { describeDraft, draftOf, redraft, type TermDraft } from './term-choice';
import { TermSearchBox } from './term-search-box';

export interface TermPickerProps {
  readonly segment: SegmentEntry;
  readonly model: PanelModel;
  readonly onClose: () => void;
}

/** DICOM allows as many characters in a segment's label. */
const LABEL_LENGTH = 64;
const REMEMBERED = 12;

export function TermPicker({ segment, model, onClose }: TermPickerProps) {
  const { t, tag } = useLanguage();
  const [{ recentTerms, termCounts }, preferences] = usePreferences();
  const [draft, setDraft] = useState(() => draftOf(segment, tag));
  const change = (part: Partial<TermDraft>) => {
    setDraft(redraft(draft, part, tag));
  };
  const { term, region } = draft;

  const apply = () => {
    model.describeSegment(segment.number, describeDraft(draft));
    const used = [term, region].flatMap((one) => (one ? [conceptKey(one.concept)] : []));
    preferences.change({
      recentTerms: [...new Set([...used, ...recentTerms])].slice(0, REMEMBERED),
      termCounts: {
        ...termCounts,
        ...Object.fromEntries(used.map((key) => [key, (termCounts[key] ?? 0) + 1])),
      },
    });
    onClose();
  };

  return (
    <div
      role="group"
      aria-label={t('terms.title', { label: segment.label })}
      className="cordon-picker border-input my-1 rounded border p-2"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <Row label={t('terms.name')}>
        <TextField
          label={t('terms.name')}
          value={draft.label}
          maxLength={LABEL_LENGTH}
          onChange={(label) => {
            change({ label, ownLabel: true });
          }}
        />
      </Row>
      {term ? (
        <>
          <ChosenTerm
            title={t('terms.term')}
            term={term}
            onClear={() => {
              setDraft({ ...draft, term: undefined });
            }}
          />
          {term.paired ? (
            <SideRow
              title={t('terms.side')}
              side={draft.side}
              onChange={(side) => {
                change({ side });
              }}
            />
          ) : null}
        </>
      ) : (
        <TermSearchBox
          label={t('terms.term')}
          placeholder={t('terms.search')}
          autoFocus
          onChoose={(chosen, side) => {
            change({ term: chosen, side, colour: chosen.colour });
          }}
        />
      )}
      {term && needsRegion(term) ? <RegionRows draft={draft} change={change} /> : null}
      <Row label={t('terms.colour')}>
        <input
          type="color"
          aria-label={t('terms.colour')}
          className="cordon-colour cordon-focus border-input h-6 rounded border"
          value={toHex(draft.colour)}
          onChange={(event) => {
            change({ colour: fromHex(event.target.value) });
          }}
        />
      </Row>
      <div className="flex gap-1">
        <Button kind="primary" className="flex-1" onClick={apply}>
          {t('terms.apply')}
        </Button>
        <Button className="flex-1" onClick={onClose}>
          {t('terms.close')}
        </Button>
      </div>
    </div>
  );
}

interface RegionRowsProps {
  readonly draft: TermDraft;
  readonly change: (part: Partial<TermDraft>) => void;
}

function RegionRows({ draft, change }: RegionRowsProps) {
  const { t } = useLanguage();
  const { region, regionSide } = draft;
  if (!region) {
    return (
      <TermSearchBox
        label={t('terms.region')}
        placeholder={t('terms.regionSearch')}
        regionsOnly
        onChoose={(chosen, side) => {
          change({ region: chosen, regionSide: side });
        }}
      />
    );
  }
  return (
    <>
      <ChosenTerm
        title={t('terms.region')}
        term={region}
        onClear={() => {
          change({ region: undefined, regionSide: undefined });
        }}
      />
      {region.paired ? (
        <SideRow
          title={t('terms.regionSide')}
          side={regionSide}
          onChange={(side) => {
            change({ regionSide: side });
          }}
        />
      ) : null}
    </>
  );
}

interface ChosenTermProps {
  readonly title: string;
  readonly term: Term;
  readonly onClear: () => void;
}

function ChosenTerm({ title, term, onClear }: ChosenTermProps) {
  const { t, tag } = useLanguage();
  const name = termName(term, tag);
  return (
    <Row label={title}>
      <SegmentMark colour={term.colour} />
      <span
        className="text-foreground min-w-0 flex-1 truncate text-base"
        title={`${term.concept.meaning} (${conceptKey(term.concept)})`}
      >
        {name}
      </span>
      <IconButton
        label={t('terms.clear', { term: name })}
        icon={<CloseIcon className="h-3 w-3" />}
        onClick={onClear}
      />
    </Row>
  );
}

const SIDES = [undefined, 'left', 'right', 'bilateral'] as const;

interface SideRowProps {
  readonly title: string;
  readonly side: Laterality | undefined;
  readonly onChange: (side: Laterality | undefined) => void;
}

function SideRow({ title, side, onChange }: SideRowProps) {
  const { t } = useLanguage();
  return (
    <Row label={title}>
      <span role="group" aria-label={title} className="flex min-w-0 flex-1 gap-1">
        {SIDES.map((choice) => (
          <button
            key={choice ?? 'none'}
            type="button"
            aria-pressed={side === choice}
            aria-label={choice ? undefined : t('terms.sideUnstated')}
            className={classes(
              'cordon-focus border-input text-foreground h-6 flex-1 rounded border px-1 text-sm hover:bg-primary/20',
              side === choice && 'bg-primary/40'
            )}
            onClick={() => {
              onChange(choice);
            }}
          >
            {t(`terms.sides.${choice ?? 'none'}`)}
          </button>
        ))}
      </span>
    </Row>
  );
}

function toHex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function fromHex(hex: string): Rgb {
  const part = (at: number) => parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}
