"""PSPNet: a dilated ResNet with a pyramid of pooled context.

Zhao, Shi, Qi, Wang, Jia: Pyramid scene parsing network, CVPR 2017; backbone after He, Zhang, Ren, Sun:
Deep residual learning for image recognition, CVPR 2016.

Changed: a ResNet-18-like backbone of 16-32-64-96 maps, trained from scratch, with output stride 4 instead
of 8 (on 64-pixel slices stride 8 leaves an 8x8 map); auxiliary loss weight 0.4 as in the paper.  Adaptive
pooling and bilinear resizing are products with constant matrices, so that the graph exports for every
provider; the values are those of adaptive_avg_pool2d.
"""

from typing import Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import PreActivationBlock, conv_norm_relu

BINS: Sequence[int] = (1, 2, 3, 6)


def pooling_matrix(bins: int, length: int) -> torch.Tensor:
    """(bins, length) matrix whose product with a column is adaptive average pooling."""
    matrix = torch.zeros(bins, length)
    for index in range(bins):
        start = (index * length) // bins
        stop = -((-(index + 1) * length) // bins)
        matrix[index, start:stop] = 1.0 / (stop - start)
    return matrix


def adaptive_pool(x: torch.Tensor, bins: int) -> torch.Tensor:
    """Adaptive average pooling of (n, c, h, w) to (n, c, bins, bins) as two matrix products."""
    rows = pooling_matrix(bins, int(x.shape[2])).to(x)
    columns = pooling_matrix(bins, int(x.shape[3])).to(x)
    return torch.matmul(torch.matmul(rows, x), columns.t())


class PspNet(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w), in training also the auxiliary logits; h and w multiples of 4."""

    def __init__(self, inputs: int, classes: int, base: int = 16, dropout: float = 0.1) -> None:
        super().__init__()
        c1, c2, c3, c4 = base, 2 * base, 4 * base, 6 * base
        self.stem = nn.Sequential(conv_norm_relu(inputs, c1, stride=2), conv_norm_relu(c1, c1), conv_norm_relu(c1, c1))
        self.stage1 = nn.Sequential(PreActivationBlock(c1, c1), PreActivationBlock(c1, c1))
        self.stage2 = nn.Sequential(PreActivationBlock(c1, c2, 2), PreActivationBlock(c2, c2))
        self.stage3 = nn.Sequential(PreActivationBlock(c2, c3), PreActivationBlock(c3, c3, 1, 2))
        self.stage4 = nn.Sequential(PreActivationBlock(c3, c4, 1, 2), PreActivationBlock(c4, c4, 1, 4))
        self.pyramid = nn.ModuleList([conv_norm_relu(c4, c4 // 4, 1) for _ in BINS])
        self.head = nn.Sequential(conv_norm_relu(2 * c4, c3), nn.Dropout2d(dropout), nn.Conv2d(c3, classes, 1))
        self.auxiliary = nn.Conv2d(c3, classes, 1)

    def forward(self, x: torch.Tensor):  # type: ignore[no-untyped-def]
        size: Tuple[int, int] = (int(x.shape[2]), int(x.shape[3]))
        middle = self.stage3(self.stage2(self.stage1(self.stem(x))))
        deep = self.stage4(middle)
        context = [deep]
        for bins, reduce in zip(BINS, self.pyramid):
            pooled = reduce(adaptive_pool(deep, bins))
            context.append(F.interpolate(pooled, size=tuple(deep.shape[2:]), mode="bilinear", align_corners=False))
        logits = F.interpolate(self.head(torch.cat(context, 1)), size=size, mode="bilinear", align_corners=False)
        if not self.training:
            return logits
        return logits, F.interpolate(self.auxiliary(middle), size=size, mode="bilinear", align_corners=False)
