"""Label map to a random MR-like image and its target, at 2 mm.

After Billot et al., SynthSeg, Med Image Anal 86:102789, 2023: every label gets a random mean and spread, so that
the network cannot rely on a contrast. Half of the images keep a T1-, T2-, FLAIR- or PD-like order of tissues. Means
are drawn at 1 mm and averaged to 2 mm (true partial volume), then affine and elastic deformation, bias field, lesions,
blur, thick slices up to 7 mm, noise, a cut field of view, gamma, skull stripping, left-right flips with swapped labels.
"""

import math
from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
import torch
import torch.nn.functional as F

from .maps import brain_centre, load_maps
from .structures import (
    CSF_INDEX,
    INDEX,
    OUTSIDE_INDEXES,
    SOURCE,
    SOURCE_PAIRS,
    fluid_mask,
    swap_table,
    t1_levels,
    target_table,
)

SPACING_MM = 2
BRAIN_BOX_MM = (150.0, 185.0, 150.0)
Shape = Tuple[int, int, int]


@dataclass
class Recipe:
    """How wild the images are. `thickness_mm` fixes the slice thickness (for evaluation), None draws it."""

    contrast_prior: float = 0.5
    stripped: float = 0.3
    warp_mm: float = 4.0
    cut_view: float = 0.35
    lesions: float = 0.25
    thickness_mm: Optional[float] = None


def normalise(image: torch.Tensor) -> torch.Tensor:
    """Clip to the 0.5 and 99.5 percentiles of the voxels and scale to 0..1; a constant image becomes 0."""
    values = image.reshape(-1).numpy()
    low, high = np.percentile(values[::3] if values.size > 500_000 else values, (0.5, 99.5))
    return ((image - float(low)) / max(float(high - low), 1e-6)).clamp(0, 1)


def smooth_field(shape: Shape, nodes: int, channels: int, generator: torch.Generator) -> torch.Tensor:
    """Normal noise on nodes^3 points, linearly interpolated: (channels, *shape)."""
    coarse = torch.randn(1, channels, nodes, nodes, nodes, generator=generator)
    return F.interpolate(coarse, size=shape, mode="trilinear", align_corners=True)[0]


def blur_axis(image: torch.Tensor, sigma: float, axis: int) -> torch.Tensor:
    """Gaussian blur of (1, 1, d, h, w) along one spatial axis; sigma in voxels."""
    if sigma < 0.15:
        return image
    radius = max(1, math.ceil(2.5 * sigma))
    x = torch.arange(-radius, radius + 1).float()
    kernel = torch.exp(-x * x / (2 * sigma * sigma))
    shape, pad = [1, 1, 1, 1, 1], [0] * 6
    shape[axis + 2] = 2 * radius + 1
    pad[2 * (2 - axis)] = pad[2 * (2 - axis) + 1] = radius
    return F.conv3d(F.pad(image, pad, mode="replicate"), (kernel / kernel.sum()).view(shape))


