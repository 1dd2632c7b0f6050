/** @file The detector's own steps against torchvision on random inputs. */
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { randomFrom } from '../../../../../test/support/volumes';
import { clipBoxes, decodeBoxes, makeAnchors, suppressNonMaxima } from './boxes';
import { pasteMask, wholeMask } from './paste-masks';
import { featureMap, pyramidLevel, roiAlign } from './roi-align';

const random = randomFrom(11);
const floats = (length: number, low: number, high: number) =>
  Float32Array.from({ length }, () => low + random() * (high - low));
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
};

function randomBoxes(count: number, extent: number, smallest = 1, span = 0.4): Float32Array {
  const boxes = new Float32Array(count * 4);
  for (let at = 0; at < boxes.length; at += 4) {
    boxes[at] = random() * extent * 0.8;
    boxes[at + 1] = random() * extent * 0.8;
    boxes[at + 2] = boxes[at] + smallest + random() * extent * span;
    boxes[at + 3] = boxes[at + 1] + smallest + random() * extent * span;
  }
  return boxes;
}

describeWithPython(['numpy', 'torch', 'torchvision'], 'the detector against torchvision', () => {
  it('makes the same anchors', async () => {
    const python = await runPython({
      script: `
import torch
from torchvision.models.detection.rpn import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
g = AnchorGenerator(((8,), (96,)), ((.5, 1., 2.),) * 2)
maps = [torch.zeros(1, 1, 16, 12), torch.zeros(1, 1, 4, 3)]
a = g(ImageList(torch.zeros(1, 1, 64, 48), [(64, 48)]), maps)[0].numpy()
O['a'] = a
`,
    });
    const ratios = [0.5, 1, 2];
    const ours = Float32Array.of(
      ...makeAnchors({ rows: 16, columns: 12, stride: 4, anchorSize: 8 }, ratios),
      ...makeAnchors({ rows: 4, columns: 3, stride: 16, anchorSize: 96 }, ratios)
    );
    expect(worst(ours, python.array('a').data)).toBe(0);
  });

  it('decodes and clips boxes alike', async () => {
    const boxes = randomBoxes(200, 128);
    const deltas = floats(800, -3, 3);
    deltas[2] = 90; // beyond the clamp
    const python = await runPython({
      arrays: { b: { data: boxes, shape: [200, 4] }, d: { data: deltas, shape: [200, 4] } },
      script: `
import torch
from torchvision.models.detection._utils import BoxCoder
from torchvision.ops import clip_boxes_to_image
y = BoxCoder((10., 10., 5., 5.)).decode_single(torch.from_numpy(I['d']), torch.from_numpy(I['b']))
O['y'] = y.numpy(); O['c'] = clip_boxes_to_image(y, (100, 120)).numpy()
`,
    });
    const ours = decodeBoxes(boxes, deltas, [10, 10, 5, 5]);
    expect(worst(ours, python.array('y').data)).toBeLessThan(2e-2); // widths reach thousands of pixels
    clipBoxes(ours, 100, 120);
    expect(worst(ours, python.array('c').data)).toBeLessThan(1e-3);
  });

  it.each([0.3, 0.5, 0.7])(
    'suppresses the same boxes at %p, within groups only',
    async (threshold) => {
      const boxes = randomBoxes(300, 100);
      const scores = floats(300, 0, 1);
      const groups = Int32Array.from({ length: 300 }, () => Math.floor(random() * 3));
      const python = await runPython({
        arrays: {
          b: { data: boxes, shape: [300, 4] },
          s: { data: scores, shape: [300] },
          g: { data: groups, shape: [300] },
        },
        values: { threshold },
        script: `
import torch
from torchvision.ops import nms, batched_nms
b, s, g = (torch.from_numpy(I[k]) for k in 'bsg')
O['n'] = nms(b, s, P['threshold']).numpy().astype(np.int32)
O['m'] = batched_nms(b, s, g.long(), P['threshold']).numpy().astype(np.int32)
`,
      });
      expect([...suppressNonMaxima(boxes, scores, threshold)]).toEqual([...python.array('n').data]);
      expect([...suppressNonMaxima(boxes, scores, threshold, { groups })]).toEqual([
        ...python.array('m').data,
      ]);
      const ten = suppressNonMaxima(boxes, scores, threshold, { groups, maximum: 10 });
      expect([...ten]).toEqual([...python.array('m').data].slice(0, 10));
    }
  );

  // One sample a bin has up to two cells along an axis, three samples up to six: more than are weighed at once.
  it.each([1, 2, 3])(
    'aligns regions alike at a sampling ratio of %p, at the edges too',
    async (samples) => {
      const boxes = randomBoxes(60, 140, 0.2, 1.2);
      boxes.set([-30, -20, 10, 15, 120, 120, 200, 190], 0);
      const sizes = [32, 16, 8, 4];
      const maps = sizes.map((size) => floats(5 * size * size, -1, 1));
      const python = await runPython({
        arrays: {
          b: { data: boxes, shape: [60, 4] },
          ...Object.fromEntries(
            maps.map((data, at) => [`m${at}`, { data, shape: [1, 5, sizes[at], sizes[at]] }])
          ),
        },
        values: { samples },
        script: `
import torch
from torchvision.ops import MultiScaleRoIAlign
pool = MultiScaleRoIAlign(['0', '1', '2', '3'], 7, P['samples'])
maps = {str(k): torch.from_numpy(I['m%d' % k]) for k in range(4)}
O['y'] = pool(maps, [torch.from_numpy(I['b'])], [(128, 128)]).numpy()
`,
      });
      const ours = new Float32Array(60 * 5 * 49);
      for (let box = 0; box < 60; box++) {
        const own = boxes.subarray(4 * box, 4 * box + 4);
        const at = pyramidLevel(own, 2, 5) - 2;
        const map = featureMap(maps[at], [5, sizes[at], sizes[at]]);
        roiAlign(map, own, sizes[at] / 128, 7, samples, ours, box * 5 * 49);
      }
      expect(worst(ours, python.array('y').data)).toBeLessThan(1e-4);
    }
  );

  it('pastes masks alike, also beyond the edge', async () => {
    const boxes = randomBoxes(12, 60, 2, 0.6);
    boxes.set([-12.3, -4.1, 9.7, 22.2], 0);
    const masks = floats(12 * 28 * 28, 0, 1);
    const python = await runPython({
      arrays: { b: { data: boxes, shape: [12, 4] }, m: { data: masks, shape: [12, 1, 28, 28] } },
      script: `
import torch
from torchvision.models.detection.roi_heads import paste_masks_in_image
O['y'] = paste_masks_in_image(torch.from_numpy(I['m']), torch.from_numpy(I['b']), (64, 72)).numpy()
`,
    });
    const ours = new Float32Array(12 * 64 * 72);
    for (let at = 0; at < 12; at++) {
      const mask = masks.subarray(at * 784, (at + 1) * 784);
      const pasted = pasteMask(mask, 28, boxes.subarray(4 * at, 4 * at + 4), 64, 72);
      ours.set(wholeMask(pasted, 64, 72), at * 64 * 72);
    }
    expect(worst(ours, python.array('y').data)).toBeLessThan(1e-5);
  });
});
