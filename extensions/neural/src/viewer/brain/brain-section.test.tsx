/** @file What the table of volumes shows of each structure. */
import { render, screen, within } from '@testing-library/react';
import { addTexts } from '@cordon/extension-workbench/ui';
import { BrainSection, type BrainSectionProps } from './brain-section';
import type { StructureVolumes } from './brain-volumes';
import { NAMESPACE, TEXTS } from './texts';

// Only the download is taken from it, and the viewer's libraries do not load here.
jest.mock('@cordon/extension-workbench/viewer', () => ({}));

const ANTERIOR = { scheme: 'SCT', value: '255549009', meaning: 'Anterior' };
const row = (
  segment: number,
  more: Partial<StructureVolumes> & Pick<StructureVolumes, 'structure'>
): StructureVolumes => ({
  code: 'SCT:5366008',
  modifiers: [],
  segments: [segment],
  totalMl: 0,
  colour: [1, 2, 3],
  ...more,
});

/** Cells of each row of the table. */
function cellsOf(rows: readonly StructureVolumes[]): readonly (readonly (string | null)[])[] {
  addTexts('en', NAMESPACE, TEXTS.en);
  const state = { methods: [] };
  const shown = { rows, isMeasuring: false, isStale: false };
  const unchanging = () => () => undefined;
  const props = {
    workbench: { panel: { getState: () => state, subscribe: unchanging } },
    volumes: { getState: () => shown, subscribe: unchanging },
    methods: { quality: 'brain' },
  } as unknown as BrainSectionProps;
  render(<BrainSection {...props} />);
  const [, ...body] = within(screen.getByRole('table')).getAllByRole('row');
  return body.map((line) => Array.from(line.children, ({ textContent }) => textContent));
}

it('shows both sides wherever there are any, one cell where there are none', () => {
  const cells = cellsOf([
    row(1, { structure: 'Hippocampus', leftMl: 3, rightMl: 2, asymmetryPercent: 40 }),
    row(2, {
      structure: 'Hippocampus',
      leftMl: 3,
      rightMl: 2,
      unpairedMl: 9,
      asymmetryPercent: 40,
    }),
    row(3, { structure: 'Hippocampus', rightMl: 2 }),
    row(4, { structure: 'Hippocampus', unpairedMl: 9 }),
  ]);
  expect(cells).toEqual([
    ['Hippocampus', '3.0', '2.0', '40'],
    ['Hippocampus', '3.0', '2.0', '40'],
    ['Hippocampus', '', '2.0', ''],
    ['Hippocampus', '9.0', ''],
  ]);
});

it('names a part of a structure', () => {
  const cells = cellsOf([
    row(1, { structure: 'Hippocampus, Anterior', modifiers: [ANTERIOR], unpairedMl: 1.5 }),
  ]);
  expect(cells).toEqual([['Hippocampus, Anterior', '1.5', '']]);
});
