/**
 * @file The card of a model in short: what a person should know before trusting its result.
 */
import type { CardLine } from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';

/** Facts of the manifest, one a line; what the manifest leaves out is left out. */
export function modelCard(manifest: Manifest): readonly CardLine[] {
  const { cordon } = manifest;
  const lines: readonly CardLine[] = [
    { title: 'For', text: manifest.intended_use },
    { title: 'Not for', text: cordon.contraIndications.join('; ') },
    { title: 'Takes', text: (cordon.channels ?? []).join(', ') },
    { title: 'Tested (Dice, 95 % interval)', text: testedText(manifest) },
    { title: 'Trained on', text: manifest.data_source },
    { title: 'Licence', text: `weights ${cordon.licence.weights}; data ${cordon.licence.data}` },
    { title: 'Version', text: [manifest.version, manifest.authors].filter(Boolean).join(', ') },
    { title: 'Status', text: cordon.regulatoryStatus },
  ];
  return lines.filter(({ text }) => text.trim() !== '');
}

/** Dice of each class with its 95 % interval, as far as the manifest tells. */
function testedText({ eval_metrics: metrics }: Manifest): string {
  const classes = Object.entries(metrics?.classes ?? {});
  return classes
    .flatMap(([name, { dice }]) => (dice ? [`${name} ${interval(dice)}`] : []))
    .join('; ');
}

const interval = ([mean, low, high]: readonly [number, number, number]): string =>
  `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
