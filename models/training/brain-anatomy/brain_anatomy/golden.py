"""Golden files: a head made by formula, as the network gets it, and the labels that PyTorch gives.

Nested ellipsoids, no data: what is asked of a runtime is the same answer, not a good one.
"""

from pathlib import Path
from typing import Any, Dict

import numpy as np
import torch

from cordon_training.golden import Writer

from .graph import GRID, LabelGraph
from .synthesise import SPACING_MM, normalise


def phantom() -> np.ndarray:
    """A T1-like head of nested ellipsoids: int16, axes to the right, anterior, superior, 2 mm."""
    lines = [(np.arange(n) - (n - 1) / 2) * SPACING_MM for n in GRID]
    x, y, z = np.meshgrid(*lines, indexing="ij")

    def ellipsoid(centre: Any, radii: Any) -> np.ndarray:
        distance = sum(((p - c) / r) ** 2 for p, c, r in zip((np.abs(x), y, z), centre, radii))
        return np.asarray(distance < 1)

    image = np.zeros(GRID, np.int16)
    for value, centre, radii in (
        (820, (0, 0, 20), (80, 100, 92)),  # scalp
        (90, (0, 0, 20), (74, 93, 86)),  # skull
        (140, (0, 0, 20), (69, 87, 79)),  # fluid
        (520, (0, 0, 22), (66, 84, 70)),  # cortex
        (800, (0, 0, 24), (58, 75, 60)),  # white matter
        (120, (12, 5, 32), (7, 32, 10)),  # lateral ventricles
        (660, (12, -8, 18), (9, 14, 9)),  # thalamus
        (600, (26, 8, 18), (6, 18, 12)),  # putamen
        (500, (24, -45, -30), (28, 24, 18)),  # cerebellum
        (740, (0, -18, -25), (12, 11, 32)),  # brain stem
    ):
        image[ellipsoid(centre, radii)] = value
    return image


def write_golden(graph: LabelGraph, folder: Path) -> Dict[str, Any]:
    """`sourceImage`, `modelInput` and `modelLabels`; returns their description for the manifest."""
    writer = Writer(folder / "golden")
    image = phantom()
    writer.add("sourceImage", image)
    given = normalise(torch.from_numpy(image.astype(np.float32)))[None, None]
    writer.add("modelInput", given.numpy())
    with torch.no_grad():
        writer.add("modelLabels", graph(given)[0].byte().numpy())
    return {"tolerance": 1e-3, "arrays": writer.arrays}
