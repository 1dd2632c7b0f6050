"""U-Net: encoder and decoder with concatenated skip connections.

Ronneberger, Fischer, Brox: U-Net: convolutional networks for biomedical image segmentation, MICCAI 2015.

Changed: 16-32-64-96-128 maps instead of 64-1024 (0.9 M parameters, under 4 MB with 16-bit weights);
'same' padding, so that the output covers the input; batch normalisation (the paper has none) and optional
dropout at the bottom (the paper drops out there too).
"""

from typing import List, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import double_conv

WIDTHS = (16, 32, 64, 96, 128)


class UNet(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w); h and w multiples of 16."""

    def __init__(
        self,
        inputs: int,
        classes: int,
        widths: Sequence[int] = WIDTHS,
        normalise: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        levels = len(widths) - 1
        self.encoder = nn.ModuleList(
            [double_conv(inputs if i == 0 else widths[i - 1], widths[i], normalise) for i in range(levels + 1)]
        )
        self.upsample = nn.ModuleList([nn.ConvTranspose2d(widths[i + 1], widths[i], 2, 2) for i in range(levels)])
        self.decoder = nn.ModuleList([double_conv(2 * widths[i], widths[i], normalise) for i in range(levels)])
        self.dropout = nn.Dropout2d(dropout)
        self.classify = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skips: List[torch.Tensor] = []
        for level, stage in enumerate(self.encoder):
            x = stage(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        x = self.dropout(x)
        for level in reversed(range(len(self.decoder))):
            x = self.decoder[level](torch.cat([skips[level], self.upsample[level](x)], 1))
        return self.classify(x)
