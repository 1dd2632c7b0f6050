/**
 * Every classical method and operation that gives labels, on the command line: segment → SEG with its recipe → rerun → the same voxels.
 */
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { writePhantom } from '../../../test/support/phantom-files';
import { randomFrom } from '../../../test/support/volumes';
import type { SegmentComparison } from './compare';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

/** A noisy body of 0 HU with a bone, two lungs of unequal size, and air around; the pixels are 1 mm, the slices 2 mm apart. */
const random = randomFrom(20);
const series = writePhantom(at('body'), {
  columns: 32,
  rows: 26,
  heightsMm: [0, 2, 4, 6, 8, 10],
  value: (i, j, k) => {
    const noise = Math.round(30 * (random() - 0.5));
    const within = (x: number, y: number, radius: number) => Math.hypot(i - x, j - y) < radius;
    if (!within(15.5, 12.5, 12)) return -1000 + Math.abs(noise);
    if (within(9, 12, 4) && k < 5) return -800 + noise;
    if (within(22, 12, 3) && k > 0) return -820 + noise;
    return (within(15, 19, 3) ? 600 : 0) + noise;
  },
});

const option = (name: string, values: readonly string[]) =>
  values.flatMap((value) => [name, value]);
const params = (...values: readonly string[]) => option('--param', values);
const seeds = [...option('--seed', ['15,19,3']), ...option('--seed-background', ['15,8,3'])];
const start = ['--segment', at('start.nii.gz')];
const markers = ['--markers', at('lungs.nii.gz')];

const calls: readonly (readonly [method: string, ...args: string[]])[] = [
  ['threshold', ...params('lower=300', 'upper=900'), '--slice', '2'],
  ['otsu', '--box', '2,2,0,28,24,5'],
  ['multi-otsu', ...params('classes=4')],
  ['auto-threshold', ...params('rule=triangle', 'side=dark')],
  ['region-growing', ...params('lower=-100', 'upper=200'), '--seed', '15,8,2'],
  ['confidence-connected', '--seed', '15,8,2'],
  ['watershed', ...seeds],
  ['watershed', ...params('start=minima', 'depth=100')],
  ['graph-cut', ...seeds, '--box', '4,4,0,28,24,6'],
  ['graph-cut', ...seeds, ...params('nodes=basins', 'region=gaussian-mixture')],
  ['grow-cut', ...seeds],
  ['grow-cut', ...markers, '--seed-background', '15,8,3'],
  ['live-wire', ...option('--seed', ['15,16,3', '18,19,3', '15,22,3', '12,19,3']), '--slice', '3'],
  ['level-set', '--seed', '15,19,3', ...params('iterations=10', 'startRadiusMm=2')],
  ['level-set', ...start, ...params('model=geodesic', 'iterations=10')],
  ['edge-flow', '--slice', '3'],
  ['edges', ...params('operator=canny', 'result=edges', 'threshold=200')],
  ['edges', ...params('operator=sobel', 'result=closed-regions', 'dimension=2d', 'threshold=100')],
  ['islands', ...start, ...params('mode=split')],
  ['connected-components', ...start],
  ['fill-holes', ...start, ...params('dimension=2d')],
  ['smoothing', ...start, ...params('method=opening', 'radiusMm=2')],
  ['smoothing', ...start, ...markers, ...params('method=joint-gaussian')],
  ['margin', ...start, ...params('marginMm=-2')],
  ['hollow', ...start, ...params('thicknessMm=2')],
  ['logical', ...start, ...markers, ...params('operation=subtract')],
  ['lung-ct', ...params('large.minimumMm3=20', 'closing.radiusMm=1')],
  ['bone-ct', ...params('opening.radiusMm=1', 'parts.minimumMm3=20')],
  ['body-outline', ...params('opening.radiusMm=1')],
];

describe('cordon rerun of every method', () => {
  beforeAll(async () => {
    const make = (output: string, lower: number, upper: number) =>
      cordon(
        ...['segment', '--method', 'threshold', '--input', series, '--output', at(output)],
        ...params(`lower=${lower}`, `upper=${upper}`)
      );
    await make('start.nii.gz', -500, 300);
    await make('lungs.nii.gz', -900, -700);
  });

  it('leaves no method with labels out', async () => {
    const methods = (await cordon('methods', '--json')).json<
      readonly { id: string; family: string; outputs: readonly string[] }[]
    >();
    const withLabels = methods.filter(
      ({ family, outputs }) => family !== 'neural' && outputs.includes('labels')
    );
    const covered = new Set(calls.map(([method]) => method));
    expect(withLabels.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  });

  it.each(calls.map(([method, ...args], index) => ({ method, args, index })))(
    '$index: $method',
    async ({ method, args, index }) => {
      const [made, again] = [at(`${index}.dcm`), at(`${index}-again.dcm`)];
      const common = ['--input', series, '--output', made, '--json'];
      const first = await cordon('segment', '--method', method, ...common, ...args);
      const { segments } = first.json<{ segments: readonly { voxels: number }[] }>();
      // An empty result, or one that fills the image, would be equal to anything.
      const voxels = segments.reduce((sum, segment) => sum + segment.voxels, 0);
      expect(voxels).toBeGreaterThan(0);
      expect(voxels).toBeLessThan(32 * 26 * 6 + (method === 'watershed' ? 1 : 0));
      const run = await runCli(['rerun', made, '--input', series, '--output', again]);
      expect(run).toMatchObject({ status: 0, err: '' });
      expect(run.out).toContain('equal voxel for voxel');
      const compared = (await cordon('compare', made, again, '--json')).json<{
        segments: readonly SegmentComparison[];
      }>();
      expect(compared.segments).toHaveLength(segments.length);
      for (const { dice } of compared.segments) expect(dice).toBe(1);
    }
  );
});
