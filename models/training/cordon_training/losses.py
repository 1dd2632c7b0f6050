"""Cross entropy plus Dice loss (Milletari et al., 3DV 2016), averaged over the foreground classes."""

from typing import Sequence, Union

import torch
import torch.nn.functional as F

Outputs = Union[torch.Tensor, Sequence[torch.Tensor]]


def dice_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """1 - Dice of the softmax probabilities over the whole batch, mean over classes 1 and up."""
    probabilities = logits.softmax(1)
    target = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).to(probabilities)
    axes = [0] + list(range(2, logits.dim()))
    overlap = (probabilities * target).sum(axes)
    total = (probabilities + target).sum(axes)
    return 1 - ((2 * overlap + 1) / (total + 1))[1:].mean()


def segmentation_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy + Dice; for a patch classifier (n, classes) cross entropy alone."""
    loss = F.cross_entropy(logits, labels)
    return loss if logits.dim() == 2 else loss + dice_loss(logits, labels)


def network_loss(outputs: Outputs, labels: torch.Tensor, auxiliary_weight: float = 1.0) -> torch.Tensor:
    """Loss of one output, or of several: the first (or last) head plus weighted others, divided by the weights' sum.

    Deep supervision (U-Net++) weighs all heads 1; the auxiliary head of PSPNet weighs 0.4.
    """
    if isinstance(outputs, torch.Tensor):
        return segmentation_loss(outputs, labels)
    weights = [1.0] + [auxiliary_weight] * (len(outputs) - 1)
    total = sum(w * segmentation_loss(output, labels) for w, output in zip(weights, outputs))
    return total / sum(weights)  # type: ignore[return-value]
