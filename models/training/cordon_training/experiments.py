"""The section of models/README.md on small data, normalisation, dropout and seeds: U-Net and the others on the chest X-rays.

Differences are paired over the test cases, with a 95 % bootstrap interval.
"""

from typing import Any, Dict, List, Optional

import numpy as np

from .architectures import TITLES
from .cards import with_interval
from .claims import case_value
from .metrics import bootstrap_interval

Run = Dict[str, Any]
BASE = "lungs-cxr-unet"
SHARES = (10, 25, 100)
VARIANTS = (("augmentation", ""), ("no augmentation", "-noaugment"), ("augmentation, encoder pre-trained on the left ventricle", "-pretrained"))


def find(runs: List[Run], run_id: str, iteration: int) -> Optional[Run]:
    """A run at an iteration, whether it went on later or not."""
    names = (run_id, f"{run_id}-at{iteration}")
    return next((run for run in runs if run["run"] in names and run["iteration"] == iteration), None)


def difference(run: Optional[Run], base: Optional[Run]) -> str:
    """Paired difference of Dice with its interval, or a dash."""
    if run is None or base is None:
        return "–"
    values = [case_value(a, "dice") - case_value(b, "dice") for a, b in zip(run["cases"], base["cases"])]
    mean, low, high = bootstrap_interval(values, [case["group"] for case in base["cases"]])
    return f"{mean:+.3f} ({low:+.3f} to {high:+.3f})"


def dice_of(run: Optional[Run]) -> str:
    """Dice with its interval, or a dash."""
    return "–" if run is None else str(with_interval(run["metrics"]["dice"]))


def small_data_lines(runs: List[Run]) -> List[str]:
    """U-Net with a share of the training cases, 500 iterations each."""
    heads = " | ".join(title for title, _ in VARIANTS)
    lines = ["U-Net, lungs on chest X-ray, 500 iterations; Dice (95 % interval) on the same test cases:", ""]
    lines += [f"| training cases | {heads} |", "| --- |" + " --- |" * len(VARIANTS)]
    for share in SHARES:
        part = "" if share == 100 else f"-{share}percent"
        cells = [dice_of(find(runs, f"{BASE}{part}{suffix}", 500)) for _, suffix in VARIANTS]
        lines.append(f"| {share} % | {' | '.join(cells)} |")
    lines += ["", "Difference to augmentation without pre-training, paired over the test cases:", ""]
    lines += [f"| training cases | {' | '.join(title for title, _ in VARIANTS[1:])} |", "| --- |" + " --- |" * (len(VARIANTS) - 1)]
    for share in SHARES:
        part = "" if share == 100 else f"-{share}percent"
        base = find(runs, f"{BASE}{part}", 500)
        cells = [difference(find(runs, f"{BASE}{part}{suffix}", 500), base) for _, suffix in VARIANTS[1:]]
        lines.append(f"| {share} % | {' | '.join(cells)} |")
    return [*lines, ""]


def layer_lines(runs: List[Run]) -> List[str]:
    """Batch normalisation and dropout switched in U-Net, 500 iterations each."""
    base = find(runs, BASE, 500)
    lines = ["| U-Net, 500 iterations | Dice (95 % interval) | difference, paired |", "| --- | --- | --- |"]
    lines.append(f"| batch normalisation, no dropout (as compared above) | {dice_of(base)} | – |")
    for title, suffix in (("no normalisation", "-no-norm"), ("batch normalisation, dropout 0.3", "-dropout")):
        run = find(runs, f"{BASE}{suffix}", 500)
        lines.append(f"| {title} | {dice_of(run)} | {difference(run, base)} |")
    return [*lines, ""]


def seed_lines(runs: List[Run]) -> List[str]:
    """Every network that was trained from two seeds."""
    rows = []
    for name, (title, *_) in TITLES.items():
        again = next((run for run in runs if run["run"] == f"lungs-cxr-{name}-seed1"), None)
        first = again and find(runs, f"lungs-cxr-{name}", again["iteration"])
        if again and first:
            rows.append((title, first, again))
    if not rows:
        return []
    lines = ["Two seeds (first weights, order of cases and augmentation), lungs on chest X-ray:", ""]
    lines += ["| network | iterations | seed 0, Dice | seed 1, Dice | difference, paired |", "| --- | --- | --- | --- | --- |"]
    for title, first, again in rows:
        lines.append(f"| {title} | {again['iteration']} | {dice_of(first)} | {dice_of(again)} | {difference(again, first)} |")
    apart = [abs(again["metrics"]["dice"][0] - first["metrics"]["dice"][0]) for _, first, again in rows]
    lines += ["", f"Seeds are {np.mean(apart):.3f} apart on average, {max(apart):.3f} at most: smaller differences between networks mean nothing."]
    return [*lines, ""]


def experiment_lines(runs: List[Run]) -> List[str]:
    """The whole section."""
    return [*small_data_lines(runs), *layer_lines(runs), *seed_lines(runs)]
