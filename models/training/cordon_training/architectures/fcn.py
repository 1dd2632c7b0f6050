"""Fully convolutional networks FCN-32s and FCN-8s.

Long, Shelhamer, Darrell: Fully convolutional networks for semantic segmentation, CVPR 2015.

Changed: VGG encoder of 16-32-64-96-96 maps with batch normalisation instead of 64-512 maps pre-trained on
photographs; the 'fc6/fc7' layers are a 3x3 and a 1x1 convolution with 192 maps instead of 7x7 with 4096
(input of 64 to 128 pixels leaves a map of 2 to 4); all transposed convolutions are learnt from a bilinear
start (the paper fixes the last one).  Trained from scratch in one stage.
"""

from typing import List

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import VggEncoder, conv_norm_relu

WIDTHS = (16, 32, 64, 96, 96)


def bilinear_upsampling(channels: int, factor: int) -> nn.ConvTranspose2d:
    """Transposed convolution that starts as bilinear interpolation by `factor`, one filter a channel."""
    kernel = 2 * factor
    layer = nn.ConvTranspose2d(channels, channels, kernel, factor, factor // 2, bias=False)
    ramp = 1 - torch.abs(torch.arange(kernel).float() - (factor - 0.5)) / factor
    with torch.no_grad():
        layer.weight.zero_()
        for channel in range(channels):
            layer.weight[channel, channel] = ramp[:, None] * ramp[None]
    return layer


class Fcn(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w); h and w multiples of 32.  `finest` is 32 or 8."""

    def __init__(self, inputs: int, classes: int, finest: int, dropout: float = 0.2, normalise: bool = True) -> None:
        super().__init__()
        if finest not in (8, 32):
            raise ValueError(f"finest stride {finest} - only FCN-32s and FCN-8s are built - pass 32 or 8")
        self.finest = finest
        self.encoder = VggEncoder(inputs, WIDTHS, normalise)
        self.head = nn.Sequential(
            conv_norm_relu(WIDTHS[4], 192, 3, normalise=normalise),
            nn.Dropout2d(dropout),
            conv_norm_relu(192, 192, 1, normalise=normalise),
            nn.Conv2d(192, classes, 1),
        )
        if finest == 32:
            self.up32 = bilinear_upsampling(classes, 32)
        else:
            self.score4 = nn.Conv2d(WIDTHS[3], classes, 1)
            self.score3 = nn.Conv2d(WIDTHS[2], classes, 1)
            self.up2_first = bilinear_upsampling(classes, 2)
            self.up2_second = bilinear_upsampling(classes, 2)
            self.up8 = bilinear_upsampling(classes, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pooled: List[torch.Tensor] = []
        for stage in self.encoder.stages:
            x = F.max_pool2d(stage(x), 2)
            pooled.append(x)
        x = self.head(x)
        if self.finest == 32:
            return self.up32(x)
        x = self.up2_first(x) + self.score4(pooled[3])
        x = self.up2_second(x) + self.score3(pooled[2])
        return self.up8(x)
