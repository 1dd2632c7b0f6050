/** Measurement reports on the command line: the block of the phantom has a volume and a value that are known. */
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, BLOCK_VOXELS, writePhantom } from '../../../test/support/phantom-files';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);
const report = (seg: string, output: string) =>
  runCli(['report', at(seg), '--input', series, '--output', at(output)]);

describe('cordon report', () => {
  beforeAll(async () => {
    for (const output of ['block.dcm', 'block.nii']) {
      await cordon(
        ...['segment', '--method', 'threshold', '--input', series, '--output', at(output)],
        ...['--param', 'lower=90', '--param', 'upper=110', '--label', 'Block']
      );
    }
  });

  it('says volume and values, which info reads in what was written', async () => {
    const run = await report('block.dcm', 'report.dcm');
    expect(run).toMatchObject({ status: 0, err: '' });
    expect(run.out).toBe(`Block: 0.06 ml, mean 100.0 ± 0.0 HU\n${at('report.dcm')}\n`);
    const info = (await cordon('info', at('report.dcm'), '--json')).json<{
      kind: string;
      report: { groups: { measurements: { value: number; unit: { value: string } }[] }[] };
    }>();
    expect(info.kind).toBe('report');
    const [{ measurements }] = info.report.groups;
    expect(measurements[0]).toMatchObject({ value: BLOCK_VOXELS * 0.25, unit: { value: 'mm3' } });
    expect(measurements.slice(1).map(({ value }) => value)).toEqual([100, 0, 100, 100, 100]);
    const text = (await cordon('info', at('report.dcm'))).out;
    expect(text).toContain(`    Volume: ${BLOCK_VOXELS * 0.25} mm3\n`);
    expect(text).toContain("    Attenuation Coefficient, Mean: 100 [hnsf'U]\n");
  });

  it('takes, of several series, the one that the segmentation refers to, or the one that is named', async () => {
    const mixed = writePhantom(at('mixed/own'), BLOCKS);
    const other = '1.2.826.0.1.1.77';
    writePhantom(at('mixed/other'), { ...BLOCKS, value: () => 7, series: other });
    const block = ['report', at('block.dcm'), '--input', join(mixed, '..')];
    const run = await runCli([...block, '--output', at('mixed.dcm')]);
    expect(run).toMatchObject({ status: 0 });
    expect(run.out).toContain('mean 100.0 ± 0.0 HU');
    const named = await runCli([...block, '--series', other, '--output', at('named.dcm')]);
    expect(named.out).toContain('mean 7.0 ± 0.0 HU');
  });

  it('needs a segmentation object', async () => {
    const run = await report('block.nii', 'no.dcm');
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[REPORT_NEEDS_SEG\]/);
    const nifti = await report('block.dcm', 'no.nii');
    expect(nifti.status).toBe(2);
  });
});
