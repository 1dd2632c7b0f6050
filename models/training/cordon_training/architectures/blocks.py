"""Building blocks shared by several architectures.

The normalisation layer is a parameter so that the same class can be trained with and without batch
normalisation (Ioffe and Szegedy, ICML 2015).
"""

from typing import List, Sequence

import torch
from torch import nn


def norm_layer(channels: int, dimensions: int, normalise: bool) -> nn.Module:
    """Batch normalisation for 2 or 3 spatial dimensions, or nothing."""
    if not normalise:
        return nn.Identity()
    return nn.BatchNorm2d(channels) if dimensions == 2 else nn.BatchNorm3d(channels)


def conv_norm_relu(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, dilation: int = 1, normalise: bool = True
) -> nn.Sequential:
    """Convolution with 'same' padding, batch normalisation, ReLU: (n, inputs, h, w) to (n, outputs, h/stride, w/stride)."""
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, bias=not normalise),
        norm_layer(outputs, 2, normalise),
        nn.ReLU(inplace=True),
    )


def double_conv(inputs: int, outputs: int, normalise: bool = True) -> nn.Sequential:
    """The two 3x3 convolutions of one U-Net level."""
    return nn.Sequential(
        conv_norm_relu(inputs, outputs, normalise=normalise), conv_norm_relu(outputs, outputs, normalise=normalise)
    )


class VggEncoder(nn.Module):
    """Five stages of 3x3 convolutions (2, 2, 3, 3, 3) as in VGG-16 (Simonyan and Zisserman, ICLR 2015), narrower.

    The stages do not pool; the caller does, because SegNet needs the pooling indices.
    """

    CONVOLUTIONS: Sequence[int] = (2, 2, 3, 3, 3)

    def __init__(self, inputs: int, widths: Sequence[int], normalise: bool = True) -> None:
        super().__init__()
        stages: List[nn.Module] = []
        previous = inputs
        for width, count in zip(widths, self.CONVOLUTIONS):
            layers: List[nn.Module] = []
            for _ in range(count):
                layers.append(conv_norm_relu(previous, width, normalise=normalise))
                previous = width
            stages.append(nn.Sequential(*layers))
        self.stages = nn.ModuleList(stages)


class PreActivationBlock(nn.Module):
    """Residual block with pre-activation (He et al., ECCV 2016): BN-ReLU-conv-BN-ReLU-conv plus a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, dilation: int = 1, normalise: bool = True) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            norm_layer(inputs, 2, normalise),
            nn.ReLU(),
            nn.Conv2d(inputs, outputs, 3, stride, dilation, dilation, bias=False),
            norm_layer(outputs, 2, normalise),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, dilation, dilation, bias=False),
        )
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.residual(x) + self.shortcut(x)
