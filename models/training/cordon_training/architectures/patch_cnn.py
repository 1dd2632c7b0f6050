"""Patch classifier: a convolutional network that names the class of the centre pixel of a 33x33 patch.

Ciresan, Giusti, Gambardella, Schmidhuber: Deep neural networks segment neuronal membranes in electron
microscopy images, NIPS 2012.

Changed: 33x33 patches instead of 95x95 and 16-32-64 maps instead of 48, so that a whole slice fits in
4 MB of weights and a browser; ReLU instead of tanh.  Inference is dense: `PatchCnnDense` runs the same
weights over the whole slice with dilations (Li, Zhao, Wang, arXiv:1412.4526), which gives exactly what
33x33 patches cut around every pixel of the zero-padded slice would give.
"""

import torch
import torch.nn.functional as F
from torch import nn

PATCH = 33
MARGIN = PATCH // 2


class PatchCnn(nn.Module):
    """(n, inputs, 33, 33) to logits (n, classes)."""

    def __init__(self, inputs: int, classes: int, base: int = 16, dropout: float = 0.3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, base, 4)
        self.conv2 = nn.Conv2d(base, 2 * base, 4)
        self.conv3 = nn.Conv2d(2 * base, 4 * base, 5)
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Conv2d(4 * base, classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # 33 - 30 - 15
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # 15 - 12 - 6
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)  # 6 - 2 - 1
        return self.classify(self.dropout(x)).flatten(1)


class PatchCnnDense(nn.Module):
    """The same weights over a whole slice: (n, inputs, h, w) to logits (n, classes, h, w)."""

    def __init__(self, patch: PatchCnn) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3, self.classify = patch.conv1, patch.conv2, patch.conv3, patch.classify

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.conv2d(x, self.conv1.weight, self.conv1.bias, padding=MARGIN)
        x = F.max_pool2d(F.relu(x), 2, 1)
        x = F.conv2d(x, self.conv2.weight, self.conv2.bias, dilation=2)
        x = F.max_pool2d(F.relu(x), 2, 1, dilation=2)
        x = F.conv2d(x, self.conv3.weight, self.conv3.bias, dilation=4)
        x = F.max_pool2d(F.relu(x), 2, 1, dilation=4)
        return F.conv2d(x, self.classify.weight, self.classify.bias)
