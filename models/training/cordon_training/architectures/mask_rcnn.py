"""Mask R-CNN: a residual backbone with a feature pyramid, region proposals, a box head and a mask head.

He, Gkioxari, Dollar, Girshick: Mask R-CNN, ICCV 2017; Lin et al.: Feature pyramid networks, CVPR 2017.

Changed: an own ResNet of 24-48-96-128 maps trained from scratch instead of ResNet-50/101 pre-trained on
photographs, a pyramid of 48 maps, box head of 128 units, two instead of four mask convolutions; one anchor
size a level, 8 to 64 (lungs 16 to 96) pixels.  The detection logic (anchors, matching, losses, NMS, ROI
Align) is torchvision's; weights are never downloaded.
"""

from collections import OrderedDict
from typing import Dict, Sequence

import torch
from torch import nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.rpn import AnchorGenerator
from torchvision.ops import FeaturePyramidNetwork, MultiScaleRoIAlign

from .blocks import PreActivationBlock, conv_norm_relu

WIDTHS: Sequence[int] = (24, 48, 96, 128)
PYRAMID = 48
LEVELS = ("0", "1", "2", "3")
ASPECT_RATIOS = (0.5, 1.0, 2.0)


class PyramidBackbone(nn.Module):
    """(n, inputs, h, w) to a dictionary of four maps of 48 channels at strides 4, 8, 16 and 32."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_norm_relu(inputs, WIDTHS[0], stride=2), conv_norm_relu(WIDTHS[0], WIDTHS[0]))
        stages, previous = [], WIDTHS[0]
        for width in WIDTHS:
            stages.append(nn.Sequential(PreActivationBlock(previous, width, 2), PreActivationBlock(width, width)))
            previous = width
        self.stages = nn.ModuleList(stages)
        self.pyramid = FeaturePyramidNetwork(list(WIDTHS), PYRAMID)
        self.out_channels = PYRAMID

    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        x = self.stem(x)
        maps: "OrderedDict[str, torch.Tensor]" = OrderedDict()
        for name, stage in zip(LEVELS, self.stages):
            x = stage(x)
            maps[name] = x
        return self.pyramid(maps)


def mask_rcnn(
    inputs: int, classes: int, size: int, anchors: Sequence[int], proposals: int, detections: int
) -> MaskRCNN:
    """torchvision's detector around our backbone; images must be size x size, so that nothing is resized."""
    return MaskRCNN(
        PyramidBackbone(inputs),
        None,
        min_size=size,
        max_size=size,
        image_mean=[0.0] * inputs,
        image_std=[1.0] * inputs,
        rpn_anchor_generator=AnchorGenerator(tuple((a,) for a in anchors), (ASPECT_RATIOS,) * len(anchors)),
        rpn_pre_nms_top_n_train=4 * proposals,
        rpn_pre_nms_top_n_test=2 * proposals,
        rpn_post_nms_top_n_train=2 * proposals,
        rpn_post_nms_top_n_test=proposals,
        rpn_batch_size_per_image=64,
        box_batch_size_per_image=64,
        box_detections_per_img=detections,
        box_score_thresh=0.05,
        box_nms_thresh=0.5,
        box_roi_pool=MultiScaleRoIAlign(list(LEVELS), 7, 2),
        box_head=TwoMLPHead(PYRAMID * 49, 128),
        box_predictor=FastRCNNPredictor(128, classes),
        mask_roi_pool=MultiScaleRoIAlign(list(LEVELS), 14, 2),
        mask_head=MaskRCNNHeads(PYRAMID, (PYRAMID, PYRAMID), 1),
        mask_predictor=MaskRCNNPredictor(PYRAMID, PYRAMID, classes),
    )
