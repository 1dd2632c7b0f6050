"""How an architecture is fed, trained and asked: slices, patches, volumes or detected instances.

Every learner has the same two methods, so that training and evaluation do not know the architecture.
"""

from typing import ContextManager, Dict, List, Optional, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import nn

from .architectures import build
from .architectures.patch_cnn import MARGIN, PATCH, PatchCnnDense
from .augment import augment
from .dataset import Dataset, Span
from .losses import Outputs, network_loss
from .precision import fast_precision, has_bfloat16_units
from .tasks import NUCLEI, Task

PATCHES_PER_SLICE = 16
SCORE_THRESHOLD = 0.5
SMALLEST_INSTANCE = 8


class Learner:
    """A network of one task: `loss` of a fresh batch, `probabilities` of a case."""

    def __init__(self, task: Task, architecture: str, augmentation: bool = True) -> None:
        self.task = task
        self.architecture = architecture
        self.augmentation = augmentation
        self.network: nn.Module = build(architecture, task)
        # torchvision's detection operators have no bfloat16 form on a CPU
        self.bfloat16 = architecture != "mask-rcnn" and has_bfloat16_units()

    def precision(self) -> ContextManager[object]:
        """Context of a training pass: bfloat16 products with 32-bit weights and sums on a CPU that has the units."""
        on_cpu = next(self.network.parameters()).device.type == "cpu"
        return fast_precision(self.bfloat16 and on_cpu)

    def outputs(self, inputs: torch.Tensor) -> Outputs:
        """The network's logits in training, as 32-bit floats whatever the precision of the pass."""
        with self.precision():
            outputs = self.network(inputs.to(next(self.network.parameters()).device))
        return outputs.float() if isinstance(outputs, torch.Tensor) else [output.float() for output in outputs]

    def batch(
        self, data: Dataset, spans: List[Span], rng: np.random.Generator, count: Optional[int] = None
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """A batch of slices, augmented."""
        images, labels = data.slice_batch(spans, rng, count)
        return augment(images, labels, self.task, rng) if self.augmentation else (images, labels)

    def loss(self, data: Dataset, spans: List[Span], rng: np.random.Generator) -> torch.Tensor:
        """Loss of one batch."""
        images, labels = self.batch(data, spans, rng)
        device = next(self.network.parameters()).device
        weight = 0.4 if self.architecture == "pspnet" else 1.0
        return network_loss(self.outputs(images), labels.to(device), weight)

    def inference_network(self) -> nn.Module:
        """The module that maps a case's slices to logits."""
        return self.network

    def probabilities(self, data: Dataset, span: Span) -> np.ndarray:
        """Softmax probabilities of a case on the task's grid: (classes, slices, rows, columns), float32."""
        network = self.inference_network().eval()
        device = next(self.network.parameters()).device
        parts = []
        with torch.no_grad():
            for inputs in data.case_inputs(span).split(self.task.test_batch):
                parts.append(network(inputs.to(device)).softmax(1).cpu())
        return torch.cat(parts).transpose(0, 1).contiguous().numpy()


class PatchLearner(Learner):
    """Patches of augmented slices: half have their centre in the foreground (classes equally), 35 % in the background
    within 3 pixels of it, 15 % anywhere in the background.
    """

    def loss(self, data: Dataset, spans: List[Span], rng: np.random.Generator) -> torch.Tensor:
        images, labels = self.batch(data, spans, rng)
        count = PATCHES_PER_SLICE * 16 // images.shape[0]
        padded = F.pad(images, (MARGIN, MARGIN, MARGIN, MARGIN))
        patches: List[torch.Tensor] = []
        targets: List[int] = []
        for image, label in zip(padded, labels):
            near = F.max_pool2d((label > 0).float()[None, None], 7, 1, 3)[0, 0] > 0
            pools = [(label == 0).nonzero(), (near & (label == 0)).nonzero()]
            pools += [(label == value).nonzero() for value in range(1, self.task.class_count)]
            foreground = self.task.class_count - 1
            weights = np.array([0.15, 0.35] + [0.5 / foreground] * foreground) * [len(pool) > 0 for pool in pools]
            for _ in range(count):
                pool = pools[int(rng.choice(len(pools), p=weights / weights.sum()))]
                row, column = pool[int(rng.integers(len(pool)))].tolist()
                patches.append(image[:, row : row + PATCH, column : column + PATCH])
                targets.append(int(label[row, column]))
        device = next(self.network.parameters()).device
        return network_loss(self.outputs(torch.stack(patches)), torch.tensor(targets, device=device))

    def inference_network(self) -> nn.Module:
        return PatchCnnDense(self.network)  # type: ignore[arg-type]


class VolumeLearner(Learner):
    """Whole volumes, one an iteration."""

    def loss(self, data: Dataset, spans: List[Span], rng: np.random.Generator) -> torch.Tensor:
        images, labels = data.volume_batch(spans, rng, 1)
        if self.augmentation:
            images, labels = augment(images, labels, self.task, rng)
        device = next(self.network.parameters()).device
        return network_loss(self.outputs(images), labels.to(device))

    def probabilities(self, data: Dataset, span: Span) -> np.ndarray:
        device = next(self.network.parameters()).device
        with torch.no_grad():
            logits = self.network.eval()(data.case_volume(span).to(device))
        inside = logits.softmax(1)[0].cpu().numpy()
        margin = self.task.margin
        result = np.pad(inside, ((0, 0), (0, 0), (0, 0), (margin, margin)))
        result[0, :, :, :margin] = result[0, :, :, -margin:] = 1.0
        return result


class DetectorLearner(Learner):
    """Mask R-CNN: labels become instances, and detected instances become probabilities."""

    def _scale(self, images: torch.Tensor) -> torch.Tensor:
        factor = self.task.detector_scale
        if factor == 1:
            return images
        return F.interpolate(images, scale_factor=float(factor), mode="bilinear", align_corners=False)

    def targets(self, label: torch.Tensor) -> Dict[str, torch.Tensor]:
        """Boxes (n, 4), labels (n,) and masks (n, h, w) of one label map."""
        plain = label.numpy().astype(np.int32)
        factor = self.task.detector_scale
        plain = plain.repeat(factor, 0).repeat(factor, 1)
        boxes, classes, masks = [], [], []
        for value in np.unique(plain)[1:] if plain.min() == 0 else np.unique(plain):
            mask = plain == value
            whole = self.task is NUCLEI or self.task.volumetric
            components, count = (mask.astype(np.int32), 1) if whole else ndimage.label(mask)
            for index in range(1, count + 1):
                part = components == index
                if part.sum() < SMALLEST_INSTANCE:
                    continue
                rows, columns = np.where(part.any(1))[0], np.where(part.any(0))[0]
                boxes.append([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
                classes.append(1 if self.task is NUCLEI else int(value))
                masks.append(part)
        if not boxes:
            return {
                "boxes": torch.zeros(0, 4),
                "labels": torch.zeros(0, dtype=torch.int64),
                "masks": torch.zeros(0, *plain.shape, dtype=torch.uint8),
            }
        return {
            "boxes": torch.tensor(boxes, dtype=torch.float32),
            "labels": torch.tensor(classes),
            "masks": torch.from_numpy(np.stack(masks).astype(np.uint8)),
        }

    def loss(self, data: Dataset, spans: List[Span], rng: np.random.Generator) -> torch.Tensor:
        count = self.task.batch // 2 if self.task.volumetric else self.task.batch
        images, labels = self.batch(data, spans, rng, count)
        device = next(self.network.parameters()).device
        targets = [{k: v.to(device) for k, v in self.targets(label).items()} for label in labels]
        torch.manual_seed(int(rng.integers(2**31)))  # torchvision samples anchors and regions at random
        return sum(self.network(list(self._scale(images).to(device)), targets).values())  # type: ignore[return-value]

    def detect(self, inputs: torch.Tensor) -> List[Dict[str, torch.Tensor]]:
        """torchvision's detections for a batch of slices, on the detector's grid."""
        device = next(self.network.parameters()).device
        with torch.no_grad():
            return [
                {k: v.cpu() for k, v in found.items()} for found in self.network.eval()(list(self._scale(inputs).to(device)))
            ]

    def probabilities(self, data: Dataset, span: Span) -> np.ndarray:
        """Per class the largest score x mask over the instances with score >= 0.5; background is the rest."""
        rows, columns = self.task.size
        result = np.zeros((self.task.class_count, span.stop - span.start, rows, columns), np.float32)
        position = 0
        for inputs in data.case_inputs(span).split(self.task.test_batch):
            for found in self.detect(inputs):
                for score, value, mask in zip(found["scores"], found["labels"], found["masks"]):
                    if score < SCORE_THRESHOLD:
                        continue
                    plane = (mask * score)[None]
                    if self.task.detector_scale > 1:
                        plane = F.avg_pool2d(plane, self.task.detector_scale)
                    layer = result[int(value), position]
                    np.maximum(layer, plane[0, 0].numpy(), out=layer)
                position += 1
        result[0] = 1 - result[1:].max(0)
        return result


def make_learner(task: Task, architecture: str, augmentation: bool = True) -> Learner:
    """The learner that fits an architecture."""
    if architecture == "patch-cnn":
        return PatchLearner(task, architecture, augmentation)
    if architecture == "mask-rcnn":
        return DetectorLearner(task, architecture, augmentation)
    if architecture == "vnet" and task.volumetric:
        return VolumeLearner(task, architecture, augmentation)
    return Learner(task, architecture, augmentation)
