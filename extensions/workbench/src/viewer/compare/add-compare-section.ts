/** @file Adds the section that compares methods to the panel. */
import { createElement } from 'react';
import { FREE_RULE } from '../../editing/write-rule';
import { addTexts } from '../../ui/i18n/language';
import type { PanelSlots } from '../../ui/slots';
import type { PanelController } from '../controller';
import { offerText } from '../offer-text';
import type { PanelStore } from '../panel-store';
import type { Preview } from '../preview';
import { CompareSection } from './compare-section';
import type { MethodComparison } from './comparison';
import { NAMESPACE, TEXTS } from './texts';

export interface DifferencesShown {
  readonly preview: Preview;
  readonly store: PanelStore;
}

export function addCompareSection(
  slots: PanelSlots,
  comparison: MethodComparison,
  panel: PanelController,
  { preview, store }: DifferencesShown
): void {
  for (const [language, texts] of Object.entries(TEXTS)) addTexts(language, NAMESPACE, texts);
  const show = async (names: Parameters<MethodComparison['differences']>[0]) => {
    const found = comparison.differences(names);
    if (!found || preview.isShown) return;
    const { current, labels } = found;
    const result = { labels, values: [], warnings: [] };
    const target = { ...current, mode: 'add', rule: FREE_RULE, label: names.all } as const;
    await preview.show(result, target, new AbortController().signal);
    // What others lose is not said here: the panel's rule, which would avoid it, does not hold for these.
    const { voxels, volumeMl } = preview.extent;
    store.set({ preview: { voxels, volumeMl, values: [] } });
    panel.refresh();
  };
  slots.add({
    id: 'cordon.compare',
    title: (language) => (language.startsWith('de') ? TEXTS.de : TEXTS.en).title,
    order: 250,
    render: () =>
      createElement(CompareSection, {
        comparison,
        panel,
        onShow: (names) => {
          show(names).catch((error: unknown) => {
            store.report(error);
          });
        },
        onCsv: (text) => {
          offerText(text, 'comparison.csv', 'text/csv');
        },
      }),
  });
}
