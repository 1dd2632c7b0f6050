/**
 * @file The language of the panel. It follows the viewer's own choice; other extensions add their texts here, in a
 * namespace of their own.
 */
import { createInstance, type i18n } from 'i18next';
import { pageStorage } from '../preferences';
import { de } from './de';
import { en } from './en';

export const PANEL_TEXTS = 'panel';
/** Translated titles of methods and their parameters, by method id. */
export const METHOD_TEXTS = 'methods';

/** Under this key the host keeps the language that its user chose. */
const HOST_LANGUAGE_KEY = 'i18nextLng';

const instance: i18n = createInstance();
void instance.init({
  lng: 'en',
  fallbackLng: 'en',
  ns: [PANEL_TEXTS, METHOD_TEXTS],
  defaultNS: PANEL_TEXTS,
  initAsync: false,
  // React escapes; a second escape would show entities.
  interpolation: { escapeValue: false },
  resources: { en: { [PANEL_TEXTS]: en }, de: { [PANEL_TEXTS]: de } },
});

/** A tree of texts; leaves are i18next texts with {{placeholders}}. */
export type TextTree = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

export const languages = instance;

/** Adds the texts of an extension under its own namespace, for example `addTexts('de', 'neural', {…})`. */
export function addTexts(language: string, namespace: string, texts: TextTree): void {
  instance.addResourceBundle(language, namespace, texts, true, true);
  instance.emit('languageChanged', instance.language);
}

/** A text of a method (`title`, `summary` …) in a language, or as the method itself gives it. */
export function methodText(language: string, id: string, key: string, original: string): string {
  const path = [id, ...key.split('.')];
  const text: unknown = path.reduce<unknown>(
    (tree, part) => (tree as Readonly<Record<string, unknown>> | undefined)?.[part],
    instance.getResourceBundle(language.split('-')[0], METHOD_TEXTS)
  );
  return typeof text === 'string' ? text : original;
}

/** Changes the language of every open panel. Languages without texts fall back to English, text by text. */
export function setPanelLanguage(language: string): void {
  void instance.changeLanguage(language);
}

/** The language that the viewer's user chose, else the browser's. */
export function hostLanguage(): string {
  try {
    const chosen = pageStorage()?.getItem(HOST_LANGUAGE_KEY);
    if (chosen) return chosen;
  } catch {
    // Storage is denied: the browser's language is the next best.
  }
  return navigator.language || 'en';
}
