"""What each network is taught with: a synthesised head as an iteration needs it, and the logits that come of it.

What the first network's posterior depends on changes with every step, so all of it happens in the step. What the refiner
sees comes from the first network, which stays as it is: another process prepares it ahead.
"""

import time
from typing import NamedTuple, Tuple

import torch
import torch.nn.functional as F

from cordon_training.precision import fast_precision, has_bfloat16_units

from .brightness import Brightness, log_density
from .loss import SAMPLES, draw_voxels
from .maps import TRAIN
from .network import BrainNet, HalvedUNet, Refiner
from .structures import CLASSES
from .synthesise import Shape, Synthesiser

# Extents drawn up to a share: what the brain fills, and what the graph sees. A brain teaches as much in the smaller, in 60 % of the time.
EXTENTS: Tuple[Tuple[float, Shape], ...] = ((0.8, (80, 96, 80)), (1.0, (96, 112, 96)))
# Class weights: frequency to the power of minus this, in the first half of a first network's training and otherwise.
EARLY_POWER, POWER = 0.5, 0.25
# Half of what the graph looks at: enough for estimates, in half of their time.
STRIDES = (2, 4, 4)


def logits_at(network: HalvedUNet, seen: torch.Tensor, voxels: torch.Tensor, bfloat16: bool) -> torch.Tensor:
    """Logits (n, CLASSES) of voxels (n,), the last product in 32 bits."""
    with fast_precision(bfloat16):
        features = network.features_at(seen.contiguous(memory_format=torch.channels_last_3d), voxels)
    return F.linear(features.float(), network.classify.weight[:, :, 0, 0, 0], network.classify.bias)


def posterior_at(network: BrainNet, image: torch.Tensor, voxels: torch.Tensor, bfloat16: bool = False) -> torch.Tensor:
    """Posterior logits (n, CLASSES) of voxels (n,); how bright the tissues are is estimated from the prior, not trained through."""
    brightness = Brightness(image.shape[2:], STRIDES)
    looked_at = brightness.strided(torch.arange(image.numel()).reshape(1, *image.shape[2:]))
    prior = logits_at(network, image, torch.cat([looked_at.reshape(-1), voxels]), bfloat16)
    count = looked_at.numel()
    with torch.no_grad():
        logits = prior[:count].t().reshape(CLASSES, *looked_at.shape[1:])
        estimates = brightness.spread(brightness.fit(brightness.strided(image[0]), logits, network.trust))
        density = log_density(image.reshape(1, -1)[:, voxels], estimates.flatten(1)[:, voxels])
    trusted = density * network.trust[:, None]
    return prior[count:] + trusted[brightness.tissue].t()


class Sample(NamedTuple):
    """One head for one iteration."""

    # What the network sees: (1, channels, d, h, w).
    seen: torch.Tensor
    # Drawn voxels, their classes, how many voxels each stands for: (n,) each.
    voxels: torch.Tensor
    labels: torch.Tensor
    stands_for: torch.Tensor
    # Logits that are known before: (n, CLASSES), or (0, CLASSES).
    known: torch.Tensor
    # CPU seconds that another process took to prepare it.
    cpu_seconds: float = 0.0


class Course(torch.utils.data.Dataset[Sample]):
    """Iteration to sample; a head depends only on seed and iteration."""

    # Processes that prepare samples ahead.
    ahead = 0

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.bfloat16 = has_bfloat16_units()
        self.synthesiser = Synthesiser(TRAIN, seed)

    def head(self, iteration: int, power: float) -> Tuple[torch.Tensor, Sample]:
        """The image, and the sample that sees it."""
        self.synthesiser.reseed(self.seed * 10_000_019 + iteration)
        draw = self.synthesiser.random.rand()
        image, target = self.synthesiser(next(size for limit, size in EXTENTS if draw < limit))
        labels = target.reshape(-1).long()
        voxels, stands_for = draw_voxels(labels, power, SAMPLES, float(self.synthesiser.random.rand()))
        return image, Sample(image, voxels, labels[voxels], stands_for, torch.empty(0, CLASSES))

    def logits(self, sample: Sample) -> torch.Tensor:
        """Logits (n, CLASSES) of the voxels of a sample, with gradients."""
        raise NotImplementedError

    def scores(self, network: HalvedUNet, image: torch.Tensor) -> torch.Tensor:
        """Logits (1, CLASSES, d, h, w) with other weights, as the graph gives them but for its mirror image and its smoothing."""
        raise NotImplementedError


class FirstCourse(Course):
    """For the network that sees the image, whose answer is the prior."""

    def __init__(self, network: BrainNet, seed: int, early: int) -> None:
        super().__init__(seed)
        self.network, self.early = network, early

    def __getitem__(self, iteration: int) -> Sample:
        return self.head(iteration, EARLY_POWER if iteration < self.early else POWER)[1]

    def logits(self, sample: Sample) -> torch.Tensor:
        return posterior_at(self.network, sample.seen, sample.voxels, self.bfloat16)

    def scores(self, network: HalvedUNet, image: torch.Tensor) -> torch.Tensor:
        assert isinstance(network, BrainNet)
        return Brightness(image.shape[2:])(image, network(image).float(), network.trust)


class RefinerCourse(Course):
    """For the network that sees the evidence and corrects the posterior; `first` is not trained."""

    ahead = 1

    def __init__(self, refiner: Refiner, first: BrainNet, seed: int) -> None:
        super().__init__(seed)
        self.refiner, self.first = refiner, first.eval()

    def evidence(self, image: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Posterior logits, and what the refiner sees."""
        with torch.no_grad(), fast_precision(self.bfloat16):
            prior = self.first(image).float()
        with torch.no_grad():
            posterior, evidence = Brightness(image.shape[2:]).evidence(image, prior, self.first.trust)
        return posterior, evidence.bfloat16() if self.bfloat16 else evidence

    def __getitem__(self, iteration: int) -> Sample:
        torch.set_num_threads(1)
        started = time.process_time()
        image, sample = self.head(iteration, POWER)
        posterior, evidence = self.evidence(image)
        known = posterior[0].flatten(1)[:, sample.voxels].t().contiguous()
        return sample._replace(seen=evidence, known=known, cpu_seconds=time.process_time() - started)

    def logits(self, sample: Sample) -> torch.Tensor:
        return sample.known + logits_at(self.refiner, sample.seen, sample.voxels, self.bfloat16)

    def scores(self, network: HalvedUNet, image: torch.Tensor) -> torch.Tensor:
        posterior, evidence = self.evidence(image)
        return posterior + network(evidence).float()
