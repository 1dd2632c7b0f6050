"""A 3D U-Net that works at half of its input's resolution and answers at full resolution.

Ronneberger et al., MICCAI 2015, and Cicek et al., MICCAI 2016 (3D); sub-voxel output after Shi et al., CVPR 2016.

Changed: the first layer is a learnt 2 x 2 x 2 convolution with stride 2 and the last an upsampling to the input's grid, so that
all 3 x 3 x 3 convolutions work on an eighth of the voxels - one iteration on a whole head takes a third of the CPU
time, which counts more here than the finest detail. Upsampling is a 1 x 1 x 1 convolution and an interleaving, the same
as a transposed convolution with kernel and stride 2, but runs on every provider. Instance normalisation, as
contrast changes from image to image and a batch is one head.
"""

from functools import partial
from typing import List, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from . import layout
from .brightness import EVIDENCE, TISSUES
from .structures import CLASSES

WIDTHS = {"fast": (16, 32, 64, 96), "quality": (32, 48, 64, 96)}
STEM = 8
REFINER_STEM = 48
FINE = 16


def interleave(x: torch.Tensor) -> torch.Tensor:
    """(1, 8c, d, h, w) to (1, c, 2d, 2h, 2w): channel 8 blocks become the 2 x 2 x 2 sub-voxels."""
    channels, depth, height, width = (int(extent) for extent in x.shape[1:])
    y = x.reshape(2, 2, 2, channels // 8, depth, height, width).permute(3, 4, 0, 5, 1, 6, 2)
    return y.reshape(1, channels // 8, 2 * depth, 2 * height, 2 * width)


def smooth(maps: torch.Tensor) -> torch.Tensor:
    """(1, c, d, h, w) weighted 1 2 1 along the last two axes: what alternates from voxel to voxel there is taken out.

    Each of the 2 x 2 x 2 sub-voxels has weights of its own, which shows as stripes; along d, mirror images average both kinds.
    """
    return F.avg_pool2d(F.avg_pool2d(maps[0], 2, stride=1, padding=1, count_include_pad=False), 2, stride=1)[None]


def block(inputs: int, outputs: int) -> nn.Sequential:
    """Two 3 x 3 x 3 convolutions, each normalised and rectified."""
    layers: List[nn.Module] = []
    for index in range(2):
        layers += [
            nn.Conv3d(inputs if index == 0 else outputs, outputs, 3, padding=1, bias=False),
            layout.InstanceNorm(outputs, affine=True),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


class HalvedUNet(nn.Module):
    """(1, inputs, d, h, w) to logits (1, 31, d, h, w); every extent a multiple of 16, batch 1."""

    def __init__(self, widths: Sequence[int], inputs: int, stem: int) -> None:
        super().__init__()
        self.stem = nn.Conv3d(inputs, stem, 2, stride=2, bias=False)
        self.encoder = nn.ModuleList(block(stem if i == 0 else widths[i - 1], w) for i, w in enumerate(widths))
        self.up = nn.ModuleList(nn.Conv3d(widths[i + 1], 8 * w, 1) for i, w in enumerate(widths[:-1]))
        self.decoder = nn.ModuleList(block(2 * w, w) for w in widths[:-1])
        self.fine = nn.Conv3d(widths[0] + stem, 8 * FINE, 1)
        self.classify = nn.Conv3d(FINE, CLASSES, 1)

    def halved(self, stem: torch.Tensor) -> torch.Tensor:
        """From what `stem` answers, the maps that `fine` spreads over 2 x 2 x 2 voxels: (1, widths[0] + stem, d/2, h/2, w/2)."""
        spread = layout.interleave if self.training else interleave
        pointwise = layout.pointwise if self.training else lambda convolution, y: convolution(y)
        halve = layout.halve if self.training else partial(F.max_pool3d, kernel_size=2)
        convolve_few = layout.convolve_few if self.training else lambda convolution, y: convolution(y)
        x = stem
        skips: List[torch.Tensor] = []
        for level, stage in enumerate(self.encoder):
            x = stage[1:](convolve_few(stage[0], x)) if level == 0 else stage(halve(x))
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.decoder[level](torch.cat([skips[level], spread(pointwise(self.up[level], x))], 1))
        return torch.cat([x, stem], 1)

    def features(self, stem: torch.Tensor) -> torch.Tensor:
        """From what `stem` answers, the 16 maps at full resolution that `classify` turns into logits."""
        return F.relu(interleave(self.fine(self.halved(stem))))

    def features_at(self, x: torch.Tensor, voxels: torch.Tensor) -> torch.Tensor:
        """`features` of an input's voxels (n,), indexes into (d, h, w), alone: (n, FINE). All others need not be computed in training."""
        height, width = x.shape[3:]
        z, y, column = voxels // (height * width), voxels // width % height, voxels % width
        cells = ((z // 2) * (height // 2) + y // 2) * (width // 2) + column // 2
        corners = (z % 2 * 2 + y % 2) * 2 + column % 2
        maps = layout.channels_last(self.halved(self.stem(x))).flatten(0, 2)
        # Corner by corner: each has weights of its own.
        order = corners.argsort()
        parts = cells[order].split(torch.bincount(corners, minlength=8).tolist())
        weights = self.fine.weight[:, :, 0, 0, 0].unflatten(0, (8, FINE))
        biases = self.fine.bias.unflatten(0, (8, FINE))
        found = torch.cat([F.linear(maps[part], w, b) for part, w, b in zip(parts, weights, biases)])
        return F.relu(found[order.argsort()])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(self.features(self.stem(x)))

    def both_sides(self, x: torch.Tensor, other_inputs: List[int], other_side: List[int]) -> torch.Tensor:
        """Smoothed logits of a head and of its mirror image (axis 2; its inputs and classes are `other_inputs`, `other_side`) together.

        The stem's kernels are mirrored instead of the input, which may be hundreds of megabytes. Smoothing is done where there
        are half as many maps; the classification of smoothed maps is the smoothed classification.
        """
        kernels = self.stem.weight[:, other_inputs].flip(2)
        mirrored = self.classify(smooth(self.features(F.conv3d(x, kernels, stride=2).flip(2)))).flip(2)
        return 0.5 * (self.classify(smooth(self.features(self.stem(x)))) + mirrored[:, other_side])


class BrainNet(HalvedUNet):
    """An image (1, 1, d, h, w) in 0..1 to prior logits for `brightness.py`."""

    def __init__(self, widths: Sequence[int] = WIDTHS["fast"]) -> None:
        super().__init__(widths, 1, STEM)
        # How much a tissue's brightness counts beside these logits.
        self.trust = nn.Parameter(torch.ones(TISSUES))


class Refiner(HalvedUNet):
    """What `Brightness.evidence` says, (1, EVIDENCE, d, h, w), to corrections of the posterior logits; none before it is trained.

    The evidence looks alike whatever the contrast, so that here a border does not have to be learnt anew for each.
    """

    def __init__(self, widths: Sequence[int] = WIDTHS["quality"]) -> None:
        super().__init__(widths, EVIDENCE, REFINER_STEM)
        nn.init.zeros_(self.classify.weight)
        nn.init.zeros_(self.classify.bias)


def parameter_count(network: nn.Module) -> int:
    """Number of trained numbers."""
    return sum(p.numel() for p in network.parameters())
