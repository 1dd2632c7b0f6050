"""Augmentation, the same for every architecture: affine, flips, and changes of intensity.

Rotation +-15 degrees, scale 0.87 to 1.15, shift +-8 % of the field; gain 0.8 to 1.25, offset +-0.2, gamma
0.75 to 1.35, Gaussian noise of up to 0.12 standard deviations.  In 2.5D a flip of the slice axis reverses
the channels.  Points outside the image become 0, the mean intensity.
"""

import math
from typing import Tuple

import numpy as np
import torch
import torch.nn.functional as F

from .tasks import Task

Batch = Tuple[torch.Tensor, torch.Tensor]


def affine(images: torch.Tensor, labels: torch.Tensor, rng: np.random.Generator) -> Batch:
    """One random affine map a sample, linear for images and nearest for labels; 2 or 3 spatial dimensions."""
    dimensions = images.dim() - 2
    count = images.shape[0]
    theta = torch.zeros(count, dimensions, dimensions + 1)
    for sample in range(count):
        matrix = np.eye(dimensions)
        for a in range(dimensions):
            for b in range(a + 1, dimensions):
                angle = rng.uniform(-0.26, 0.26)
                turn = np.eye(dimensions)
                turn[a, a] = turn[b, b] = math.cos(angle)
                turn[a, b], turn[b, a] = -math.sin(angle), math.sin(angle)
                matrix = matrix @ turn
        matrix = matrix @ np.diag(rng.uniform(0.87, 1.15, dimensions))
        theta[sample, :, :dimensions] = torch.from_numpy(matrix)
        theta[sample, :, dimensions] = torch.from_numpy(rng.uniform(-0.08, 0.08, dimensions))
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    moved = F.grid_sample(images, grid, mode="bilinear", align_corners=False)
    moved_labels = F.grid_sample(labels[:, None].float(), grid, mode="nearest", align_corners=False)
    return moved, moved_labels[:, 0].long()


def flips(images: torch.Tensor, labels: torch.Tensor, task: Task, rng: np.random.Generator) -> Batch:
    """Each flip of the task with probability one half, the same for the whole batch of this iteration's sample."""
    flipped_images, flipped_labels = [], []
    for image, label in zip(images, labels):
        if "slice" in task.flips and rng.random() < 0.5:
            if label.dim() == 3:
                image, label = image.flip(1), label.flip(0)
            else:
                image = image.flip(0)
        if "row" in task.flips and rng.random() < 0.5:
            image, label = image.flip(-2), label.flip(-2)
        if "column" in task.flips and rng.random() < 0.5:
            image, label = image.flip(-1), label.flip(-1)
        flipped_images.append(image)
        flipped_labels.append(label)
    return torch.stack(flipped_images), torch.stack(flipped_labels)


def intensity(images: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Gain, offset, gamma and noise, one draw a sample."""
    shape = [images.shape[0]] + [1] * (images.dim() - 1)

    def draw(low: float, high: float) -> torch.Tensor:
        return torch.from_numpy(rng.uniform(low, high, shape).astype(np.float32))

    axes = tuple(range(1, images.dim()))
    images = images * draw(0.8, 1.25) + draw(-0.2, 0.2) * (images != 0)
    lowest = images.amin(axes, keepdim=True)
    extent = images.amax(axes, keepdim=True) - lowest + 1e-6
    images = ((images - lowest) / extent).clamp(0, 1) ** draw(0.75, 1.35) * extent + lowest
    noise = torch.from_numpy(rng.standard_normal(tuple(images.shape), dtype=np.float32))
    return images + noise * draw(0.0, 0.12)


def augment(images: torch.Tensor, labels: torch.Tensor, task: Task, rng: np.random.Generator) -> Batch:
    """The whole augmentation of one batch."""
    images, labels = flips(images, labels, task, rng)
    images, labels = affine(images, labels, rng)
    return intensity(images, rng), labels
