/**
 * The whole chain of the networks for whole heads on a real MPRAGE: DICOM to labels in TypeScript, and the same in pydicom, scipy and
 * PyTorch with the weights of the ONNX file. Both run now. Labels are compared at every third voxel along each axis.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readImageSeries } from '../../extensions/dicom-seg/src/pure';
import { runOn } from '../../test/support/methods';
import { startOnnxThread } from '../../test/support/onnx-thread';
import { describeWithPython, runPython } from '../../test/support/python';
import { describeWithSharedData, sharedData } from '../../test/support/shared-data';
import { openShipped } from '../../test/support/shipped-models';

const models = resolve(__dirname, '..');
const { models: listed } = JSON.parse(readFileSync(join(models, 'index.json'), 'utf8')) as {
  readonly models: readonly { readonly id: string; readonly task: string }[];
};
const ids = listed.filter(({ task }) => task.startsWith('Brain anatomy')).map(({ id }) => id);
const MPRAGE = 'dicom-brain-mprage';
const MINUTES = 60_000;

const CHAIN = `
import glob, sys
sys.path.insert(0, P['training'])
import pydicom, torch
from scipy import ndimage
from brain_anatomy.check import graph_from_file
from brain_anatomy.manifest import IDS
from cordon_training.paths import MODELS
torch.set_num_threads(1)
torch.set_flush_denormal(True)

# Voxels (i, j, k) and their affine to right, anterior, superior.
files = [pydicom.dcmread(path) for path in glob.glob(P['folder'] + '/*')]
row, column = (np.array(files[0].ImageOrientationPatient[at : at + 3], float) for at in (0, 3))
normal = np.cross(row, column)
files.sort(key=lambda file: float(normal @ np.array(file.ImagePositionPatient, float)))
image = np.stack([file.pixel_array.T for file in files], -1).astype(np.float32)
first, last = (np.array(files[at].ImagePositionPatient, float) for at in (0, -1))
down, along = (float(value) for value in files[0].PixelSpacing)
affine = np.eye(4)
affine[:3, :3] = np.stack([row * along, column * down, (last - first) / (len(files) - 1)], 1)
affine[:3, 3] = first
affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
spacing = np.linalg.norm(affine[:3, :3], axis=0)
inverse = np.linalg.inv(affine)

def centre_of_view(shape, step):
    corners = np.array(np.meshgrid(*[(-0.5, n - 0.5) for n in image.shape])).reshape(3, -1)
    points = affine[:3, :3] @ corners + affine[:3, 3:]
    low, high = points.min(1), points.max(1)
    centre = (low + high) / 2
    centre[2] += max(0.0, (high[2] - low[2] - shape[2] * step) / 2)
    return centre

def smoothed(step):
    result = image.astype(np.float64)
    for axis, size in enumerate(spacing):
        if size >= step: continue
        sigma = np.sqrt((step ** 2 - size ** 2) / 12) / size
        reach = int(np.ceil(3 * sigma))
        weights = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * sigma ** 2))
        result = ndimage.convolve1d(result, weights / weights.sum(), axis, mode='nearest')
    return result

def points_of(shape, step, centre):
    grid = np.array(np.meshgrid(*[np.arange(n) for n in shape], indexing='ij'), float)
    return (grid - (np.array(shape).reshape(3, 1, 1, 1) - 1) / 2) * step + np.reshape(centre, (3, 1, 1, 1))

def conformed(source, shape, step, centre, percentages):
    at = np.einsum('ab,bxyz->axyz', inverse[:3, :3], points_of(shape, step, centre)) + inverse[:3, 3].reshape(3, 1, 1, 1)
    sizes = np.array(image.shape).reshape(3, 1, 1, 1)
    values = ndimage.map_coordinates(source, at, order=1, mode='nearest')
    values[((at < -0.5) | (at > sizes - 0.5)).any(0)] = image.min()
    low, high = np.percentile(values.astype(np.float32), percentages)
    return np.clip((values - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)

def largest(labels):
    pieces, count = ndimage.label(labels > 0)
    sizes = np.bincount(pieces.ravel())[1:]
    return np.where(pieces == sizes.argmax() + 1, labels, 0)

def back_at_third_voxels(labels, step, centre):
    taken = np.array(np.meshgrid(*[np.arange(0, n, 3) for n in image.shape], indexing='ij'), float)
    points = np.einsum('ab,bxyz->axyz', affine[:3, :3], taken) + affine[:3, 3].reshape(3, 1, 1, 1)
    at = (points - np.reshape(centre, (3, 1, 1, 1))) / step + (np.array(labels.shape).reshape(3, 1, 1, 1) - 1) / 2
    best = np.full(taken.shape[1:], -1.0)
    result = np.zeros(taken.shape[1:], np.uint8)
    # The slices are oblique: no two labels have equal votes, and the rule for that is not needed.
    for value in range(int(labels.max()) + 1):
        share = ndimage.map_coordinates((labels == value).astype(np.float64), at, order=1, mode='constant', cval=float(value == 0))
        result = np.where(share > best + 1e-12, value, result)
        best = np.maximum(best, share)
    return result

for name, model in IDS.items():
    if model not in P['models']: continue
    steps = {step['op']: step for step in json.load(open(MODELS / model / 'metadata.json'))['cordon']['preprocessing']}
    shape, step = steps['conform']['size'], steps['conform']['spacingMm']
    percentages = [steps['clipPercentiles'][end] for end in ('low', 'high')]
    graph, source = graph_from_file(name), smoothed(step)
    def labelled(centre):
        with torch.no_grad():
            head = torch.from_numpy(conformed(source, shape, step, centre, percentages))
            return largest(graph(head[None, None])[0].numpy().astype(np.uint8))
    centre = centre_of_view(shape, step)
    labels = labelled(centre)
    # Once more around the middle of what was found, where that is not the middle of the grid.
    offset = (np.array(np.nonzero(labels)).mean(1) - (np.array(shape) - 1) / 2) * step
    if (np.abs(offset) >= 6).any():
        centre = centre + offset
        labels = labelled(centre)
    O[model] = back_at_third_voxels(labels, step, centre).transpose(2, 1, 0)
`;

describeWithSharedData([MPRAGE], 'the whole chain on a real head', () => {
  describeWithPython(['torch', 'scipy', 'nibabel', 'pydicom'], 'against PyTorch', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-head-chain-'));
    const { runtime, close } = startOnnxThread();
    afterAll(async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is there for a model at least', () => {
      expect(ids.length).toBeGreaterThan(0);
    });

    it(
      'gives PyTorch’s labels (mean Dice at least 0.999)',
      async () => {
        execFileSync('tar', ['-xJf', sharedData(MPRAGE, 'mprage.tar.xz'), '-C', folder]);
        const series = join(folder, 'mprage');
        const training = join(models, 'training', 'brain-anatomy');
        const values = { training, folder: series, models: ids };
        const python = await runPython({ values, script: CHAIN });
        const files = readdirSync(series).map((name) => ({
          name,
          bytes: readFileSync(join(series, name)),
        }));
        const { volume } = await readImageSeries(files);
        for (const id of ids) {
          const { labels } = await runOn(await openShipped(id, runtime), volume);
          const theirs = python.array(id).data;
          const ours = everyThird(labels!.voxels, volume.geometry.size);
          expect(ours).toHaveLength(theirs.length);
          const scores = labels!.classes.map(({ value }) => dice(ours, theirs, value));
          expect(scores.length).toBeGreaterThan(20);
          for (const score of scores) expect(score).toBeGreaterThanOrEqual(0.99);
          const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
          expect(mean).toBeGreaterThanOrEqual(0.999);
        }
      },
      12 * MINUTES
    );
  });
});

function everyThird(
  voxels: Uint8Array | Uint16Array,
  [columns, rows, slices]: readonly number[]
): number[] {
  const taken: number[] = [];
  for (let k = 0; k < slices; k += 3) {
    for (let j = 0; j < rows; j += 3) {
      for (let i = 0; i < columns; i += 3) taken.push(voxels[i + columns * (j + rows * k)]);
    }
  }
  return taken;
}

function dice(a: ArrayLike<number>, b: ArrayLike<number>, label: number): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += Number(a[at] === label && b[at] === label);
    sum += Number(a[at] === label) + Number(b[at] === label);
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
