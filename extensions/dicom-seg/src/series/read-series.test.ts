/** Series made by hand: order, units, frames, and every refusal with what to do. */
import { attribute, type Attribute, type Item } from '../part10/attribute';
import { ByteWriter, writeDataSet } from '../part10/encode';
import { TAGS } from '../part10/tags';
import { readImageSeries } from './read-series';
import { listSeries, type NamedFile } from './read-files';
import { sourceInstanceFromJson, sourceInstancesFromNaturalized } from './source-instance';

function file(name: string, attributes: readonly Attribute[]): NamedFile {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(128));
  writer.text('DICM');
  writeDataSet(writer, [attribute('TransferSyntaxUID', '1.2.840.10008.1.2.1')]);
  writeDataSet(writer, attributes);
  return { name, bytes: writer.toBytes() };
}

/** A CT image of 4 × 3 pixels with the value `10 · k` in every pixel; `changes` replace attributes, undefined removes. */
function image(
  k: number,
  changes: readonly (Attribute | { readonly tag: number; readonly remove: true })[] = []
): NamedFile {
  const attributes = new Map<number, Attribute>(
    [
      attribute('SOPClassUID', '1.2.840.10008.5.1.4.1.1.2'),
      attribute('SOPInstanceUID', `1.2.3.${k + 1}`),
      attribute('Modality', 'CT'),
      attribute('SeriesDescription', 'Hand'),
      attribute('StudyInstanceUID', '1.2.9'),
      attribute('SeriesInstanceUID', '1.2.8'),
      attribute('ImagePositionPatient', `1\\2\\${(2.5 * k).toFixed(1)}`),
      attribute('ImageOrientationPatient', '1\\0\\0\\0\\1\\0'),
      attribute('FrameOfReferenceUID', '1.2.7'),
      attribute('SamplesPerPixel', 1),
      attribute('PhotometricInterpretation', 'MONOCHROME2'),
      attribute('Rows', 3),
      attribute('Columns', 4),
      attribute('PixelSpacing', '0.9\\0.7'),
      attribute('BitsAllocated', 16),
      attribute('BitsStored', 16),
      attribute('HighBit', 15),
      attribute('PixelRepresentation', 1),
      attribute('RescaleIntercept', '-5'),
      attribute('RescaleSlope', '1'),
      attribute('PixelData', new Uint8Array(new Int16Array(12).fill(10 * k).buffer)),
    ].map((entry) => [entry.tag, entry])
  );
  for (const change of changes) {
    if ('remove' in change) attributes.delete(change.tag);
    else attributes.set(change.tag, change);
  }
  return file(`${k}.dcm`, [...attributes.values()]);
}

const remove = (...keywords: (keyof typeof TAGS)[]) =>
  keywords.map((keyword) => ({ tag: TAGS[keyword].tag, remove: true as const }));

