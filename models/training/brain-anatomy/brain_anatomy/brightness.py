"""How bright each tissue is in the image at hand, found by expectation-maximisation with the network as prior.

Contrast differs from image to image, so a network that serves every contrast learns slowly where a boundary runs in this
one. Here the network says what may lie where, the image says how bright that is, and Bayes' rule joins both:
Van Leemput et al., IEEE TMI 18:897, 1999; Ashburner & Friston, NeuroImage 26:839, 2005; Puonti et al. (SAMSEG), NeuroImage 143:235, 2016.

Changed: the prior is a network instead of an atlas and is trained through the last step (the estimates count as given);
instead of a bias field, every tissue has a mean and a variance that vary smoothly in space (a Gaussian window of 16 mm,
towards those of the whole image where a tissue is rare); estimation looks at one row in 16. Windows and interpolation are
products with constant matrices, so that the exported graph has MatMul where a runtime might lack a 3D resize.
"""

from typing import List, Sequence, Tuple

import torch
from torch import nn

from .structures import CLASSES, PAIRED

# Left and right are one tissue; which side it is, the place decides.
TISSUE: List[int] = [0, *range(1, len(PAIRED) + 1), *range(1, len(PAIRED) + 1), *range(len(PAIRED) + 1, CLASSES - len(PAIRED))]
TISSUES = max(TISSUE) + 1
# What `Brightness.evidence` says of a voxel: its brightness, the posterior of each class, how well the brightness fits each tissue.
EVIDENCE = 1 + CLASSES + TISSUES
ROUNDS = 8
NODE_VOXELS = 4
WINDOW_VOXELS = 8.0
Strides = Tuple[int, int, int]
# Every voxel along x, which keeps mirror images alike, and one in four along y and z.
STRIDES: Strides = (1, 4, 4)
WHOLE_SHARE = 0.002
LEAST_DEVIATION = 0.02


