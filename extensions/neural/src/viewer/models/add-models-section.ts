/** @file Adds the section where a person brings own models. */
import { createElement } from 'react';
import type { CordonWorkbench } from '@cordon/extension-workbench/viewer';
import { addTexts } from '@cordon/extension-workbench/ui';
import type { ModelShelf } from './model-shelf';
import { ModelsSection } from './models-section';
import { NAMESPACE, TEXTS } from './texts';

export function addModelsSection(workbench: CordonWorkbench, shelf: ModelShelf): void {
  for (const [language, texts] of Object.entries(TEXTS)) addTexts(language, NAMESPACE, texts);
  workbench.slots.add({
    id: 'cordon.models',
    title: (language) => (language.startsWith('de') ? TEXTS.de : TEXTS.en).title,
    order: 400,
    render: () => createElement(ModelsSection, { shelf }),
  });
}
