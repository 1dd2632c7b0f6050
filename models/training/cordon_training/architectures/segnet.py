"""SegNet: the decoder up-samples with the indices that the encoder's max pooling kept.

Badrinarayanan, Kendall, Cipolla: SegNet: a deep convolutional encoder-decoder architecture for image
segmentation, IEEE TPAMI 39(12), 2017.

Changed: VGG stages of 16-32-64-96-96 maps instead of 64-512, trained from scratch.
"""

from typing import List

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import VggEncoder, conv_norm_relu

WIDTHS = (16, 32, 64, 96, 96)


def unpool(x: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    """Each value back to its index in (n, c, 2h, 2w), 0 elsewhere.

    The operator itself: the function of torch.nn checks its size in a way that current PyTorch cannot trace for the export.
    """
    return torch.ops.aten.max_unpool2d(x, indices, [2 * int(x.shape[2]), 2 * int(x.shape[3])])  # type: ignore[no-any-return]


class SegNet(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w); h and w multiples of 32."""

    def __init__(self, inputs: int, classes: int, normalise: bool = True) -> None:
        super().__init__()
        self.encoder = VggEncoder(inputs, WIDTHS, normalise)
        stages: List[nn.Module] = []
        for level in reversed(range(5)):
            width, finer = WIDTHS[level], WIDTHS[max(level - 1, 0)]
            layers = [conv_norm_relu(width, width, normalise=normalise) for _ in range(VggEncoder.CONVOLUTIONS[level] - 1)]
            layers.append(conv_norm_relu(width, finer, normalise=normalise))
            stages.append(nn.Sequential(*layers))
        self.decoder = nn.ModuleList(stages)
        self.classify = nn.Conv2d(WIDTHS[0], classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        indices: List[torch.Tensor] = []
        for stage in self.encoder.stages:
            x, index = F.max_pool2d(stage(x), 2, return_indices=True)
            indices.append(index)
        for stage in self.decoder:
            x = stage(unpool(x, indices.pop()))
        return self.classify(x)


class SegNetMask(SegNet):
    """The same weights and results without pooling indices: each 2x2 cell keeps a one-hot mask of its winner.

    Every operation runs on WebGPU, where max pooling cannot return indices.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        masks: List[torch.Tensor] = []
        for stage in self.encoder.stages:
            x = stage(x)
            channels, height, width = int(x.shape[1]), int(x.shape[2]) // 2, int(x.shape[3]) // 2
            cells = x.reshape(-1, height, 2, width, 2).permute(0, 1, 3, 2, 4).reshape(-1, channels, height * width, 4)
            best = cells.amax(-1, keepdim=True)
            equal = (cells == best).float()
            rest = torch.ones_like(equal[..., 0:1])
            winners: List[torch.Tensor] = []
            for corner in range(4):
                winner = equal[..., corner : corner + 1] * rest
                winners.append(winner)
                rest = rest - winner
            masks.append(torch.cat(winners, -1))
            x = best.reshape(-1, channels, height, width)
        for stage in self.decoder:
            mask = masks.pop()
            channels, height, width = int(x.shape[1]), int(x.shape[2]), int(x.shape[3])
            cells = mask * x.reshape(-1, channels, height * width, 1)
            x = cells.reshape(-1, height, width, 2, 2).permute(0, 1, 3, 2, 4)
            x = stage(x.reshape(-1, channels, 2 * height, 2 * width))
        return self.classify(x)
