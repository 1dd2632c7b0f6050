/**
 * @file `cordon compare`: how far two segmentations agree, segment by segment.
 */
import {
  ontoCommonGrid,
  overlap,
  segmentStatistics,
  surfaceDistances,
  voxelsOf,
  type LabelVolume,
} from '@cordon/extension-workbench/pure';
import { loadLabels } from './load-labels';
import { matchSegments } from './match-segments';
import { Narrator, printJson, printLine, type Terminal } from './terminal';

export interface SegmentComparison {
  readonly label: string;
  /** 0 where one side is empty, null where both are. */
  readonly dice: number | null;
  readonly jaccard: number | null;
  /** null where one side is empty. */
  readonly hd95Mm: number | null;
  readonly assdMm: number | null;
  readonly referenceMl: number;
  readonly candidateMl: number;
}

export async function compareCommand(
  referenceFile: string,
  candidateFile: string,
  options: { readonly json?: boolean },
  terminal: Terminal
): Promise<void> {
  const narrator = new Narrator(terminal);
  const reference = await loadLabels(referenceFile, narrator);
  const candidate = await loadLabels(candidateFile, narrator);
  const segments = compareLabels(reference.labels, candidate.labels, narrator);
  narrator.clearProgress();
  if (options.json) printJson(terminal, { segments });
  else
    segments.forEach((segment) => {
      printSegment(segment, terminal);
    });
}

/** Compares two label volumes of one image. Throws `GRIDS_DIFFER`. */
export function compareLabels(
  reference: LabelVolume,
  candidate: LabelVolume,
  narrator: Pick<Narrator, 'progress' | 'warn'>
): readonly SegmentComparison[] {
  const volumesMl = [reference, candidate].map(
    (labels) => new Map(segmentStatistics(labels).map(({ number, volumeMl }) => [number, volumeMl]))
  );
  const [a, b] = ontoCommonGrid(reference, candidate);
  const pairs = matchSegments(a.segments, b.segments);
  return pairs.map(({ reference: left, candidate: right }, index) => {
    const label = (left ?? right)?.label ?? '';
    narrator.progress({ fraction: index / pairs.length, message: `Comparing ${label}` });
    if (!left || !right) {
      narrator.warn(`"${label}" is only in the ${left ? 'reference' : 'candidate'}.`);
    }
    const nothing = {
      geometry: a.geometry,
      layer: new Uint8Array(a.geometry.voxelCount),
      number: 1,
    };
    const first = left ? voxelsOf(a, left) : nothing;
    const second = right ? { ...voxelsOf(b, right), geometry: a.geometry } : nothing;
    const { dice, jaccard } = overlap(first, second);
    const distances = surfaceDistances(first, second);
    return {
      label,
      dice,
      jaccard,
      hd95Mm: distances?.hd95Mm ?? null,
      assdMm: distances?.assdMm ?? null,
      referenceMl: (left && volumesMl[0].get(left.number)) ?? 0,
      candidateMl: (right && volumesMl[1].get(right.number)) ?? 0,
    };
  });
}

function printSegment(segment: SegmentComparison, terminal: Terminal): void {
  const number = (value: number | null, digits: number) =>
    value === null ? 'none' : value.toFixed(digits);
  printLine(
    terminal,
    `${segment.label}: Dice ${number(segment.dice, 4)}, Jaccard ${number(segment.jaccard, 4)}, ` +
      `HD95 ${number(segment.hd95Mm, 3)} mm, ASSD ${number(segment.assdMm, 3)} mm, ` +
      `${segment.referenceMl.toFixed(2)} ml and ${segment.candidateMl.toFixed(2)} ml`
  );
}
