/** RT Structure Sets on the command line: contours around the block of the phantom become the block. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, BLOCK_VOXELS, writePhantom } from '../../../test/support/phantom-files';
import { structureSet } from '../../../test/support/structure-set';
import type { SegmentComparison } from './compare';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);
const FRAME = '1.2.826.0.1.9';

/** Around columns 4–11 and rows 3–9; pixels are 0.25 by 0.5 mm, the first at (−10, 20). */
const [left, right, top, bottom] = [-9.125, -7.125, 21.25, 24.75];
const contours = [2, 4, 6, 8].map((z) => [
  ...[left, top, z],
  ...[right, top, z],
  ...[right, bottom, z],
  ...[left, bottom, z],
]);

describe('a structure set', () => {
  beforeAll(() => {
    writeFileSync(at('plan.dcm'), structureSet([{ name: 'Block', contours }], FRAME));
  });

  it.each(['block.dcm', 'block.nii.gz'])('becomes %s, voxel for voxel', async (output) => {
    await cordon('convert', at('plan.dcm'), at(output), '--source', series);
    await cordon(
      ...['segment', '--method', 'threshold', '--input', series, '--output', at('truth.dcm')],
      ...['--param', 'lower=90', '--param', 'upper=110', '--label', 'Block']
    );
    const run = await cordon('compare', at('truth.dcm'), at(output), '--json');
    const [found] = run.json<{ segments: readonly SegmentComparison[] }>().segments;
    expect(found.dice).toBe(1);
    expect(found.candidateMl).toBeCloseTo((BLOCK_VOXELS * 0.25) / 1000, 6);
  });

  it('becomes a surface', async () => {
    const run = await cordon('convert', at('plan.dcm'), at('block.stl'), '--source', series);
    expect(run.out).toBe(`${at('block.stl')}\n`);
  });

  it('says what it holds', async () => {
    expect((await cordon('info', at('plan.dcm'))).out).toContain('7 Block: 4 contours MANUAL\n');
    const info = (await cordon('info', at('plan.dcm'), '--json')).json<{ rois: object[] }>();
    expect(info.rois).toEqual([{ number: 7, name: 'Block', algorithm: 'MANUAL', contours: 4 }]);
  });

  it('needs its images', async () => {
    const run = await runCli(['convert', at('plan.dcm'), at('alone.nii')]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[RTSTRUCT_NEEDS_IMAGES\]: .*plan\.dcm.*--source/);
  });

  it('of other images is refused', async () => {
    writeFileSync(at('foreign.dcm'), structureSet([{ name: 'Block', contours }], '1.2.3'));
    const run = await runCli(['convert', at('foreign.dcm'), at('f.nii'), '--source', series]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[RTSTRUCT_OTHER_IMAGES\]/);
  });
});
