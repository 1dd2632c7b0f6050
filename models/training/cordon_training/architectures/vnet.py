"""V-Net: residual encoder and decoder whose down- and up-sampling are learnt convolutions; volumetric.

Milletari, Navab, Ahmadi: V-Net: fully convolutional neural networks for volumetric medical image
segmentation, 3DV 2016.

Changed: 8-16-32-64 maps instead of 16-256; 3x3x3 instead of 5x5x5 kernels in 3D (5x5x5 costs 3.7 times the
CPU seconds); batch normalisation, which the authors' later code has; cross entropy beside the Dice loss.
For tasks whose images are single slices the same network is built in 2D with 5x5 kernels and 16-128 maps.
"""

from typing import List, Sequence

import torch
from torch import nn

from .blocks import norm_layer

CONVOLUTIONS = (1, 2, 2, 2)


def _conv(dimensions: int, inputs: int, outputs: int, kernel: int, stride: int = 1, bias: bool = False) -> nn.Module:
    kind = nn.Conv2d if dimensions == 2 else nn.Conv3d
    return kind(inputs, outputs, kernel, stride, kernel // 2 if stride == 1 else 0, bias=bias)


class ResidualStage(nn.Module):
    """`count` convolutions with PReLU whose sum with the stage's input is activated."""

    def __init__(self, dimensions: int, inputs: int, outputs: int, count: int, kernel: int, normalise: bool) -> None:
        super().__init__()
        layers: List[nn.Module] = []
        for index in range(count):
            layers.append(_conv(dimensions, inputs if index == 0 else outputs, outputs, kernel))
            layers.append(norm_layer(outputs, dimensions, normalise))
            if index < count - 1:
                layers.append(nn.PReLU(outputs))
        self.residual = nn.Sequential(*layers)
        self.shortcut = nn.Identity() if inputs == outputs else _conv(dimensions, inputs, outputs, 1, bias=True)
        self.activation = nn.PReLU(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(self.residual(x) + self.shortcut(x))


class VNet(nn.Module):
    """(n, inputs, [d,] h, w) to logits (n, classes, [d,] h, w); every extent a multiple of 8."""

    def __init__(
        self, inputs: int, classes: int, dimensions: int = 3, widths: Sequence[int] = (8, 16, 32, 64), kernel: int = 3,
        normalise: bool = True,
    ) -> None:
        super().__init__()
        self.encoder, self.down = nn.ModuleList(), nn.ModuleList()
        self.up, self.decoder = nn.ModuleList(), nn.ModuleList()
        transposed = nn.ConvTranspose2d if dimensions == 2 else nn.ConvTranspose3d
        for level, width in enumerate(widths):
            self.encoder.append(
                ResidualStage(dimensions, inputs if level == 0 else width, width, CONVOLUTIONS[level], kernel, normalise)
            )
            if level == len(widths) - 1:
                break
            wider = widths[level + 1]
            self.down.append(
                nn.Sequential(
                    _conv(dimensions, width, wider, 2, 2), norm_layer(wider, dimensions, normalise), nn.PReLU(wider)
                )
            )
            self.up.append(
                nn.Sequential(transposed(wider, width, 2, 2), norm_layer(width, dimensions, normalise), nn.PReLU(width))
            )
            self.decoder.append(
                ResidualStage(dimensions, 2 * width, width, CONVOLUTIONS[level], kernel, normalise)
            )
        self.classify = _conv(dimensions, widths[0], classes, 1, bias=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skips: List[torch.Tensor] = []
        for level, stage in enumerate(self.encoder):
            x = stage(x)
            if level < len(self.down):
                skips.append(x)
                x = self.down[level](x)
        for level in reversed(range(len(self.up))):
            x = self.decoder[level](torch.cat([self.up[level](x), skips[level]], 1))
        return self.classify(x)
