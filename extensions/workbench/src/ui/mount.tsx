/** @file Puts the panel into an element of the page, with a React root of its own. */
import { createRoot } from 'react-dom/client';
import { languages, hostLanguage } from './i18n/language';
import { PanelProvider } from './panel-context';
import type { PanelModel } from './panel-model';
import { Panel } from './panel/panel';
import { pageStorage, PreferenceStore } from './preferences';
import type { PanelSlots } from './slots';
import { injectStyle } from './style';

/**
 * Shows the panel in `element` and keeps it up to date with `model` and `slots`. The element may be moved about in the
 * page. The panel takes the viewer's language. Returns the function that takes the panel away.
 */
export function mountPanel(element: HTMLElement, model: PanelModel, slots: PanelSlots): () => void {
  const page = element.ownerDocument;
  injectStyle(page);
  void languages.changeLanguage(hostLanguage());
  const outside = page.createElement('div');
  outside.className = 'cordon-portal text-foreground';
  const portal = outside.appendChild(page.createElement('div'));
  page.body.append(outside);
  element.classList.add('cordon-root');

  const root = createRoot(element);
  root.render(
    <PanelProvider preferences={new PreferenceStore(pageStorage())} portal={portal}>
      <Panel model={model} slots={slots} />
    </PanelProvider>
  );
  // React listens on `element` (and was there first) and on `portal`: it sees every key before it stops here.
  const quiet = [quietKeys(element), quietKeys(outside)];
  return () => {
    for (const undo of quiet) undo();
    root.unmount();
    outside.remove();
    element.classList.remove('cordon-root');
  };
}

/**
 * Keeps keys that the panel used itself from the viewer's hotkeys: what is typed, what moved a slider or a list, what
 * pressed a button. All others still reach the viewer. Returns the function that ends it.
 */
function quietKeys(element: HTMLElement): () => void {
  let used = '';
  const stop = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : undefined;
    if (event.type === 'keydown') {
      const presses = (event.key === 'Enter' || event.key === ' ') && target?.closest(PRESSABLE);
      used = event.defaultPrevented || presses ? event.key : '';
    }
    if (used === event.key || target?.matches('input, textarea')) event.stopPropagation();
  };
  const types = ['keydown', 'keypress', 'keyup'] as const;
  for (const type of types) element.addEventListener(type, stop);
  return () => {
    for (const type of types) element.removeEventListener(type, stop);
  };
}

const PRESSABLE = 'button, a, summary, [role="option"]';