describe('reading a series', () => {
  it('sorts along the normal, whatever the order of files, and keeps whole numbers', async () => {
    const { volume, instances, skipped } = await readImageSeries([
      image(2),
      image(0),
      { name: 'notes.txt', bytes: new TextEncoder().encode('not an image, only notes') },
      image(1),
      image(1),
    ]);
    expect(volume.geometry.size).toEqual([4, 3, 3]);
    expect(volume.geometry.spacingMm).toEqual([0.7, 0.9, 2.5]);
    expect(volume.voxels).toBeInstanceOf(Int16Array);
    expect([0, 12, 24].map((at) => volume.voxels[at])).toEqual([-5, 5, 15]);
    expect(volume.unit).toBe('HU');
    expect(instances.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      '1.2.3.1',
      '1.2.3.2',
      '1.2.3.3',
    ]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'it is not a DICOM file',
      'it is a copy of another file',
    ]);
  });

  it('ascends along the normal when the orientation points the other way', async () => {
    const turned = [attribute('ImageOrientationPatient', '1\\0\\0\\0\\-1\\0')];
    const { volume, instances } = await readImageSeries([
      image(0, turned),
      image(1, turned),
      image(2, turned),
    ]);
    expect(volume.geometry.normal[2]).toBe(-1);
    expect(instances[0].sopInstanceUid).toBe('1.2.3.3');
  });

  it('rounds fractional rescaling to single precision, slope by slope', async () => {
    const slope = (text: string) => [
      attribute('RescaleSlope', text),
      attribute('RescaleIntercept', '0'),
    ];
    const { volume } = await readImageSeries([image(1, slope('0.1')), image(2, slope('0.3'))]);
    expect(volume.voxels).toBeInstanceOf(Float32Array);
    expect([volume.voxels[0], volume.voxels[12]]).toEqual([
      Math.fround(0.1 * 10),
      Math.fround(0.3 * 20),
    ]);
  });

  it('keeps the stored bits only, with their sign', async () => {
    const bits = [
      attribute('BitsStored', 12),
      attribute('HighBit', 11),
      attribute('RescaleIntercept', '0'),
      attribute('PixelData', new Uint8Array(new Uint16Array(12).fill(0xaffe).buffer)),
    ];
    expect((await readImageSeries([image(0, bits)])).volume.voxels[0]).toBe(-2);
    const unsigned = [...bits, attribute('PixelRepresentation', 0)];
    expect((await readImageSeries([image(0, unsigned)])).volume.voxels[0]).toBe(0xffe);
  });

  it('maps stored values by a Modality LUT, and beyond its ends by its ends', async () => {
    const table = (descriptor: readonly number[], data: Uint8Array) => [
      attribute('ModalityLUTSequence', [
        [
          attribute('LUTDescriptor', descriptor),
          attribute('ModalityLUTType', 'OD'),
          attribute('LUTData', data),
        ],
      ]),
      attribute('Modality', 'CR'),
      attribute('PixelData', new Uint8Array(Int16Array.from([-9, -2, -1, 0, 1, 7]).buffer)),
      attribute('Columns', 2),
    ];
    const words = new Uint8Array(Uint16Array.from([7, 300, 65535]).buffer);
    const { volume } = await readImageSeries([image(0, table([3, 65534, 16], words))]);
    expect([...volume.voxels]).toEqual([7, 7, 300, 65535, 65535, 65535]);
    expect(volume.unit).toBe('OD');
    const packed = table([3, 65534, 8], Uint8Array.of(7, 30, 255, 0));
    const small = await readImageSeries([image(0, packed)]);
    expect([...small.volume.voxels]).toEqual([7, 7, 30, 255, 255, 255]);
    for (const wrong of [
      [9, 0, 16],
      [3, 0, 0],
    ]) {
      await expect(readImageSeries([image(0, table(wrong, words))])).rejects.toMatchObject({
        code: 'SERIES_MODALITY_TABLE',
      });
    }
  });

  it('reads the frames of an enhanced image in order of their positions', async () => {
    const item = (...entries: Attribute[]): Item[] => [entries];
    const frame = (z: number): Item => [
      attribute('PlanePositionSequence', item(attribute('ImagePositionPatient', `0\\0\\${z}`))),
    ];
    const enhanced = image(0, [
      ...remove('ImagePositionPatient', 'ImageOrientationPatient', 'PixelSpacing'),
      attribute('NumberOfFrames', 2),
      attribute('SharedFunctionalGroupsSequence', [
        [
          attribute('PixelMeasuresSequence', item(attribute('PixelSpacing', '1\\1'))),
          attribute(
            'PlaneOrientationSequence',
            item(attribute('ImageOrientationPatient', '1\\0\\0\\0\\1\\0'))
          ),
          attribute(
            'PixelValueTransformationSequence',
            item(attribute('RescaleIntercept', '100'), attribute('RescaleSlope', '2'))
          ),
        ],
      ]),
      attribute('PerFrameFunctionalGroupsSequence', [frame(7), frame(3)]),
      attribute('PixelData', new Uint8Array(Int16Array.from({ length: 24 }, (_, at) => at).buffer)),
    ]);
    const { volume, instances } = await readImageSeries([enhanced]);
    expect(instances.map(({ frameNumber }) => frameNumber)).toEqual([2, 1]);
    expect([volume.voxels[0], volume.voxels[12]]).toEqual([100 + 2 * 12, 100]);
  });

  it('reads a lone image without a position, and only that', async () => {
    const bare = remove('ImagePositionPatient', 'ImageOrientationPatient', 'PixelSpacing');
    const lone = await readImageSeries([
      image(0, [...bare, attribute('ImagerPixelSpacing', '0.2\\0.1')]),
    ]);
    expect([lone.isPatientPositioned, lone.volume.geometry.spacingMm.slice(0, 2)]).toEqual([
      false,
      [0.1, 0.2],
    ]);
    await expect(readImageSeries([image(0, bare), image(1, bare)])).rejects.toMatchObject({
      code: 'SERIES_NO_GEOMETRY',
    });
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(readImageSeries([image(0)], { signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('what is no volume', () => {
  const other = attribute('SeriesInstanceUID', '1.2.88');

  it.each([
    ['nothing', [], 'SERIES_NO_IMAGES'],
    ['other files', [{ name: 'a', bytes: new Uint8Array(300) }], 'SERIES_NO_IMAGES'],
    [
      'a report',
      [file('sr', [attribute('Modality', 'SR'), attribute('SOPInstanceUID', '1.2')])],
      'SERIES_NOT_AN_IMAGE',
    ],
    [
      'a segmentation',
      [image(0, [attribute('SOPClassUID', '1.2.840.10008.5.1.4.1.1.66.4')])],
      'SERIES_NOT_AN_IMAGE',
    ],
    ['two series', [image(0), image(1, [other])], 'SERIES_SEVERAL'],
    [
      'mixed sizes',
      [image(0), image(1, [attribute('Rows', 4), attribute('PixelData', new Uint8Array(32))])],
      'SERIES_MIXED_SIZES',
    ],
    [
      'mixed spacing',
      [image(0), image(1, [attribute('PixelSpacing', '1\\1')])],
      'SERIES_MIXED_SIZES',
    ],
    [
      'mixed planes',
      [image(0), image(1, [attribute('ImageOrientationPatient', '0\\1\\0\\0\\0\\-1')])],
      'SERIES_MIXED_ORIENTATION',
    ],
    [
      'two images at one place',
      [image(0), image(1), image(2, [attribute('ImagePositionPatient', '1\\2\\2.5')])],
      'SERIES_DUPLICATE_POSITIONS',
    ],
    [
      'colour',
      [image(0, [attribute('SamplesPerPixel', 3), attribute('PhotometricInterpretation', 'RGB')])],
      'SERIES_COLOUR',
    ],
    ['no pixels', [image(0, remove('PixelData'))], 'SERIES_NO_PIXELS'],
    ['too few pixels', [image(0, [attribute('PixelData', new Uint8Array(10))])], 'DICOM_TRUNCATED'],
    ['no rows', [image(0, remove('Rows'))], 'DICOM_MALFORMED'],
    [
      'a damaged slice among others',
      [image(0), { name: 'x', bytes: image(1).bytes.slice(0, 400) }],
      'DICOM_TRUNCATED',
    ],
  ] as const)('%s', async (_, files, code) => {
    const error = await readImageSeries(files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, remedy: expect.stringMatching(/\w+ \w+/) as string });
  });

  it('is told apart from a series that is not there; the list names them all', async () => {
    const files = [image(0), image(1), image(3, [other])];
    await expect(readImageSeries(files, { seriesInstanceUid: '9.9' })).rejects.toMatchObject({
      code: 'SERIES_NOT_FOUND',
      why: expect.stringContaining('1.2.88') as string,
    });
    const chosen = await readImageSeries(files, { seriesInstanceUid: '1.2.8' });
    expect(chosen.instances).toHaveLength(2);
    expect(listSeries(files)).toEqual([
      { seriesInstanceUid: '1.2.8', modality: 'CT', description: 'Hand', instances: 2 },
      { seriesInstanceUid: '1.2.88', modality: 'CT', description: 'Hand', instances: 1 },
    ]);
  });
});

describe('a source instance', () => {
  it('is the same from a file, from DICOM JSON and from the naturalised form', async () => {
    const [fromFile] = (await readImageSeries([image(1)])).instances;
    const json = {
      '00080016': { vr: 'UI', Value: [fromFile.sopClassUid] },
      '00080018': { vr: 'UI', Value: [fromFile.sopInstanceUid] },
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B', Ideographic: '山' }] },
      '0020000D': { vr: 'UI', Value: ['1.2.9'] },
      '0020000E': { vr: 'UI', Value: ['1.2.8'] },
      '00200032': { vr: 'DS', Value: [1, 2, 2.5] },
      '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
      '00200052': { vr: 'UI', Value: ['1.2.7'] },
      '00280010': { vr: 'US', Value: [3] },
      '00280011': { vr: 'US', Value: [4] },
      '00280030': { vr: 'DS', Value: ['0.9', '0.7'] },
    };
    const naturalized = {
      SOPClassUID: fromFile.sopClassUid,
      SOPInstanceUID: fromFile.sopInstanceUid,
      Modality: 'CT',
      PatientName: [{ Alphabetic: 'A^B', Ideographic: '山' }],
      StudyInstanceUID: '1.2.9',
      SeriesInstanceUID: '1.2.8',
      ImagePositionPatient: [1, 2, 2.5],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      FrameOfReferenceUID: '1.2.7',
      Rows: 3,
      Columns: 4,
      PixelSpacing: [0.9, 0.7],
    };
    const expected = { ...fromFile, attributes: [attribute('PatientName', 'A^B=山')] };
    expect(sourceInstanceFromJson(json)).toEqual(expected);
    expect(sourceInstancesFromNaturalized(naturalized)).toEqual([expected]);
  });
});
