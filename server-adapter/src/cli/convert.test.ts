/** What converted segmentations say of where they come from. */
import {
  CORDON_EQUIPMENT,
  parseDicom,
  readImageSeries,
  writeSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { unnamedSegment } from '@cordon/extension-workbench/pure';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, phantomFiles, SERIES, writePhantom } from '../../../test/support/phantom-files';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const images = writePhantom(at('ct'), BLOCKS);
const TRACKING = '2.25.123';

/** A segmentation of one segment on the phantom, as a file. */
async function writeStored(encoding: 'binary' | 'fractional'): Promise<string> {
  const { instances } = await readImageSeries(phantomFiles(BLOCKS));
  const segment = {
    ...unnamedSegment(1, [255, 0, 0]),
    ...{ number: 1, layer: 0, trackingId: 'Lesion', trackingUid: TRACKING },
  };
  const pixels = BLOCKS.columns * BLOCKS.rows;
  const { sopInstanceUid } = instances[2];
  const { parts } = writeSegmentation({
    source: instances,
    segments: [segment],
    planes:
      encoding === 'binary'
        ? [{ sopInstanceUid, layer: 0, voxels: new Uint8Array(pixels).fill(1) }]
        : [],
    ...(encoding === 'fractional' && {
      probabilities: [
        { sopInstanceUid, segmentNumber: 1, voxels: new Float32Array(pixels).fill(0.8) },
      ],
    }),
    encoding,
    seriesDescription: 'Lesion',
    equipment: CORDON_EQUIPMENT,
  });
  const file = at(`${encoding}.dcm`);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

describe('a source of several series', () => {
  const other = '1.2.826.0.1.1.77';
  const both = join(writePhantom(at('both/own'), BLOCKS), '..');
  writePhantom(at('both/other'), { ...BLOCKS, series: other });
  const referenced = (file: string) =>
    parseDicom(readFileSync(file)).data.item('ReferencedSeriesSequence')?.text('SeriesInstanceUID');

  it('is that to which the segmentation refers', async () => {
    await cordon('convert', await writeStored('binary'), at('own.dcm'), '--source', both);
    expect(referenced(at('own.dcm'))).toBe(SERIES);
  });

  it('is named where the labels do not tell', async () => {
    await cordon('convert', await writeStored('binary'), at('own.nii'));
    const args = ['convert', at('own.nii'), at('named.dcm'), '--source', both];
    expect((await runCli(args)).err).toMatch(/^error\[SERIES_SEVERAL\]/);
    await cordon(...args, '--series', other);
    expect(referenced(at('named.dcm'))).toBe(other);
  });

  it('is not named without a source', async () => {
    const run = await runCli(['convert', at('own.nii'), at('x.nii'), '--series', other]);
    expect(run.status).toBe(2);
    expect(run.err).toMatch(/there is no --source/);
  });
});

describe('a SEG that is converted to a SEG', () => {
  it.each([
    ['binary', true],
    ['fractional', false],
  ] as const)('of %s segments is the next version: %s', async (encoding, isNext) => {
    const output = at(`${encoding}-again.dcm`);
    const run = await cordon('convert', await writeStored(encoding), output, '--source', images);
    const { data } = parseDicom(readFileSync(output));
    expect(data.items('SourceImageSequence').length > 0).toBe(isNext);
    expect(data.item('SegmentSequence')?.text('TrackingUID') === TRACKING).toBe(isNext);
    expect(run.err.includes('an object of its own')).toBe(!isNext);
  });
});
