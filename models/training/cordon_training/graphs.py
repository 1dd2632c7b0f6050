"""The modules that are exported: one or several graphs a network, with operations that every provider has.

All keep the parameter names of the training class, so that the weights in the file can be read back into it.
"""

from typing import List, Sequence, Tuple

import torch
from torch import nn
from torchvision.models.detection import MaskRCNN

from .architectures.patch_cnn import PatchCnnDense
from .architectures.segnet import SegNetMask
from .learners import Learner


class Graph:
    """One file to export: its name, module, example input and the names of its outputs."""

    def __init__(self, name: str, module: nn.Module, example: torch.Tensor, outputs: Sequence[str], dynamic: bool) -> None:
        self.name = name
        self.module = module.eval()
        self.example = example
        self.outputs = list(outputs)
        self.dynamic = dynamic


class TransposedConvolution3d(nn.Module):
    """ConvTranspose3d with kernel = stride = 2 as a 1x1x1 convolution and an interleaving; batch 1.

    ConvTranspose3d does not run on WebGPU.  The weight keeps its name and layout in the file.
    """

    def __init__(self, layer: nn.ConvTranspose3d) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inputs, outputs = int(self.weight.shape[0]), int(self.weight.shape[1])
        depth, height, width = (int(extent) for extent in x.shape[2:])
        weight = self.weight.permute(2, 3, 4, 1, 0).reshape(8 * outputs, inputs, 1, 1, 1)
        y = nn.functional.conv3d(x, weight).reshape(2, 2, 2, outputs, depth, height, width)
        y = y.permute(3, 4, 0, 5, 1, 6, 2).reshape(1, outputs, 2 * depth, 2 * height, 2 * width)
        return y + self.bias.reshape(1, outputs, 1, 1, 1)


def without_transposed_3d(module: nn.Module) -> nn.Module:
    """Replace every ConvTranspose3d in place."""
    for child_name, child in list(module.named_children()):
        if isinstance(child, nn.ConvTranspose3d):
            setattr(module, child_name, TransposedConvolution3d(child))
        else:
            without_transposed_3d(child)
    return module


class ProposalGraph(nn.Module):
    """Image to the pyramid's maps p2..p5, objectness o2..o5 and box deltas d2..d5."""

    def __init__(self, network: MaskRCNN) -> None:
        super().__init__()
        self.backbone, self.rpn = network.backbone, network.rpn

    def forward(self, image: torch.Tensor) -> Tuple[torch.Tensor, ...]:
        maps = list(self.backbone(image).values())
        objectness, deltas = self.rpn.head(maps)
        return tuple(maps) + tuple(objectness) + tuple(deltas)


class BoxGraph(nn.Module):
    """Pooled regions (r, 48, 7, 7) to class probabilities (r, classes) and box deltas (r, 4 x classes)."""

    def __init__(self, network: MaskRCNN) -> None:
        super().__init__()
        self.roi_heads = nn.Module()
        self.roi_heads.box_head = network.roi_heads.box_head
        self.roi_heads.box_predictor = network.roi_heads.box_predictor

    def forward(self, regions: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        logits, deltas = self.roi_heads.box_predictor(self.roi_heads.box_head(regions))
        return torch.softmax(logits, -1), deltas


class MaskGraph(nn.Module):
    """Pooled regions (r, 48, 14, 14) to mask probabilities (r, classes, 28, 28)."""

    def __init__(self, network: MaskRCNN) -> None:
        super().__init__()
        self.roi_heads = nn.Module()
        self.roi_heads.mask_head = network.roi_heads.mask_head
        self.roi_heads.mask_predictor = network.roi_heads.mask_predictor

    def forward(self, regions: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.roi_heads.mask_predictor(self.roi_heads.mask_head(regions)))


def graphs_of(learner: Learner) -> List[Graph]:
    """The graphs of a trained network; the first is the one that runs everywhere unless its name says otherwise."""
    task, network, name = learner.task, learner.network, learner.architecture
    rows, columns = task.size
    example = torch.randn(2, task.channels, rows, columns)
    if name == "mask-rcnn":
        assert isinstance(network, MaskRCNN)
        size = rows * task.detector_scale
        width = network.backbone.out_channels
        levels = range(2, 6)
        names = [f"{kind}{level}" for kind in ("p", "o", "d") for level in levels]
        return [
            Graph("proposals", ProposalGraph(network), torch.randn(1, task.channels, size, size), names, True),
            Graph("boxes", BoxGraph(network), torch.randn(5, width, 7, 7), ["probabilities", "deltas"], True),
            Graph("masks", MaskGraph(network), torch.randn(3, width, 14, 14), ["masks"], True),
        ]
    if name == "patch-cnn":
        return [Graph("model", PatchCnnDense(network), example, ["logits"], True)]  # type: ignore[arg-type]
    if name == "segnet":
        mask = SegNetMask(task.channels, task.class_count)
        mask.load_state_dict(network.state_dict())
        return [
            Graph("model", network, example, ["logits"], True),
            Graph("model-webgpu", mask, example, ["logits"], True),
        ]
    if name == "vnet" and task.volumetric:
        volume = torch.randn(1, 1, task.volume_depth, rows, columns - 2 * task.margin)
        return [Graph("model", without_transposed_3d(network), volume, ["logits"], False)]
    return [Graph("model", network, example, ["logits"], True)]
