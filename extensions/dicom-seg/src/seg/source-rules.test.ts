/** What the writer takes from its images: several times, lossy compression, overlap of probabilities. */
import { phantomInstances } from '../../../../test/interop/phantom-series';
import { organ } from '../../../../test/interop/seg-sources';
import { attribute } from '../part10/attribute';
import { parseDicom } from '../part10/parse';
import type { SourceInstance } from '../series/source-instance';
import { CORDON_EQUIPMENT } from './equipment';
import type { SegmentationRequest } from './request';
import { writeSegmentation } from './writer';

const source = phantomInstances({ columns: 4, rows: 3, slices: 3 });

function write(from: readonly SourceInstance[], change: Partial<SegmentationRequest> = {}) {
  const planes =
    change.planes ??
    from.map(({ sopInstanceUid }) => ({
      sopInstanceUid,
      layer: 0,
      voxels: new Uint8Array(12).fill(1),
    }));
  const { parts } = writeSegmentation({
    ...{ source: from, planes, segments: [organ(1)], seriesDescription: 'Rules' },
    equipment: CORDON_EQUIPMENT,
    ...change,
  });
  return parseDicom(new Uint8Array(Buffer.concat(parts))).data;
}

describe('the images of a segmentation', () => {
  it('of two times at one position are refused', () => {
    const again = { ...source[1], sopInstanceUid: '1.2.3' };
    expect(() => write([...source, again])).toThrow(
      expect.objectContaining({
        code: 'SEG_SOURCE_INCOMPLETE',
        why: expect.stringContaining('same position') as string,
      }) as Error
    );
  });

  it('that were compressed with loss say so, and how, wherever they stand in the series', () => {
    expect(write(source).text('LossyImageCompression')).toBe('00');
    const lossy = source.map((one, k) => ({
      ...one,
      attributes: [
        ...one.attributes,
        ...(k === 2
          ? [
              attribute('LossyImageCompression', '01'),
              attribute('LossyImageCompressionRatio', '12.5'),
              attribute('LossyImageCompressionMethod', 'ISO_10918_1'),
            ]
          : []),
      ],
    }));
    const data = write(lossy);
    expect([
      data.text('LossyImageCompression'),
      data.text('LossyImageCompressionRatio'),
      data.text('LossyImageCompressionMethod'),
    ]).toEqual(['01', '12.5', 'ISO_10918_1']);
  });
});

describe('probabilities', () => {
  it.each([
    ['NO', [1, 1, 0, 0], [0, 0, 1, 0.001]],
    ['YES', [1, 1, 0.01, 0], [0, 0, 1, 1]],
  ] as const)('that overlap: %s', (expected, first, second) => {
    const small = phantomInstances({ columns: 2, rows: 2, slices: 1 });
    const [{ sopInstanceUid }] = small;
    const probabilities = [first, second].map((values, index) => ({
      ...{ sopInstanceUid, segmentNumber: index + 1, voxels: Float32Array.from(values) },
    }));
    const data = write(small, {
      ...{ planes: [], probabilities, encoding: 'fractional', segments: [organ(1), organ(2)] },
    });
    expect(data.text('SegmentsOverlap')).toBe(expected);
  });
});

it('refuses an object that no reader would take', () => {
  const [columns, rows] = [4096, 4096];
  const many = phantomInstances({ columns, rows, slices: 65 });
  const voxels = new Float32Array(columns * rows).fill(1, 0, 1);
  const probabilities = many.map(({ sopInstanceUid }) => ({
    ...{ sopInstanceUid, segmentNumber: 1, voxels },
  }));
  const change = { planes: [], probabilities, encoding: 'fractional' } as const;
  expect(() => write(many, change)).toThrow(
    expect.objectContaining({ code: 'SEG_TOO_LARGE' }) as Error
  );
});