def window_matrix(extent: int, stride: int) -> torch.Tensor:
    """Weights of every `stride`-th of `extent` voxels in the window around each node: (extent / NODE_VOXELS, voxels)."""
    centres = (torch.arange(extent // NODE_VOXELS).float() + 0.5) * NODE_VOXELS - 0.5
    voxels = torch.arange(0, extent, stride).float()
    density = torch.exp(-((voxels[None] - centres[:, None]) ** 2) / (2 * WINDOW_VOXELS**2))
    return density * (stride / (WINDOW_VOXELS * (2 * torch.pi) ** 0.5))


def spread_matrix(extent: int, stride: int) -> torch.Tensor:
    """Linear interpolation of every `stride`-th of `extent` voxels between the nodes, constant beyond them: (voxels, nodes)."""
    nodes = extent // NODE_VOXELS
    at = ((torch.arange(0, extent, stride).float() + 0.5) / NODE_VOXELS - 0.5).clamp(0, nodes - 1)
    return (1 - (at[:, None] - torch.arange(nodes)).abs()).clamp(min=0)


def along_axes(x: torch.Tensor, matrices: Sequence[torch.Tensor]) -> torch.Tensor:
    """(k, d, h, w) with a matrix applied along each of the three axes."""
    depth, height, width = matrices
    x = height @ (x @ width.t())
    channels, rows, lines, columns = (int(extent) for extent in x.shape)
    return (depth @ x.reshape(channels, rows, lines * columns)).reshape(channels, -1, lines, columns)


def squared_distance(image: torch.Tensor, estimates: torch.Tensor) -> torch.Tensor:
    """Squares of how many deviations (1, ...) is from each tissue's mean, with (2 TISSUES, ...): (TISSUES, ...)."""
    mean, variance = estimates.split(TISSUES)
    difference = image - mean
    return difference * difference / variance


def log_density(image: torch.Tensor, estimates: torch.Tensor) -> torch.Tensor:
    """Logarithm of each tissue's normal density, up to a constant, from (1, ...) and (2 TISSUES, ...): (TISSUES, ...)."""
    return -0.5 * (squared_distance(image, estimates) + estimates[TISSUES:].log())


class Brightness(nn.Module):
    """Estimates for images of one shape; extents are multiples of NODE_VOXELS."""

    def __init__(self, shape: Sequence[int], strides: Strides = STRIDES) -> None:
        super().__init__()
        self.strides = strides
        for axis, (extent, stride) in enumerate(zip(shape, strides)):
            self.register_buffer(f"window{axis}", window_matrix(extent, stride), persistent=False)
            self.register_buffer(f"near{axis}", spread_matrix(extent, stride), persistent=False)
            self.register_buffer(f"spread{axis}", spread_matrix(extent, 1), persistent=False)
        union = torch.zeros(TISSUES, CLASSES)
        union[torch.tensor(TISSUE), torch.arange(CLASSES)] = 1
        self.register_buffer("union", union, persistent=False)
        self.register_buffer("tissue", torch.tensor(TISSUE), persistent=False)

    def _matrices(self, name: str) -> List[torch.Tensor]:
        return [getattr(self, f"{name}{axis}") for axis in range(3)]

    def strided(self, x: torch.Tensor) -> torch.Tensor:
        """The voxels that are looked at: (k, d, h, w) to (k, d / strides[0], ...)."""
        return x[:, :: self.strides[0], :: self.strides[1], :: self.strides[2]]

    def estimate(self, image: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Means, then variances, of the tissues at the nodes, (2 TISSUES, nodes): from strided brightness (1, d, h, w) and class shares (CLASSES, d, h, w)."""
        shape = shares.shape[1:]
        weight = (self.union @ shares.reshape(CLASSES, -1)).reshape(TISSUES, *shape)
        first = weight * image
        sums = torch.cat([weight, first, first * image])
        whole = sums.mean((1, 2, 3), keepdim=True)
        near = along_axes(sums, self._matrices("window"))
        amount, total, square = near.split(TISSUES)
        all_amount, all_total, all_square = whole.split(TISSUES)
        all_amount = all_amount + 1e-9
        known = amount + WHOLE_SHARE
        mean = (total + WHOLE_SHARE * all_total / all_amount) / known
        variance = (square + WHOLE_SHARE * all_square / all_amount) / known - mean * mean
        return torch.cat([mean, variance.clamp(min=0) + LEAST_DEVIATION**2])

    def spread(self, estimates: torch.Tensor, name: str = "spread") -> torch.Tensor:
        """Estimates at every voxel (of the strided ones with `near`): (2 TISSUES, d, h, w)."""
        return along_axes(estimates, self._matrices(name))

    def fit(self, image: torch.Tensor, prior: torch.Tensor, trust: torch.Tensor) -> torch.Tensor:
        """Estimates after ROUNDS rounds, from strided brightness (1, d, h, w) and prior logits (CLASSES, d, h, w)."""
        weight = trust.reshape(TISSUES, 1, 1, 1)
        shares = prior.softmax(0)
        for _ in range(ROUNDS - 1):
            density = log_density(image, self.spread(self.estimate(image, shares), "near")) * weight
            shares = (prior + density[self.tissue]).softmax(0)
        return self.estimate(image, shares)

    def estimates(self, image: torch.Tensor, prior: torch.Tensor, trust: torch.Tensor) -> torch.Tensor:
        """Estimates at every voxel, from an image (1, 1, d, h, w) and prior logits (1, CLASSES, d, h, w): (2 TISSUES, d, h, w)."""
        return self.spread(self.fit(self.strided(image[0]), self.strided(prior[0]), trust))

    def posterior(self, image: torch.Tensor, prior: torch.Tensor, trust: torch.Tensor, estimates: torch.Tensor) -> torch.Tensor:
        """Posterior logits (1, CLASSES, d, h, w) with known estimates."""
        density = log_density(image[0], estimates) * trust.reshape(TISSUES, 1, 1, 1)
        return (prior[0] + density[self.tissue])[None]

    def forward(self, image: torch.Tensor, prior: torch.Tensor, trust: torch.Tensor) -> torch.Tensor:
        """Posterior logits (1, CLASSES, d, h, w) of an image (1, 1, d, h, w), prior logits and the tissues' trust (TISSUES,)."""
        return self.posterior(image, prior, trust, self.estimates(image, prior, trust))

    def evidence(self, image: torch.Tensor, prior: torch.Tensor, trust: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Posterior logits as of `forward`, and what a refining network sees: (1, EVIDENCE, d, h, w) in 0..1."""
        estimates = self.estimates(image, prior, trust)
        posterior = self.posterior(image, prior, trust, estimates)
        fits = (-0.5 * squared_distance(image[0], estimates)).exp()
        return posterior, torch.cat([image, posterior.softmax(1), fits[None]], 1)
