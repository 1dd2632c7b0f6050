/** What a report says about the place of a segment. */
import { code, type CodedConcept, type LabelSegment } from '@cordon/extension-workbench/pure';
import { parseDicom } from '../part10/parse';
import type { Readable } from '../part10/readable';
import { conceptOf } from '../seg/codes';
import { CORDON_EQUIPMENT } from '../seg/equipment';
import { readSegmentation } from '../seg/reader/read-segmentation';
import { writeSegmentation } from '../seg/writer';
import type { ImageSeries } from '../series/read-series';
import { writeMeasurementReport } from './measurement-report';
import { randomLayers, request, type Shape } from '../../../../test/support/round-trip-cases';

const shape: Shape = {
  columns: 4,
  rows: 3,
  slices: 2,
  angles: [0, 0],
  gaps: [2, 2, 2, 2, 2, 2],
  even: true,
  shear: 0,
  seed: 1,
};
const left = code('7771000', 'SCT', 'Left');
const upper = code('261183002', 'SCT', 'Upper');
const necrotic = code('6574001', 'SCT', 'Necrosis');

/** The measurement group of a segment. */
async function groupOf(
  codes: Pick<LabelSegment, 'typeModifiers' | 'anatomicRegionModifiers'>
): Promise<Readable> {
  const base = request(shape, randomLayers(shape, false), 'binary');
  const segments = base.segments.map((one) => ({ ...one, ...codes }));
  const file = new Uint8Array(Buffer.concat(writeSegmentation({ ...base, segments }).parts));
  const stored = await readSegmentation(file, { source: base.source });
  const { geometry } = stored.labels;
  const series = {
    instances: base.source,
    seriesInstanceUid: base.source[0].seriesInstanceUid,
    studyInstanceUid: base.source[0].studyInstanceUid,
    isPatientPositioned: true,
    volume: { geometry, voxels: new Float32Array(geometry.voxelCount), modality: 'MR', unit: '' },
  } as unknown as ImageSeries;
  const written = writeMeasurementReport({
    stored,
    series,
    seriesDescription: 'Measurements',
    equipment: CORDON_EQUIPMENT,
  });
  const { data } = parseDicom(new Uint8Array(Buffer.concat(written.parts)));
  const [group] = named(data, '126010').flatMap((one) => named(one, '125007'));
  return group;
}

const named = (item: Readable, value: string): readonly Readable[] =>
  item
    .items('ContentSequence')
    .filter((child) => conceptOf(child.item('ConceptNameCodeSequence'))?.value === value);

/** Name and value of what qualifies an item. */
const modifiersOf = (item: Readable): readonly (readonly (string | undefined)[])[] =>
  item
    .items('ContentSequence')
    .map((child) => [
      conceptOf(child.item('ConceptNameCodeSequence'))?.meaning,
      conceptOf(child.item('ConceptCodeSequence'))?.meaning,
    ]);

describe('modifiers in a report', () => {
  const both: readonly CodedConcept[] = [upper, left];

  it('of a site are its side and its part', async () => {
    const group = await groupOf({ typeModifiers: [], anatomicRegionModifiers: both });
    expect(modifiersOf(named(group, '363698007')[0])).toEqual([
      ['Laterality', 'Left'],
      ['Topographical modifier', 'Upper'],
    ]);
  });

  it('of a finding are its side alone', async () => {
    const group = await groupOf({ typeModifiers: [necrotic, left], anatomicRegionModifiers: [] });
    expect(modifiersOf(named(group, '121071')[0])).toEqual([['Laterality', 'Left']]);
  });
});
