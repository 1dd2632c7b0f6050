/** A segmentation of another program, edited and stored again: what that program said about its segments stays. */
import { phantomInstances } from '../../../../test/interop/phantom-series';
import { organ } from '../../../../test/interop/seg-sources';
import { items, rewrite, setItems } from '../../../../test/support/rewrite-dicom';
import { attribute, attributeOf, type Item } from '../part10/attribute';
import { parseDicom } from '../part10/parse';
import { TAGS } from '../part10/tags';
import { CORDON_EQUIPMENT } from './equipment';
import { readSegmentation } from './reader/read-segmentation';
import { writeSegmentation } from './writer';

const PRIMARY_ANATOMIC_STRUCTURE = 0x00082228;
const source = phantomInstances({ columns: 6, rows: 5, slices: 3 });
const planes = source.map(({ sopInstanceUid }, k) => ({
  sopInstanceUid,
  layer: 0,
  voxels: Uint8Array.from({ length: 30 }, (_, at) => Number((at + k) % 3 === 0)),
}));
const write = (segments: Parameters<typeof writeSegmentation>[0]['segments']) =>
  new Uint8Array(
    Buffer.concat(
      writeSegmentation({
        ...{ source, planes, segments, seriesDescription: 'Edit', equipment: CORDON_EQUIPMENT },
      }).parts
    )
  );

const structure: Item = [
  attribute('CodeValue', '10200004'),
  attribute('CodingSchemeDesignator', 'SCT'),
  attribute('CodeMeaning', 'Liver'),
];

/** The segment's item as another program might have written it. */
function foreign(algorithmSource: string | undefined): Uint8Array {
  return rewrite(write([organ(1)]), (attributes) => {
    const [segment] = items(attributes, 'SegmentSequence');
    const changed = segment.map((entry): (typeof segment)[0] => {
      if (entry.tag !== TAGS.SegmentationAlgorithmIdentificationSequence.tag) return entry;
      const [made] = entry.value as Item[];
      const rest = made.filter(({ tag }) => tag !== TAGS.AlgorithmSource.tag);
      if (algorithmSource !== undefined) rest.push(attribute('AlgorithmSource', algorithmSource));
      return { ...entry, value: [rest] };
    });
    setItems(attributes, 'SegmentSequence', [
      [
        ...changed,
        { tag: PRIMARY_ANATOMIC_STRUCTURE, vr: 'SQ', value: [structure] },
        { tag: 0x00091001, vr: 'LO', value: 'private' },
      ],
    ]);
  });
}

const segmentItem = (file: Uint8Array) => parseDicom(file).data.items('SegmentSequence')[0];

describe('an edited segmentation of another program', () => {
  it.each(['Elsewhere Inc.', undefined])('keeps algorithm source "%s"', async (algorithmSource) => {
    const { labels } = await readSegmentation(foreign(algorithmSource), { source });
    const made = segmentItem(write(labels.segments)).item(
      'SegmentationAlgorithmIdentificationSequence'
    )!;
    expect(made.text('AlgorithmSource')).toBe(algorithmSource ?? '');
    expect(made.text('AlgorithmName')).toBe('Otsu');
  });

  it('names itself as the source of its own methods', () => {
    const made = segmentItem(write([organ(1)])).item('SegmentationAlgorithmIdentificationSequence');
    expect(made?.text('AlgorithmSource')).toBe('Cordon');
  });

  it('keeps attributes that this program does not know, but no private ones', async () => {
    const { labels } = await readSegmentation(foreign('X'), { source });
    // As JSON, so that it can be kept with unsaved work.
    const kept = JSON.parse(JSON.stringify(labels.segments)) as typeof labels.segments;
    const item = segmentItem(write(kept));
    expect(attributeOf(item, PRIMARY_ANATOMIC_STRUCTURE)?.value).toEqual([
      structure.map(({ tag, vr, value }) => ({ tag, vr, value })),
    ]);
    expect(item.elements.has(0x00091001)).toBe(false);
  });
});
