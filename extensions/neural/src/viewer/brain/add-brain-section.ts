/** @file Adds the section for brain structures when a network for whole heads is installed. */
import { createElement } from 'react';
import type { CordonWorkbench } from '@cordon/extension-workbench/viewer';
import { addTexts } from '@cordon/extension-workbench/ui';
import type { Manifest } from '../../catalog/manifest';
import { BrainSection } from './brain-section';
import { BrainVolumes } from './brain-volumes';
import { NAMESPACE, TEXTS } from './texts';

export function addBrainSection(workbench: CordonWorkbench, manifests: readonly Manifest[]): void {
  const heads = manifests.filter(({ cordon }) => cordon.inference.mode === 'labels');
  if (heads.length === 0) return;
  // The larger network is the one called quality.
  const bySize = [...heads].sort((a, b) => bytesOf(b) - bytesOf(a));
  const [quality, fast] = bySize.map(({ cordon }) => cordon.id);
  for (const [language, texts] of Object.entries(TEXTS)) addTexts(language, NAMESPACE, texts);
  const types = heads.flatMap(({ cordon }) => cordon.classes.map(({ type }) => type));
  const volumes = new BrainVolumes(workbench, types);
  workbench.slots.add({
    id: 'cordon.brain',
    title: (language) => (language.startsWith('de') ? TEXTS.de : TEXTS.en).title,
    order: 90,
    render: () => createElement(BrainSection, { workbench, volumes, methods: { quality, fast } }),
  });
}

const bytesOf = ({ cordon }: Manifest): number =>
  cordon.files.reduce((sum, { bytes }) => sum + bytes, 0);
