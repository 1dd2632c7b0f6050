"""The shipped graph: a normalised head to one label a voxel, left and right treated exactly alike.

A head and its mirror image go through the network; the mirrored answer is mirrored back with left and right exchanged and
averaged. So a flipped image gives exchanged labels, and small structures gain. What the network answers is the prior
of `brightness.py`, which finds how bright each tissue is in this image before the largest is taken.
ArgMax is in the graph: 31 maps of the grid (130 MB) never leave the runtime.
"""

from typing import List

import torch
from torch import nn

from cordon_training.graphs import Graph

from .brightness import Brightness
from .network import WIDTHS, BrainNet
from .structures import swap_table
from .synthesise import Shape

# 192 x 224 x 192 mm, axes to the right, anterior, superior: any adult brain with room around it.
GRID: Shape = (96, 112, 96)


class LabelGraph(nn.Module):
    """(1, 1, *GRID) in 0..1 to labels (1, *GRID) as 32-bit floats, 0 = background."""

    def __init__(self, network: BrainNet) -> None:
        super().__init__()
        self.network = network
        self.brightness = Brightness(GRID)
        self.other_side: List[int] = [int(channel) for channel in swap_table()]

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """Posterior logits, with both passes together as prior: (1, 31, *GRID)."""
        mirrored = self.network(x.flip(2)).flip(2)
        return self.brightness(x, 0.5 * (self.network(x) + mirrored[:, self.other_side]), self.network.trust)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scores(x).argmax(1).float()


def graph_of(network: BrainNet) -> Graph:
    """What is exported."""
    return Graph("model", LabelGraph(network), torch.zeros(1, 1, *GRID), ["labels"], False)


def build(name: str) -> BrainNet:
    """An untrained network of a width."""
    return BrainNet(WIDTHS[name]).eval()
