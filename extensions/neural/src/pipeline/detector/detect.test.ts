/** @file The whole detector against torchvision's Mask R-CNN with random weights, its three graphs exported at test time. */
import { startOnnxThread } from '../../../../../test/support/onnx-thread';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import type { DetectorSettings } from '../../catalog/manifest';
import { openNetwork } from '../../engine/network';
import { detect } from './detect';
import { wholeMask } from './paste-masks';

describeWithPython(['numpy', 'torch', 'torchvision'], 'Mask R-CNN in three graphs', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  it('finds the instances that torchvision finds', async () => {
    const python = await runPython({
      script: `
import io, torch, torch.nn as nn
from collections import OrderedDict
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.rpn import AnchorGenerator
from torchvision.models.detection.faster_rcnn import TwoMLPHead, FastRCNNPredictor
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.ops import MultiScaleRoIAlign
torch.manual_seed(5); C = 8
class Backbone(nn.Module):
    out_channels = C
    def __init__(self):
        super().__init__(); self.s = nn.ModuleList([nn.Conv2d(1, C, 5, 4, 2)] + [nn.Conv2d(C, C, 3, 2, 1) for _ in range(3)])
    def forward(self, x):
        o = OrderedDict()
        for k, s in enumerate(self.s): x = s(x); o[str(k)] = x
        return o
names = ['0', '1', '2', '3']
m = MaskRCNN(Backbone(), None, min_size=64, max_size=64, image_mean=[0.], image_std=[1.],
  rpn_anchor_generator=AnchorGenerator(((8,), (16,), (32,), (64,)), ((.5, 1., 2.),) * 4), rpn_pre_nms_top_n_test=40, rpn_post_nms_top_n_test=30,
  box_score_thresh=.05, box_nms_thresh=.5, box_detections_per_img=12, box_roi_pool=MultiScaleRoIAlign(names, 7, 2), box_head=TwoMLPHead(C * 49, 16),
  box_predictor=FastRCNNPredictor(16, 3), mask_roi_pool=MultiScaleRoIAlign(names, 14, 2), mask_head=MaskRCNNHeads(C, (C,), 1), mask_predictor=MaskRCNNPredictor(C, C, 3)).eval()
for p in m.rpn.head.parameters(): p.data.mul_(30)
m.requires_grad_(False)
x = torch.randn(1, 64, 64)
with torch.no_grad(): r = m([x])[0]
class P(nn.Module):
    def forward(self, x):
        f = list(m.backbone(x).values()); o, d = m.rpn.head(f); return tuple(f) + tuple(o) + tuple(d)
class B(nn.Module):
    def forward(self, x):
        l, d = m.roi_heads.box_predictor(m.roi_heads.box_head(x)); return torch.softmax(l, -1), d
class M(nn.Module):
    def forward(self, x): return torch.sigmoid(m.roi_heads.mask_predictor(m.roi_heads.mask_head(x)))
def export(net, example, outputs):
    f = io.BytesIO(); torch.onnx.export(net, example, f, opset_version=16, input_names=['input'], output_names=outputs, dynamic_axes={n: {0: 'n'} for n in ['input'] + outputs})
    return np.frombuffer(f.getvalue(), np.uint8)
O['proposals'] = export(P(), x[None], [k + str(l) for k in 'pod' for l in range(2, 6)])
O['boxes'] = export(B(), torch.randn(3, C, 7, 7), ['probabilities', 'deltas'])
O['masks'] = export(M(), torch.randn(3, C, 14, 14), ['masks'])
O['x'] = x.numpy(); O['labels'] = r['labels'].numpy().astype(np.int32); O['scores'] = r['scores'].numpy(); O['found'] = r['masks'].numpy()[:, 0]
`,
    });
    const bytes = (name: string) => python.array(name).data as Uint8Array;
    const open = (name: string) => openNetwork(runtime, bytes(name), 'wasm');
    const graphs = {
      proposals: await open('proposals'),
      boxes: await open('boxes'),
      masks: await open('masks'),
    };
    const x = python.array('x').data as Float32Array;
    const settings: DetectorSettings = {
      imageSize: [64, 64],
      strides: [4, 8, 16, 32],
      anchorSizes: [8, 16, 32, 64],
      aspectRatios: [0.5, 1, 2],
      proposals: {
        preNmsPerLevel: 40,
        nmsIou: 0.7,
        postNms: 30,
        minimumSize: 1e-3,
        scoreThreshold: 0,
        boxWeights: [1, 1, 1, 1],
      },
      boxes: {
        scoreThreshold: 0.05,
        nmsIou: 0.5,
        maximum: 12,
        boxWeights: [10, 10, 5, 5],
        minimumSize: 1e-2,
      },
      roiAlign: { boxSize: 7, maskSize: 14, samplingRatio: 2 },
    };
    const instances = await detect(graphs, x, 1, settings);
    const labels = [...python.array('labels').data];
    expect(labels.length).toBeGreaterThan(5);
    expect(instances.map(({ label }) => label)).toEqual(labels);
    const scores = python.array('scores').data;
    const masks = python.array('found').data;
    instances.forEach(({ score, mask }, at) => {
      expect(score).toBeCloseTo(scores[at], 4);
      const whole = wholeMask(mask, 64, 64);
      const most = whole.reduce(
        (sum, v, i) => Math.max(sum, Math.abs(v - masks[at * 4096 + i])),
        0
      );
      expect(most).toBeLessThan(1e-3);
    });
    // A score that is asked for takes the others away, and changes none.
    const scoreThreshold = instances[3].score;
    expect(await detect(graphs, x, 1, settings, { scoreThreshold })).toEqual(instances.slice(0, 4));
  });
});
