"""U-Net++: nested, dense skip connections with deep supervision.

Zhou, Siddiquee, Tajbakhsh, Liang: UNet++: a nested U-Net architecture for medical image segmentation,
DLMIA 2018.

Changed: 8-16-32-64-96 maps instead of 32-512, which costs about as many multiply-adds as our U-Net of
16-128 (the nested nodes at full resolution are expensive); batch normalisation; transposed convolutions
for up-sampling as in the paper's text.  Deep supervision trains the four heads of the top row; inference
averages them ('accurate mode').
"""

from typing import Dict, List, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import double_conv

WIDTHS = (8, 16, 32, 64, 96)


class UNetPlusPlus(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w), in training a tuple of four; h and w multiples of 16."""

    def __init__(
        self, inputs: int, classes: int, widths: Sequence[int] = WIDTHS, normalise: bool = True
    ) -> None:
        super().__init__()
        self.levels = len(widths) - 1
        self.nodes = nn.ModuleDict()
        self.upsample = nn.ModuleDict()
        for i in range(self.levels + 1):
            self.nodes[f"{i}_0"] = double_conv(inputs if i == 0 else widths[i - 1], widths[i], normalise)
        for j in range(1, self.levels + 1):
            for i in range(self.levels + 1 - j):
                self.upsample[f"{i}_{j}"] = nn.ConvTranspose2d(widths[i + 1], widths[i], 2, 2)
                self.nodes[f"{i}_{j}"] = double_conv((j + 1) * widths[i], widths[i], normalise)
        self.heads = nn.ModuleList([nn.Conv2d(widths[0], classes, 1) for _ in range(self.levels)])

    def forward(self, x: torch.Tensor):  # type: ignore[no-untyped-def]
        grid: Dict[Tuple[int, int], torch.Tensor] = {}
        for i in range(self.levels + 1):
            grid[i, 0] = self.nodes[f"{i}_0"](x if i == 0 else F.max_pool2d(grid[i - 1, 0], 2))
        for j in range(1, self.levels + 1):
            for i in range(self.levels + 1 - j):
                row: List[torch.Tensor] = [grid[i, k] for k in range(j)]
                row.append(self.upsample[f"{i}_{j}"](grid[i + 1, j - 1]))
                grid[i, j] = self.nodes[f"{i}_{j}"](torch.cat(row, 1))
        outputs = [head(grid[0, k + 1]) for k, head in enumerate(self.heads)]
        if self.training:
            return tuple(outputs)
        return sum(outputs[1:], outputs[0]) / float(len(outputs))
