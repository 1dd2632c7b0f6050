/**
 * The whole chain of every shipped model on a real case that no network was trained on: file to labels in TypeScript, and the same in
 * PyTorch with the weights of the ONNX files and the preparation of the training. Both run now. Networks for whole heads are compared
 * in whole-head-chain.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ImageVolume, MethodResult } from '@cordon/extension-workbench/pure';
import { readNiftiImage } from '../../server-adapter/src/nifti/read-nifti';
import { runOn } from '../../test/support/methods';
import type { NpyArray } from '../../test/support/npy';
import { startOnnxThread } from '../../test/support/onnx-thread';
import { describeWithPython, runPython, type PythonResult } from '../../test/support/python';
import { describeWithSharedData, sharedData } from '../../test/support/shared-data';
import { openShipped, shippedManifest } from '../../test/support/shipped-models';
import { volumeOf } from '../../test/support/volumes';

const models = resolve(__dirname, '..');
const { models: listed } = JSON.parse(readFileSync(join(models, 'index.json'), 'utf8')) as {
  readonly models: readonly { readonly id: string; readonly task: string }[];
};
const ids = listed.filter(({ task }) => !task.startsWith('Brain anatomy')).map(({ id }) => id);
const FOLDERS = [
  'brain-hippocampus-mr',
  'cardiac-cine-sunnybrook',
  'chest-xray-montgomery',
  'nuclei-dsb2018',
];
const MODULES = ['torch', 'torchvision', 'scipy', 'skimage', 'cv2', 'nibabel'];
const MINUTES = 60_000;

/** Labels by PyTorch on the reference's grid, of the first test case of each task; nuclei: a number an object. */
const CHAIN = `
import sys
sys.path.insert(0, P['training'])
import torch
from cordon_training.dataset import SelectedCases
from cordon_training.evaluate import INSTANCE_SCORE, MASK_THRESHOLD, label_map
from cordon_training.instances import without_overlap
from cordon_training.parity import learner_from_graphs
from cordon_training.paths import MODELS, data_root
from cordon_training.prepare import prepare_case, read_gray
from cordon_training.splits import load_split
from cordon_training.tasks import LUNGS, NUCLEI, VENTRICLE
torch.set_num_threads(1)
torch.set_flush_denormal(True)
R['cases'] = {}
cases = {}
for model in P['models']:
    learner = learner_from_graphs(MODELS / model)
    task = learner.task
    if task.id not in cases:
        case = load_split(task)['test'][0]
        cases[task.id] = (case, SelectedCases(task, [case]), prepare_case(task, case, data_root()).truth)
        folder = data_root() / task.folder
        if task is VENTRICLE:
            O[task.id] = np.stack([read_gray(path) for path in sorted(folder.glob(f'*/images/{case}-IM-*.png'))])
        elif task is LUNGS or task is NUCLEI:
            O[task.id] = read_gray(folder / 'images' / f'{case}.png')[None]
    case, data, truth = cases[task.id]
    span = data.spans['test'][0]
    R['cases'][model] = {'task': task.id, 'case': case}
    if task is NUCLEI:
        found = learner.detect(data.case_inputs(span))[0]
        scores = [float(score) for score in found['scores']]
        kept = [at for at, score in enumerate(scores) if score >= INSTANCE_SCORE]
        masks = [found['masks'][at][0].numpy() > MASK_THRESHOLD for at in kept]
        labels = np.zeros(truth.shape, np.uint16)
        for number, mask in enumerate(without_overlap(masks, [scores[at] for at in kept])):
            labels[0][mask] = number + 1
    else:
        labels = label_map(learner, data, span, truth.shape)
    # Volumes of the training are (x, y, z); ours have columns, x, fastest.
    O[model] = labels.transpose(2, 1, 0) if task.volumetric else labels
`;

describeWithSharedData(FOLDERS, 'the whole chain on a real case', () => {
  describeWithPython(MODULES, 'against PyTorch', () => {
    const { runtime, close } = startOnnxThread();
    let python: PythonResult;
    const labelled: string[] = [];

    beforeAll(async () => {
      const values = { training: join(models, 'training'), models: ids };
      python = await runPython({ values, script: CHAIN });
    }, 5 * MINUTES);
    afterAll(close);

    const imageOf = async (id: string): Promise<ImageVolume> => {
      const { manifest } = await shippedManifest(id);
      const [modality] = manifest.cordon.modalities;
      const { task, case: name } = (python.values.cases as Cases)[id];
      if (task === 'hippocampus-mr') {
        const file = sharedData('brain-hippocampus-mr', 'images', `${name}.nii.gz`);
        const { volume, template } = readNiftiImage(readFileSync(file));
        expect(template.isFlipped).toBe(false);
        return { ...volume, modality };
      }
      const { data, shape } = python.array(task);
      const voxels = data as Uint8Array;
      return { ...volumeOf([shape[2], shape[1], shape[0]], voxels, [1.3, 1.3, 8]), modality };
    };

    it.each(ids)(
      '%s gives PyTorch’s labels (Dice at least 0.999)',
      async (id) => {
        const result = await runOn(await openShipped(id, runtime), await imageOf(id));
        const theirs = python.array(id);
        const ours = result.labels!.voxels;
        expect(ours).toHaveLength(theirs.data.length);
        if (id.startsWith('nuclei')) expectSameObjects(result, theirs);
        const separate = id.startsWith('nuclei') ? [0] : valuesOf(result);
        for (const value of separate) {
          expect(dice(ours, theirs.data, value)).toBeGreaterThanOrEqual(0.999);
        }
        if (theirs.data.some((value) => value !== 0)) labelled.push(id);
      },
      2 * MINUTES
    );

    it('labels something with every model', () => {
      expect(labelled).toEqual(ids);
    });
  });
});

type Cases = Readonly<Record<string, { readonly task: string; readonly case: string }>>;

const valuesOf = ({ labels }: MethodResult) => labels!.classes.map(({ value }) => value);

/** Objects have numbers of their own on both sides: each is compared with the one that covers most of it. */
function expectSameObjects({ labels }: MethodResult, theirs: NpyArray): void {
  const ours = labels!.voxels;
  const count = Math.max(...ours);
  expect(count).toBe(Math.max(...(theirs.data as Uint16Array)));
  for (let object = 1; object <= count; object++) {
    const covering = new Map<number, number>();
    let own = 0;
    for (let at = 0; at < ours.length; at++) {
      if (ours[at] !== object) continue;
      own++;
      covering.set(Number(theirs.data[at]), (covering.get(Number(theirs.data[at])) ?? 0) + 1);
    }
    const [partner, both] = [...covering].reduce((most, one) => (one[1] > most[1] ? one : most));
    expect(partner).toBeGreaterThan(0);
    const other = (theirs.data as Uint16Array).filter((value) => value === partner).length;
    expect((2 * both) / (own + other)).toBeGreaterThanOrEqual(0.99);
  }
}

/** Dice of one label; 0 stands for everything that is labelled. */
function dice(a: ArrayLike<number>, b: NpyArray['data'], label: number): number {
  const is = (value: number) => (label === 0 ? value !== 0 : value === label);
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    const [one, other] = [is(a[at]), is(Number(b[at]))];
    both += Number(one && other);
    sum += Number(one) + Number(other);
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
