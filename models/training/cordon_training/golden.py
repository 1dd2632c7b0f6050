"""Golden files: a synthetic image, what the network must answer, and the label map of the whole pipeline.

The image is made by formula, so that no data enters the repository.  All arrays are little-endian and
gzipped; golden.json in the manifest names type and shape of each.
"""

import gzip
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np
import torch

from .dataset import Dataset, Span
from .graphs import Graph
from .learners import DetectorLearner, Learner
from .prepare import CROP, block_mean, normalise, pad_volume, restore
from .tasks import HIPPOCAMPUS, LUNGS, NUCLEI, VENTRICLE, Task

TOLERANCE = 1e-3


def _grid(shape: Tuple[int, ...]) -> List[np.ndarray]:
    return list(np.meshgrid(*[np.linspace(-1, 1, extent) for extent in shape], indexing="ij"))


def phantom(task: Task) -> np.ndarray:
    """Synthetic source image of a task as int16: (37, 51, 35) RAS volume, or rows x columns."""
    rng = np.random.RandomState(3)
    if task is HIPPOCAMPUS:
        x, y, z = _grid((37, 51, 35))
        body = ((x / 0.35) ** 2 + (y / 0.8) ** 2 + ((z - 0.3 * y * y + 0.1) / 0.35) ** 2) < 1
        fluid = ((x - 0.1) ** 2 / 0.03 + (y - 0.35) ** 2 / 0.2 + (z - 0.45) ** 2 / 0.03) < 1
        image = 700 + 120 * x + 90 * np.sin(3 * y) - 330 * fluid - 160 * body + 25 * rng.randn(*x.shape)
        return image.round().astype(np.int16)
    if task is LUNGS:
        y, x = _grid((512, 512))
        left = ((x + 0.42) / 0.3) ** 2 + ((y + 0.02) / 0.62) ** 2 < 1
        right = ((x - 0.42) / 0.28) ** 2 + ((y + 0.02) / 0.58) ** 2 < 1
        ribs = np.cos(26 * (y + 0.3 * np.abs(x)))
        image = 185 - 120 * (left | right) + 10 * ribs + 25 * (np.abs(x) < 0.1) + 4 * rng.randn(512, 512)
        return image.clip(0, 255).round().astype(np.int16)
    if task is VENTRICLE:
        y, x = _grid((256, 256))
        radius = np.hypot((x + 0.02) / 0.16, (y - 0.03) / 0.16)
        image = 60 + 30 * np.cos(5 * x) + 90 * (radius < 1) - 35 * ((radius >= 1) & (radius < 1.4))
        right = ((x + 0.4) / 0.2) ** 2 + ((y + 0.02) / 0.14) ** 2 < 1
        return (image + 80 * right + 4 * rng.randn(256, 256)).clip(0, 255).round().astype(np.int16)
    image = 8 + 2 * rng.randn(256, 256)
    rows, columns = np.mgrid[0:256, 0:256]
    for _ in range(24):
        cy, cx = rng.uniform(12, 244, 2)
        a, b, turn = rng.uniform(5, 9), rng.uniform(5, 9), rng.uniform(0, 3)
        dy, dx = rows - cy, columns - cx
        u = (dx * np.cos(turn) + dy * np.sin(turn)) / a
        v = (-dx * np.sin(turn) + dy * np.cos(turn)) / b
        image = image + rng.uniform(40, 90) / (1 + np.exp(6 * (np.hypot(u, v) - 1)))
    return image.clip(0, 255).round().astype(np.int16)


class PhantomData(Dataset):
    """The phantom in the place of a data set's only case."""

    def __init__(self, task: Task) -> None:
        self.task = task
        image = phantom(task).astype(np.float32)
        if task is HIPPOCAMPUS:
            self.images = pad_volume(normalise(image))  # type: ignore[assignment]
        elif task is LUNGS:
            self.images = normalise(block_mean(image, task.size[0]))[None]  # type: ignore[assignment]
        elif task is VENTRICLE:
            self.images = normalise(image[CROP:-CROP, CROP:-CROP])[None]  # type: ignore[assignment]
        else:
            self.images = normalise(image)[None]  # type: ignore[assignment]
        self.labels = np.zeros(self.images.shape, np.uint8)  # type: ignore[assignment]
        self.span = Span("phantom", 0, len(self.images))


class Writer:
    """Writes arrays into golden/ and keeps their description."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.arrays: Dict[str, Any] = {}

    def add(self, name: str, array: np.ndarray) -> None:
        """Write one array as <name>.<dtype>.gz."""
        kinds = {"float32": "f32", "float16": "f16", "int16": "i16", "uint8": "u8", "int64": "i64"}
        file = f"{name}.{kinds[array.dtype.name]}.gz"
        content = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        (self.folder / file).write_bytes(gzip.compress(content, 9, mtime=0))
        self.arrays[name] = {"path": f"golden/{file}", "dtype": array.dtype.name, "shape": list(array.shape)}


def write_golden(learner: Learner, graphs: List[Graph], folder: Path) -> Dict[str, Any]:
    """Write the golden files of a model and return their description for the manifest.

    `sourceImage` to `labels` (or detections) is the whole pipeline, `modelInput` to `modelProbabilities` (the
    softmax of the logits, in 16 bits) the graph alone; of Mask R-CNN `<graph>Input` to `<graph>Output<i>`, where
    the maps of the pyramid are every eighth channel.
    """
    task = learner.task
    data = PhantomData(task)
    writer = Writer(folder / "golden")
    writer.add("sourceImage", phantom(task))
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for graph in graphs:
            if graph.name == "model":
                inputs = data.case_inputs(data.span)
                middle = len(inputs) // 2
                example = inputs[middle : middle + 2] if graph.dynamic else data.case_volume(data.span)
            elif graph.name == "proposals":
                example = learner._scale(data.case_inputs(data.span)) if isinstance(learner, DetectorLearner) else graph.example
                example = example[len(example) // 2 : len(example) // 2 + 1]
            else:
                example = torch.randn(graph.example.shape, generator=generator).abs()
            if graph.name == "model-webgpu":
                continue
            outputs = graph.module.eval()(example)
            writer.add(f"{graph.name}Input", example.numpy())
            for index, output in enumerate(outputs if isinstance(outputs, tuple) else (outputs,)):
                if graph.name == "model":
                    writer.add("modelProbabilities", output.softmax(1).numpy().astype(np.float16))
                    continue
                if graph.name == "proposals" and index < 4:
                    output = output[:, ::8]  # every eighth map of the pyramid, to keep the file small
                writer.add(f"{graph.name}Output{index}", output.numpy())
    if task is NUCLEI:
        assert isinstance(learner, DetectorLearner)
        found = learner.detect(data.case_inputs(data.span))[0]
        for key in ("boxes", "scores", "labels"):
            writer.add(f"detections-{key}", found[key].numpy())
        writer.add("detections-masks", (found["masks"][:, 0].numpy() > 0.5).astype(np.uint8))
    else:
        shape = (1, *phantom(task).shape)[-3:]
        labels = restore(task, learner.probabilities(data, data.span), shape).argmax(0).astype(np.uint8)
        writer.add("labels", labels)
    return {"tolerance": TOLERANCE, "arrays": writer.arrays}
