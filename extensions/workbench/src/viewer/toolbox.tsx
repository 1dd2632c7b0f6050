/**
 * @file Buttons of methods in the viewer's own toolbox for label maps: one click and the method's tool is in the hand. The viewer
 * draws the buttons, keeps their state, and shows the first options of the method in the hand; the icons are ours, and all options are
 * in the panel above.
 */
import type { FunctionComponent, ReactElement } from 'react';
import { classes } from '../ui/kit/classes';
import type { PanelState, ParameterValue } from '../ui/panel-model';
import type { HostServices, ToolbarButton, ToolbarModuleEntry } from './host';
import { changedParameters, toolOptions, type OptionChange } from './tool-options';

/** A method that deserves a button. */
export interface MethodButton {
  readonly methodId: string;
  readonly icon: FunctionComponent<{ readonly className?: string }>;
}

/** The panel, as far as the buttons need it. */
interface Panel {
  getState(): PanelState;
  subscribe(listener: () => void): () => void;
  chooseMethod(id: string | undefined): void;
  setParameter(name: string, value: ParameterValue): void;
}

interface ButtonProps {
  readonly id: string;
  readonly label: string;
  readonly isActive?: boolean;
  readonly disabled?: boolean;
  readonly disabledText?: string;
}

type MethodText = (id: string, key: string, original: string) => string;

const UI_TYPE = 'cordon.methodButton';
/** The row of the host's toolbox for label maps. */
const ROW = 'LabelMapTools';

const buttonId = (methodId: string) => `cordon.${methodId}`;

export class Toolbox {
  readonly #buttons: MethodButton[] = [];
  readonly #services: HostServices;
  readonly #panel: Panel;
  readonly #text: MethodText;
  #unsubscribe: () => void = () => undefined;

  /** `text` gives a method's words in the viewer's language. */
  constructor(services: HostServices, panel: Panel, text: MethodText) {
    this.#services = services;
    this.#panel = panel;
    this.#text = text;
  }

  /** Adds a button; it is there from the next time on that the mode is entered. */
  add(button: MethodButton): void {
    this.#buttons.push(button);
  }

  /** What the host has to know to draw the buttons. */
  module(): readonly ToolbarModuleEntry[] {
    return [{ name: UI_TYPE, defaultComponent: (props: ButtonProps) => this.#draw(props) }];
  }

  /** Our mode is open: puts the buttons beside the host's tools and keeps their state. */
  enter(): void {
    const { toolbarService, viewportGridService } = this.#services;
    toolbarService.register(
      this.#buttons.map(({ methodId }) => this.#register(methodId)),
      true
    );
    const ids = this.#buttons.map(({ methodId }) => buttonId(methodId));
    // The host would add to the mode's own list, which outlives the buttons: the next visit to the mode broke on them.
    const { buttonSections } = toolbarService.state;
    buttonSections[ROW] = [...(buttonSections[ROW] ?? [])];
    toolbarService.updateSection(ROW, ids);
    let before = '';
    this.#unsubscribe = this.#panel.subscribe(() => {
      const now = JSON.stringify(this.#buttons.map(({ methodId }) => this.#stateOf(methodId)));
      if (now === before) return;
      before = now;
      const viewportId = viewportGridService.getActiveViewportId() ?? undefined;
      toolbarService.refreshToolbarState({ viewportId });
    });
  }

  /** Our mode is left: other modes keep their toolbox to themselves. */
  leave(): void {
    this.#unsubscribe();
    this.#unsubscribe = () => undefined;
  }

  #register(methodId: string): ToolbarButton {
    const evaluate = () => this.#stateOf(methodId);
    return { id: buttonId(methodId), uiType: UI_TYPE, props: { ...evaluate(), evaluate } };
  }

  /** A person has changed an option of the method in the hand. */
  setOption(change: OptionChange): void {
    const { active, series } = this.#panel.getState();
    if (!active) return;
    const changed = changedParameters(active, series, change);
    for (const [name, value] of Object.entries(changed)) this.#panel.setParameter(name, value);
  }

  #stateOf(methodId: string) {
    const { active, methods, series } = this.#panel.getState();
    const isActive = active?.entry.id === methodId;
    const entry = methods.find(({ id }) => id === methodId);
    return {
      visible: entry !== undefined,
      label: entry ? this.#text(methodId, 'title', entry.title) : methodId,
      disabled: entry?.unfit !== undefined,
      disabledText: entry?.unfit,
      isActive,
      options: isActive ? toolOptions(active, series, this.#text) : undefined,
    };
  }

  /** Drawn by the host's React: no hooks. */
  #draw({ id, label, isActive = false, disabled, disabledText }: ButtonProps): ReactElement | null {
    const button = this.#buttons.find(({ methodId }) => buttonId(methodId) === id);
    if (!button) return null;
    const { icon: Icon, methodId } = button;
    return (
      <button
        type="button"
        data-cy={id}
        aria-label={label}
        aria-pressed={isActive}
        title={disabledText ? `${label}: ${disabledText}` : label}
        disabled={disabled}
        className={classes(
          'cordon-tool bg-popover inline-flex items-center justify-center rounded-md text-foreground disabled:opacity-50',
          isActive && 'cordon-tool-held'
        )}
        onClick={() => {
          this.#panel.chooseMethod(isActive ? undefined : methodId);
        }}
      >
        <Icon className="h-5 w-5" />
      </button>
    );
  }
}