class Synthesiser:
    """Draws heads of some subjects; the same seed gives the same sequence."""

    def __init__(self, subjects: Iterable[int], seed: int, recipe: Optional[Recipe] = None) -> None:
        self.recipe = recipe or Recipe()
        self.maps: Dict[int, np.ndarray] = load_maps(subjects)
        self.subjects: List[int] = list(self.maps)
        self.centres = {subject: brain_centre(labels) for subject, labels in self.maps.items()}
        self.reseed(seed)
        self.targets, self.swap = torch.from_numpy(target_table()), torch.from_numpy(swap_table())
        self.levels, self.fluid = torch.from_numpy(t1_levels()), torch.from_numpy(fluid_mask())

    def reseed(self, seed: int) -> None:
        """Start the sequence that belongs to `seed`."""
        self.random = np.random.RandomState(seed % 2**32)
        self.generator = torch.Generator().manual_seed(seed)

    def uniform(self, low: float, high: float) -> float:
        """A number between two bounds."""
        return float(self.random.uniform(low, high))

    def _prior(self) -> torch.Tensor:
        """Levels of a T1-, T2-, FLAIR- or PD-like image."""
        t1, kind = self.levels, self.random.rand()
        if kind < 0.4:
            return t1
        if kind < 0.62:
            return 0.92 - t1
        if kind < 0.84:
            return torch.where(self.fluid, torch.full_like(t1, 0.12), 1.05 - t1)
        return 0.45 + 0.5 * (0.9 - t1)

    def intensities(self) -> Tuple[torch.Tensor, torch.Tensor]:
        """Mean and standard deviation of each source index."""
        count = len(SOURCE)
        mean = torch.rand(count, generator=self.generator)
        spread = torch.rand(count, generator=self.generator) * 0.08
        if self.random.rand() < self.recipe.contrast_prior:
            known = self.levels >= 0
            jitter = torch.randn(count, generator=self.generator) * 0.05
            drawn = (self._prior() * self.uniform(0.6, 1.1) + self.uniform(0, 0.15) + jitter).clamp(0, 1)
            mean, spread = torch.where(known, drawn, mean), torch.where(known, 0.6 * spread, spread)
        same = self.random.rand() < 0.9
        for left, right in SOURCE_PAIRS:
            mean[INDEX[right]] = mean[INDEX[left]] + (0.0 if same else 0.04 * float(self.random.randn()))
            spread[INDEX[right]] = spread[INDEX[left]]
        if self.random.rand() < 0.5:  # few kinds of tissue outside the brain
            tissues = torch.rand(self.random.randint(2, 5), generator=self.generator)
            mean[OUTSIDE_INDEXES] = tissues[torch.randint(0, len(tissues), (len(OUTSIDE_INDEXES),), generator=self.generator)]
        if self.random.rand() < 0.7:
            mean[0], spread[0] = 0.0, self.uniform(0, 0.03)
        if self.random.rand() < self.recipe.stripped:
            mean[OUTSIDE_INDEXES], spread[OUTSIDE_INDEXES] = float(mean[0]), float(spread[0])
            if self.random.rand() < 0.6:  # a tight mask takes the outer fluid away too
                mean[CSF_INDEX], spread[CSF_INDEX] = float(mean[0]), float(spread[0])
            if self.random.rand() < 0.7:
                mean[[0, *OUTSIDE_INDEXES]] = spread[[0, *OUTSIDE_INDEXES]] = 0.0
        return mean, spread

    def _positions(self, shape: Shape, centre: Sequence[float]) -> List[torch.Tensor]:
        """Source millimetre coordinates of every target voxel: affine, shift and elastic deformation."""
        affine = np.eye(3)
        for a in range(3):
            for b in range(a + 1, 3):
                turn, angle = np.eye(3), self.uniform(-0.3, 0.3)
                turn[a, a] = turn[b, b] = math.cos(angle)
                turn[a, b], turn[b, a] = -math.sin(angle), math.sin(angle)
                affine = affine @ turn
        shear = np.eye(3)
        shear[np.triu_indices(3, 1)] = self.random.uniform(-0.08, 0.08, 3)
        affine = affine @ np.diag(self.random.uniform(0.85, 1.15, 3)) @ shear
        slack = np.maximum(0, np.array(shape) * SPACING_MM / 2 - np.array(BRAIN_BOX_MM) / 2) + 10
        shift = self.random.uniform(-1, 1, 3) * slack
        lines = [torch.linspace(-(n - 1), n - 1, n) * (SPACING_MM / 2) for n in shape]
        x, y, z = lines[0].view(-1, 1, 1), lines[1].view(1, -1, 1), lines[2].view(1, 1, -1)
        elastic = smooth_field(shape, self.random.randint(3, 7), 3, self.generator) * self.uniform(0, self.recipe.warp_mm)
        a = affine.astype(np.float32).tolist()
        return [a[k][0] * x + a[k][1] * y + a[k][2] * z + elastic[k] + float(centre[k] + shift[k]) for k in range(3)]

    def _render(self, labels: np.ndarray, positions: List[torch.Tensor], mean: torch.Tensor) -> torch.Tensor:
        """Label means averaged to 2 mm, interpolated at the positions: (1, 1, *shape)."""
        step = SPACING_MM
        low = [max(0, min(int(p.min()) - step, 256 - 2 * step)) // step * step for p in positions]
        high = [max(low[k] + 2 * step, min(256, (int(p.max()) + 2 * step) // step * step)) for k, p in enumerate(positions)]
        part = labels[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
        coarse = F.avg_pool3d(torch.from_numpy(mean.numpy()[part])[None, None], step)
        grid = [
            2 * ((positions[k] - low[k] - (step - 1) / 2) / step) / (coarse.shape[2 + k] - 1) - 1 for k in (2, 1, 0)
        ]
        # 'zeros' outside the map would darken the border of a bright background
        padding = "zeros" if float(mean[0]) == 0 else "border"
        return F.grid_sample(coarse, torch.stack(grid, -1)[None], mode="bilinear", padding_mode=padding, align_corners=True)

    def _lesions(self, image: torch.Tensor) -> torch.Tensor:
        """One to three smooth blobs of another brightness; the labels underneath stay."""
        shape = image.shape[2:]
        for _ in range(self.random.randint(1, 4)):
            distance = torch.zeros(1)
            for axis, extent in enumerate(shape):
                view = [1, 1, 1]
                view[axis] = -1
                line = torch.arange(extent).float() - extent * self.uniform(0.25, 0.75)
                distance = distance + (line.view(view) / (self.uniform(4, 20) / SPACING_MM)) ** 2
            share = torch.exp(-(distance**2)) * self.uniform(0.4, 1)
            image = image * (1 - share) + share * self.uniform(0, 1)
        return image

    def _acquire(self, image: torch.Tensor, shape: Shape) -> torch.Tensor:
        """Bias field, blur, thick slices and noise."""
        if self.random.rand() < 0.9:
            field = smooth_field(shape, self.random.randint(2, 6), 1, self.generator)[None]
            image = image * torch.exp(field * self.uniform(0, 0.4))
        blur = self.uniform(0, 0.7) if self.random.rand() < 0.7 else 0.0
        sigma, axis, factor = [blur] * 3, -1, 1.0
        thick = self.recipe.thickness_mm
        if (thick is None and self.random.rand() < 0.5) or (thick is not None and thick > SPACING_MM):
            axis = self.random.randint(3)
            factor = self.uniform(1.2, 3.6) if thick is None else thick / SPACING_MM
            sigma[axis] = max(blur, 0.4 * factor)
        for k in range(3):
            image = blur_axis(image, sigma[k], k)
        image = image + torch.randn(shape, generator=self.generator)[None, None] * self.uniform(0, 0.06)
        if axis >= 0:
            size = list(shape)
            size[axis] = max(8, round(shape[axis] / factor))
            image = F.interpolate(image, size=size, mode="trilinear", align_corners=False)
            image = F.interpolate(image, size=shape, mode="trilinear", align_corners=False)
        return image

    def _cut(self, image: torch.Tensor, target: torch.Tensor) -> None:
        """Empty what lies beyond a smaller field of view, in place."""
        for axis, extent in enumerate(target.shape):
            if self.random.rand() < 0.5:
                continue
            first, last = (int(self.random.rand() ** 2 * 0.3 * extent) for _ in range(2))
            for beyond in (slice(0, first), slice(extent - last, extent)):
                place = [slice(None)] * 3
                place[axis] = beyond
                image[(0, 0, *place)] = 0
                target[tuple(place)] = 0

    def __call__(self, shape: Shape) -> Tuple[torch.Tensor, torch.Tensor]:
        """The next head: image (1, 1, *shape) in 0..1 and channels, uint8 (*shape)."""
        subject = self.subjects[self.random.randint(len(self.subjects))]
        labels = self.maps[subject]
        positions = self._positions(shape, self.centres[subject])
        mean, spread = self.intensities()
        nearest = [p.round().long() for p in positions]
        inside = torch.ones(shape, dtype=torch.bool)
        for p in nearest:
            inside &= (p >= 0) & (p < 256)
            p.clamp_(0, 255)
        flat = torch.from_numpy(labels).view(-1)[(nearest[0] * 256 + nearest[1]) * 256 + nearest[2]].long()
        source = torch.where(inside, flat, torch.zeros((), dtype=torch.long))
        target = self.targets[source]
        image = self._render(labels, positions, mean)
        image = image + (spread[source] * torch.randn(shape, generator=self.generator))[None, None]
        if self.random.rand() < self.recipe.lesions:
            image = self._lesions(image)
        image = self._acquire(image, shape)
        if self.random.rand() < self.recipe.cut_view:
            self._cut(image, target)
        image = normalise(image) ** float(np.exp(self.random.normal(0, 0.35)))
        if self.random.rand() < 0.5:
            image, target = image.flip(2), self.swap[target.flip(0).long()]
        return image.contiguous(), target.contiguous()
