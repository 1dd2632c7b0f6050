"""Dice of each structure on synthesised images of the two test heads, at 1 mm and with slices of 5 mm.

    python3 -m brain_anatomy.evaluate quality     writes results/quality.json

Each drawn head (position, deformation, contrast, bias, noise) is rendered twice, once from isotropic 1 mm and once
through slices of 5 mm along a random axis; nothing else differs. Intervals are a bootstrap over the images, within
subjects: they say nothing about other people. The weights are those of the resume point, rounded to 16 bits.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from scipy import ndimage

from . import HERE
from .graph import GRID
from .manifest import IDS
from .maps import TEST
from .structures import NAMES, STRUCTURES
from .synthesise import Recipe, Synthesiser
from .train import dice_scores
from .weights import RESUME, load_graph, load_record

RESULTS: Path = HERE / "results"
HEADS_PER_SUBJECT = 8
FIRST_SEED = 7_000_000
THICKNESSES_MM = (1.0, 5.0)
# Heads that the tests evaluate again: (subject, seed, thickness).
FIXED: Tuple[Tuple[int, int, float], ...] = ((19, FIRST_SEED, 1.0), (20, FIRST_SEED + 1, 1.0), (19, FIRST_SEED, 5.0))
BOOTSTRAPS = 2000
Interval = List[float]
# Fluid around the brain is no brain: its outer border is the skull's.
BRAIN = [channel for channel, structure in enumerate(STRUCTURES, 1) if structure.key != "csf"]


class PairedSynthesiser(Synthesiser):
    """Draws the same head at every slice thickness: what the slices draw does not change what is drawn after them."""

    def _acquire(self, image: torch.Tensor, shape: Tuple[int, int, int]) -> torch.Tensor:
        after = self.random.randint(2**31)
        image = super()._acquire(image, shape)
        self.reseed(after)
        return image


def draw(subject: int, seed: int, thickness_mm: float) -> Tuple[torch.Tensor, torch.Tensor]:
    """One test head: image (1, 1, *GRID) and channels (*GRID). The field of view is not cut."""
    if subject not in TEST:
        raise ValueError(f"subject {subject} is not held out - take one of {TEST}")
    recipe = Recipe(cut_view=0.0, lesions=0.0, thickness_mm=thickness_mm)
    return PairedSynthesiser([subject], seed, recipe)(GRID)


def scattered_ml(labels: np.ndarray) -> Tuple[float, float]:
    """Brain outside its largest piece (6 neighbours), and all of it, in millilitres."""
    pieces, count = ndimage.label(np.isin(labels, BRAIN))
    sizes = np.bincount(pieces.reshape(-1), minlength=count + 1)[1:]
    total = int(sizes.sum())
    return (total - int(sizes.max(initial=0))) * 8 / 1000, total * 8 / 1000


def bootstrap(values: np.ndarray, subjects: Sequence[int]) -> Interval:
    """Mean with 95 % interval over images drawn with replacement within each subject; nan counts as undefined."""
    random = np.random.RandomState(5)
    groups = [np.flatnonzero(np.array(subjects) == subject) for subject in sorted(set(subjects))]
    means = [
        np.nanmean(values[np.concatenate([random.choice(group, len(group)) for group in groups])])
        for _ in range(BOOTSTRAPS)
    ]
    low, high = np.nanpercentile(means, (2.5, 97.5))
    return [round(float(number), 4) for number in (np.nanmean(values), low, high)]


def rounded(values: np.ndarray) -> List[Optional[float]]:
    """Dice for a file: null where the structure is not in the image."""
    return [None if np.isnan(value) else round(float(value), 5) for value in values]


def evaluate(name: str, heads: int) -> Dict[str, Any]:
    """`heads` drawings of each test head, each at every thickness."""
    graph = load_graph(name)
    images: List[Dict[str, Any]] = []
    with torch.no_grad():
        for number in range(heads * len(TEST)):
            for thickness in THICKNESSES_MM:
                subject, seed = TEST[number % len(TEST)], FIRST_SEED + number
                image, target = draw(subject, seed, thickness)
                labels = graph(image)[0].byte()
                outside, brain = scattered_ml(labels.numpy())
                images.append(
                    {
                        "subject": subject, "seed": seed, "thicknessMm": thickness, "dice": rounded(dice_scores(labels, target)),
                        "scatteredMl": round(outside, 3), "brainMl": round(brain, 1),
                        "trueBrainMl": round(scattered_ml(target.numpy())[1], 1),
                    }
                )  # fmt: skip
                print(subject, seed, thickness, f"{np.nanmean(dice_scores(labels, target)):.4f}", f"{outside:.2f} mL", flush=True)
    return {"run": name, "iteration": load_record(name, RESUME)["iteration"], "structures": NAMES[1:], "images": images}


def summarise(result: Dict[str, Any]) -> Dict[str, Any]:
    """Means and intervals for the card and the manifest."""
    summary: Dict[str, Any] = {}
    means: Dict[float, np.ndarray] = {}
    for thickness in THICKNESSES_MM:
        images = [image for image in result["images"] if image["thicknessMm"] == thickness]
        dice = np.array([image["dice"] for image in images], float)
        subjects = [image["subject"] for image in images]
        means[thickness] = np.nanmean(dice, 1)
        summary[f"{thickness:g}mm"] = {
            "images": len(images),
            "dice": bootstrap(means[thickness], subjects),
            "scatteredMl": bootstrap(np.array([image["scatteredMl"] for image in images]), subjects),
            "structures": {key: bootstrap(dice[:, at], subjects) for at, key in enumerate(result["structures"])},
        }
    thin, thick = THICKNESSES_MM
    summary["reductionFrom1To5Mm"] = bootstrap(means[thin] - means[thick], subjects)
    return summary


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(IDS))
    parser.add_argument("--heads", type=int, default=HEADS_PER_SUBJECT, help="drawings of each test head")
    given = parser.parse_args()
    name = given.name
    os.nice(5)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    result = evaluate(name, given.heads)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result) + "\n")
    print(json.dumps(summarise(result), indent=1))


if __name__ == "__main__":
    main()
