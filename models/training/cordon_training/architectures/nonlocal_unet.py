"""Non-local U-Net: global aggregation (self-attention) at the bottom and in the up-sampling blocks.

Wang, Zou, Shen, Wu, Ji: Non-local U-Nets for biomedical image segmentation, AAAI 2020.

Changed: 2D instead of 3D and 16-32-64 maps; keys and values are average-pooled to at most 256 tokens
before the attention (full attention at 256x256 would need 4.3 GB); one attention head.
"""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import PreActivationBlock

MAXIMUM_TOKENS = 256


class GlobalAggregation(nn.Module):
    """Every query attends to all (pooled) keys: (n, c, h, w) to (n, outputs, h, w), or twice h and w with `up`."""

    def __init__(self, channels: int, outputs: Optional[int] = None, width: int = 16, up: bool = False) -> None:
        super().__init__()
        outputs = outputs or channels
        self.width = width
        self.norm = nn.BatchNorm2d(channels)
        self.query = nn.ConvTranspose2d(channels, width, 2, 2) if up else nn.Conv2d(channels, width, 1)
        self.key = nn.Conv2d(channels, width, 1)
        self.value = nn.Conv2d(channels, width, 1)
        self.output = nn.Conv2d(width, outputs, 1)
        if up:
            self.shortcut: nn.Module = nn.ConvTranspose2d(channels, outputs, 2, 2)
        else:
            self.shortcut = nn.Identity() if channels == outputs else nn.Conv2d(channels, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm(x))
        query = self.query(y)
        height, width = int(query.shape[2]), int(query.shape[3])
        factor = 1
        while (int(y.shape[2]) // factor) * (int(y.shape[3]) // factor) > MAXIMUM_TOKENS:
            factor *= 2
        if factor > 1:
            y = F.avg_pool2d(y, factor)
        key = self.key(y).flatten(2)
        value = self.value(y).flatten(2).transpose(1, 2).contiguous()
        scores = torch.matmul(query.flatten(2).transpose(1, 2).contiguous(), key) * self.width**-0.5
        mixed = torch.matmul(torch.softmax(scores, -1), value)
        mixed = mixed.transpose(1, 2).reshape(-1, self.width, height, width)
        return self.output(mixed) + self.shortcut(x)


class NonLocalUNet(nn.Module):
    """(n, inputs, h, w) to logits (n, classes, h, w); h and w multiples of 4."""

    def __init__(self, inputs: int, classes: int, base: int = 16, dropout: float = 0.1) -> None:
        super().__init__()
        self.stem = nn.Conv2d(inputs, base, 3, 1, 1)
        self.down1 = PreActivationBlock(base, base)
        self.down2 = PreActivationBlock(base, 2 * base, 2)
        self.down3 = PreActivationBlock(2 * base, 4 * base, 2)
        self.bottom = nn.Sequential(PreActivationBlock(4 * base, 4 * base), GlobalAggregation(4 * base, width=32))
        self.up2 = GlobalAggregation(4 * base, 2 * base, width=16, up=True)
        self.refine2 = PreActivationBlock(2 * base, 2 * base)
        self.up1 = GlobalAggregation(2 * base, base, width=8, up=True)
        self.refine1 = PreActivationBlock(base, base)
        self.classify = nn.Sequential(
            nn.BatchNorm2d(base), nn.ReLU(), nn.Dropout2d(dropout), nn.Conv2d(base, classes, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fine = self.down1(self.stem(x))
        middle = self.down2(fine)
        x = self.bottom(self.down3(middle))
        x = self.refine2(self.up2(x) + middle)
        return self.classify(self.refine1(self.up1(x) + fine))
