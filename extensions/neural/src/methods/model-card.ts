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
    { title: 'Status', text: statusText(manifest) },
  ];
  return lines.filter(({ text }) => text.trim() !== '');
}

/** Mean Dice and that of each class with their 95 % intervals, as far as the manifest tells. */
function testedText({ eval_metrics: metrics }: Manifest): string {
  if (!metrics) return '';
  const thin = metrics['1mm'];
  if (thin) {
    // Thirty of them would fill the panel: the extremes say what to expect, the model's own card has all.
    const structures = Object.entries(thin.structures).sort(([, [a]], [, [b]]) => a - b);
    const extremes = [structures[0], structures[structures.length - 1]]
      .map(([key, dice]) => `${key.replaceAll('-', ' ')} ${interval(dice)}`)
      .join(' to ');
    return `images of 1 mm, mean of ${structures.length} structures ${interval(thin.dice)}; from ${extremes}`;
  }
  const classes = Object.entries(metrics.classes ?? {}).flatMap(([name, { dice }]) =>
    dice ? [`${name} ${interval(dice)}`] : []
  );
  // The mean over one class would say the same twice.
  const mean = metrics.dice && classes.length !== 1 ? [`all ${interval(metrics.dice)}`] : [];
  return [...mean, ...classes].join('; ');
}

const interval = ([mean, low, high]: readonly [number, number, number]): string =>
  `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** What it may be used for, and whether it has met its targets. */
function statusText({ cordon, eval_metrics: metrics }: Manifest): string {
  if (cordon.training?.status !== 'experimental') return cordon.regulatoryStatus;
  const { missed, of } = metrics?.targets ?? { missed: 0, of: 0 };
  const targets = missed > 0 ? `: ${missed} of ${of} targets are missed` : '';
  return `${cordon.regulatoryStatus} Experimental${targets}.`.trim();
}
