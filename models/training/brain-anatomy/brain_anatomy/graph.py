"""The shipped graph: a normalised head to one label a voxel, left and right treated exactly alike.

A head and its mirror image go through the network; the mirrored answer is mirrored back with left and right exchanged and
averaged. So a flipped image gives exchanged labels, and small structures gain. What the network answers is the prior
of `brightness.py`, which finds how bright each tissue is in this image. The quality graph then lets a second network,
which sees that evidence instead of the image alone, correct the posterior; the first is the fast graph's.
ArgMax is in the graph: 31 maps of the grid (130 MB) never leave the runtime.
"""

from typing import List, Optional

import torch
from torch import nn

from cordon_training.graphs import Graph

from .brightness import EVIDENCE, Brightness
from .network import WIDTHS, BrainNet, Refiner
from .structures import CLASSES, swap_table
from .synthesise import Shape

# 192 x 224 x 192 mm, axes to the right, anterior, superior: any adult brain with room around it.
GRID: Shape = (96, 112, 96)
# The run whose network the quality graph refines.
FIRST = "fast"


class LabelGraph(nn.Module):
    """(1, 1, *GRID) in 0..1 to labels (1, *GRID) as 32-bit floats, 0 = background."""

    def __init__(self, network: BrainNet, refiner: Optional[Refiner] = None) -> None:
        super().__init__()
        self.network = network
        self.refiner = refiner
        self.brightness = Brightness(GRID)
        self.other_side: List[int] = [int(channel) for channel in swap_table()]
        # Of the evidence only the posterior has sides.
        self.other_evidence: List[int] = [0, *(1 + channel for channel in self.other_side), *range(1 + CLASSES, EVIDENCE)]

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """Posterior logits: (1, 31, *GRID)."""
        prior = self.network.both_sides(x, [0], self.other_side)
        if self.refiner is None:
            return self.brightness(x, prior, self.network.trust)
        posterior, evidence = self.brightness.evidence(x, prior, self.network.trust)
        return posterior + self.refiner.both_sides(evidence, self.other_evidence, self.other_side)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.scores(x).argmax(1).float()


def graph_of(graph: LabelGraph) -> Graph:
    """What is exported."""
    return Graph("model", graph, torch.zeros(1, 1, *GRID), ["labels"], False)


def build(name: str) -> LabelGraph:
    """An untrained graph."""
    network = BrainNet(WIDTHS[FIRST])
    return LabelGraph(network, None if name == FIRST else Refiner(WIDTHS[name])).eval()
