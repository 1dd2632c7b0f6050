/** @file The panel: messages, methods, write rule, segments, and the sections that extensions add. */
import {
  Component,
  memo,
  useCallback,
  useEffect,
  useRef,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { IconButton } from '../kit/button';
import { RedoIcon, UndoIcon } from '../kit/icons';
import { Message } from '../kit/message';
import { Section } from '../kit/section';
import { useLanguage } from '../panel-context';
import type { PanelModel, PanelSlot, PanelState } from '../panel-model';
import type { PanelSlots } from '../slots';
import { ActiveMethodView } from './active-method';
import { Drafts } from './drafts';
import { MethodList } from './method-list';
import { OneClick } from './one-click';
import { OverlayRow } from './overlay-row';
import { Segments } from './segments';
import { WriteRule } from './write-rule';

export interface PanelProps {
  readonly model: PanelModel;
  readonly slots: PanelSlots;
}

export function Panel({ model, slots }: PanelProps) {
  const { t, tag, dir } = useLanguage();
  const [state, visit] = useModel(model);
  const subscribeToSlots = useCallback(
    (listener: () => void) => slots.subscribe(listener),
    [slots]
  );
  const added = useSyncExternalStore(subscribeToSlots, () => slots.list());
  const panel = useRef<HTMLElement>(null);
  useFocusOfMethod(panel, state.active?.entry.id);
  const sections = [...builtIn(state, model, t), ...added].sort((a, b) => a.order - b.order);
  return (
    <section
      ref={panel}
      aria-label={t('panel.label')}
      lang={tag}
      dir={dir}
      className="cordon-panel bg-background text-foreground select-none text-base"
      onKeyDown={(event) => {
        onPanelKey(event, state, model);
      }}
    >
      <Header state={state} model={model} />
      {state.showsNetwork ? (
        <p
          role="note"
          className="cordon-message cordon-warning text-foreground mb-1 rounded border p-2 text-sm"
        >
          {t('panel.researchUse')}
        </p>
      ) : null}
      {state.ready ? <Drafts state={state} model={model} /> : null}
      {state.messages.map((message) => (
        <Message
          key={message.id}
          {...message}
          onDismiss={() => {
            model.dismissMessage(message.id);
          }}
        />
      ))}
      {state.ready ? (
        sections.map((section) => {
          const title = titleOf(section, tag);
          return (
            <Section key={`${section.id} ${visit}`} id={section.id} title={title}>
              <SectionGuard
                what={t('panel.sectionFailed', { title })}
                remedy={t('panel.sectionFailedRemedy')}
              >
                <Rendered section={section} />
              </SectionGuard>
            </Section>
          );
        })
      ) : (
        <Message kind="info" what={t('panel.notReady')} remedy={t('panel.notReadyRemedy')} />
      )}
      <p className="text-muted-foreground py-1 text-center text-sm">{t('panel.notForDiagnosis')}</p>
    </section>
  );
}

/**
 * The state of the model and the number of the visit to the mode. What was typed or opened but not applied belongs to
 * one visit: it must not reach the next patient, even when leaving and entering follow each other at once.
 */
function useModel(model: PanelModel): readonly [PanelState, number] {
  const visit = useRef(0);
  const subscribe = useCallback(
    (listener: () => void) =>
      model.subscribe(() => {
        if (!model.getState().ready) visit.current++;
        listener();
      }),
    [model]
  );
  return [useSyncExternalStore(subscribe, () => model.getState()), visit.current];
}

/**
 * List and form of the methods take each other's place: the focus of someone who was in one moves to the start of the
 * other instead of getting lost.
 */
function useFocusOfMethod(panel: RefObject<HTMLElement>, method: string | undefined): void {
  const before = useRef({ method, focusWithin: false });
  useEffect(() => {
    const { focusWithin } = before.current;
    if (
      before.current.method !== method &&
      focusWithin &&
      document.activeElement === document.body
    ) {
      panel.current?.querySelector<HTMLElement>('[data-start]')?.focus();
    }
    before.current.method = method;
  }, [panel, method]);
  useEffect(() => {
    const note = () => {
      before.current.focusWithin = panel.current?.contains(document.activeElement) ?? false;
    };
    document.addEventListener('focusin', note);
    return () => {
      document.removeEventListener('focusin', note);
    };
  }, [panel]);
}

function builtIn(
  state: PanelState,
  model: PanelModel,
  t: ReturnType<typeof useLanguage>['t']
): readonly PanelSlot[] {
  const { active } = state;
  return [
    {
      id: 'cordon.methods',
      title: t('sections.methods'),
      order: 100,
      render: () => (
        <>
          {active ? (
            <ActiveMethodView key={active.entry.id} active={active} state={state} model={model} />
          ) : (
            <>
              <OneClick
                methods={state.methods}
                onStart={(id) => {
                  model.startMethod(id);
                }}
              />
              <MethodList
                methods={state.methods}
                onChoose={(id) => {
                  model.chooseMethod(id);
                }}
              />
            </>
          )}
          {state.overlay ? <OverlayRow overlay={state.overlay} model={model} /> : null}
        </>
      ),
    },
    {
      id: 'cordon.write-rule',
      title: t('sections.writeRule'),
      order: 150,
      render: () => <WriteRule state={state} model={model} />,
    },
    {
      id: 'cordon.segments',
      title: t('sections.segments'),
      order: 200,
      render: () => <Segments state={state} model={model} />,
    },
  ];
}

function Header({ state, model }: { readonly state: PanelState; readonly model: PanelModel }) {
  const { t } = useLanguage();
  const { series } = state;
  return (
    <div className="flex items-center gap-1 px-2 py-1">
      <span className="text-muted-foreground min-w-0 flex-1 truncate text-sm" dir="auto">
        {series ? [series.modality, series.title].filter(Boolean).join(' · ') : ''}
      </span>
      <IconButton
        label={t('panel.undo')}
        icon={<UndoIcon />}
        disabled={!state.canUndo}
        onClick={() => {
          model.undo();
        }}
      />
      <IconButton
        label={t('panel.redo')}
        icon={<RedoIcon />}
        disabled={!state.canRedo}
        onClick={() => {
          model.redo();
        }}
      />
    </div>
  );
}

const OWN_ENTER =
  'button, a, summary, textarea, [role="combobox"], [role="switch"], [role="option"]';

/** Enter accepts the preview, Escape rejects it or ends the work, wherever the focus is in the panel. */
function onPanelKey(event: KeyboardEvent, state: PanelState, model: PanelModel): void {
  const target = event.target as Element;
  // Pop-ups are children for React but not in the page: their keys are their own.
  if (!event.currentTarget.contains(target) || event.altKey || event.ctrlKey || event.metaKey)
    return;
  if (event.key === 'Enter' && state.preview && !target.closest(OWN_ENTER)) {
    event.preventDefault();
    model.accept();
  } else if (event.key === 'Escape' && (state.job || state.preview)) {
    event.preventDefault();
    if (state.job) model.cancel();
    else model.reject();
  }
}

function titleOf({ title }: PanelSlot, language: string): string {
  return typeof title === 'string' ? title : title(language);
}

/**
 * Renders a section as a child, so that its errors are caught by the guard around it; one of an extension, which watches its
 * own state, not again with the panel.
 */
const Rendered = memo(function Rendered({ section }: { readonly section: PanelSlot }) {
  return <>{section.render()}</>;
});

interface GuardProps {
  readonly what: string;
  readonly remedy: string;
  readonly children: ReactNode;
}

/** Keeps an error of one section from taking the panel with it. */
class SectionGuard extends Component<GuardProps, { readonly why?: string }> {
  override state: { readonly why?: string } = {};

  static getDerivedStateFromError(error: unknown) {
    return { why: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { what, remedy, children } = this.props;
    const { why } = this.state;
    return why === undefined ? children : <Message kind="error" {...{ what, why, remedy }} />;
  }
}
