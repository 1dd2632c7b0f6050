/** @file What every part of the panel needs: texts, direction, preferences, and where pop-ups are put. */
import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { languages, methodText, PANEL_TEXTS } from './i18n/language';
import type { TextKey } from './i18n/texts';
import { PreferenceStore, type Preferences } from './preferences';

export type TextValues = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: TextValues) => string;

interface PanelSurroundings {
  readonly preferences: PreferenceStore;
  /** Pop-ups are rendered here, outside of the panel's scrolling area. */
  readonly portal: HTMLElement;
}

const Surroundings = createContext<Partial<PanelSurroundings>>({});
/** Outside of a panel nothing is remembered beyond the page. */
const PASSING = new PreferenceStore(undefined);

export function PanelProvider(props: PanelSurroundings & { readonly children: ReactNode }) {
  const { preferences, portal, children } = props;
  const value = useMemo(() => ({ preferences, portal }), [preferences, portal]);
  return <Surroundings.Provider value={value}>{children}</Surroundings.Provider>;
}

/** Where pop-ups go; the page's body outside of a panel. */
export function usePortal(): HTMLElement {
  return useContext(Surroundings).portal ?? document.body;
}

export function usePreferences(): readonly [Preferences, PreferenceStore] {
  const { preferences = PASSING } = useContext(Surroundings);
  const subscribe = useMemo(
    () => (listener: () => void) => preferences.subscribe(listener),
    [preferences]
  );
  return [useSyncExternalStore(subscribe, () => preferences.get()), preferences];
}

function subscribeToLanguage(listener: () => void): () => void {
  languages.on('languageChanged', listener);
  return () => {
    languages.off('languageChanged', listener);
  };
}

export interface Language {
  /** BCP 47 tag, for Intl. */
  readonly tag: string;
  readonly dir: 'ltr' | 'rtl';
  readonly t: Translate;
}

export function useLanguage(): Language {
  const tag = useSyncExternalStore(subscribeToLanguage, () => languages.language);
  return useMemo(
    () => ({
      tag,
      dir: languages.dir(tag) === 'rtl' ? 'rtl' : 'ltr',
      t: (key, values) => languages.t(key, { ...values, ns: PANEL_TEXTS }),
    }),
    [tag]
  );
}

/** The texts that an extension added under `namespace` (see addTexts). */
export function useTexts(namespace: string): (key: string, values?: TextValues) => string {
  const { tag } = useLanguage();
  return useMemo(
    () => (key, values) => languages.t(key, { ...values, ns: namespace, lng: tag }),
    [namespace, tag]
  );
}

/** A method's own text, translated where its extension brings a translation. */
export function useMethodText(): (id: string, key: string, original: string) => string {
  const { tag } = useLanguage();
  return useMemo(() => (id, key, original) => methodText(tag, id, key, original), [tag]);
}
