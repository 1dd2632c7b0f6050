"""All slices of a task in memory-mapped arrays, and batches drawn from them by a seeded generator.

A batch depends only on (seed, iteration), so that training resumed in the middle sees what an uninterrupted
one would have seen.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import numpy as np
import torch

from .paths import cache_root, data_root
from .prepare import prepare_case
from .splits import PARTS, load_split
from .tasks import Task


@dataclass(frozen=True)
class Span:
    """Slices [start, stop) of the arrays belong to case `id`."""

    id: str
    start: int
    stop: int


class Dataset:
    """Prepared slices of one task: `images` float32 and `labels` (slices, rows, columns)."""

    def __init__(self, task: Task) -> None:
        self.task = task
        folder = cache_root() / "prepared"
        if not (folder / f"{task.id}.json").exists():
            self._build(folder)
        self.images = np.load(folder / f"{task.id}-images.npy", mmap_mode="r")
        self.labels = np.load(folder / f"{task.id}-labels.npy", mmap_mode="r")
        index = json.loads((folder / f"{task.id}.json").read_text())
        self.spans: Dict[str, List[Span]] = {part: [Span(*entry) for entry in index[part]] for part in PARTS}

    def _build(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        split, root = load_split(self.task), data_root()
        images: List[np.ndarray] = []
        labels: List[np.ndarray] = []
        index: Dict[str, List[Tuple[str, int, int]]] = {}
        position = 0
        for part in PARTS:
            index[part] = []
            for case in split[part]:
                prepared = prepare_case(self.task, case, root)
                images.append(prepared.images)
                labels.append(prepared.labels)
                index[part].append((case, position, position + len(prepared.images)))
                position += len(prepared.images)
        np.save(folder / f"{self.task.id}-images.npy", np.concatenate(images))
        np.save(folder / f"{self.task.id}-labels.npy", np.concatenate(labels))
        (folder / f"{self.task.id}.json").write_text(json.dumps(index))

    def training_spans(self, fraction: float = 1.0) -> List[Span]:
        """The training cases, or the first `fraction` of them in a fixed shuffled order."""
        spans = self.spans["train"]
        if fraction >= 1:
            return spans
        order = np.random.RandomState(7).permutation(len(spans))
        return [spans[i] for i in order[: max(1, round(fraction * len(spans)))]]

    def stack(self, span: Span, index: int) -> np.ndarray:
        """What a 2D network sees for one slice: (channels, rows, columns); neighbours outside the case are 0."""
        if self.task.channels == 1:
            return self.images[index][None]
        reach = self.task.channels // 2
        planes = [
            self.images[k] if span.start <= k < span.stop else np.zeros(self.task.size, np.float32)
            for k in range(index - reach, index + reach + 1)
        ]
        return np.stack(planes)

    def case_inputs(self, span: Span) -> torch.Tensor:
        """All slices of a case as the input of a 2D network: (slices, channels, rows, columns)."""
        return torch.from_numpy(np.stack([self.stack(span, k) for k in range(span.start, span.stop)]))

    def case_volume(self, span: Span) -> torch.Tensor:
        """A case as the input of a volumetric network: (1, 1, slices, rows, columns without their margin)."""
        margin = self.task.margin
        volume = np.asarray(self.images[span.start : span.stop, :, margin : self.task.size[1] - margin])
        return torch.from_numpy(volume.copy())[None, None]

    def slice_batch(
        self, spans: List[Span], rng: np.random.Generator, count: Optional[int] = None
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """Random non-empty slices: images (n, channels, rows, columns), labels (n, rows, columns)."""
        images: List[np.ndarray] = []
        labels: List[np.ndarray] = []
        while len(images) < (count or self.task.batch):
            span = spans[int(rng.integers(len(spans)))]
            index = int(rng.integers(span.start, span.stop))
            if not np.any(self.images[index]):
                continue
            images.append(self.stack(span, index))
            labels.append(np.asarray(self.labels[index]).astype(np.int64))
        return torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(labels))

    def volume_batch(
        self, spans: List[Span], rng: np.random.Generator, count: int
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """Random volumes: images (n, 1, slices, rows, columns), labels (n, slices, rows, columns)."""
        chosen = [spans[int(rng.integers(len(spans)))] for _ in range(count)]
        margin, columns = self.task.margin, self.task.size[1]
        labels = [np.asarray(self.labels[s.start : s.stop, :, margin : columns - margin]).astype(np.int64) for s in chosen]
        return torch.cat([self.case_volume(span) for span in chosen]), torch.from_numpy(np.stack(labels))


class SelectedCases(Dataset):
    """A few cases held in memory, for checks that must not prepare the whole data set; all lie in part `test`."""

    def __init__(self, task: Task, cases: List[str]) -> None:
        self.task = task
        prepared = [prepare_case(task, case, data_root()) for case in cases]
        self.images = np.concatenate([entry.images for entry in prepared])  # type: ignore[assignment]
        self.labels = np.concatenate([entry.labels for entry in prepared])  # type: ignore[assignment]
        stops = np.cumsum([len(entry.images) for entry in prepared])
        spans = [Span(e.id, int(stop) - len(e.images), int(stop)) for e, stop in zip(prepared, stops)]
        self.spans = {"train": [], "validation": [], "test": spans}
