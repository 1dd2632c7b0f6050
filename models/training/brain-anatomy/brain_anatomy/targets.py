"""The targets of the project, and which of them a training has reached."""

from typing import Any, Dict, List, NamedTuple

MEAN_DICE = 0.80
STRUCTURE_DICE = 0.90
LARGEST_REDUCTION = 0.03
# Structures that are large and plain enough for 0.90.
EASY = (
    "left-cerebral-white-matter", "right-cerebral-white-matter", "brain-stem", "left-cerebellar-white-matter",
    "right-cerebellar-white-matter", "left-cerebellar-cortex", "right-cerebellar-cortex",
)  # fmt: skip


class Target(NamedTuple):
    """One target with what was measured."""

    text: str
    measured: float
    reached: bool


def targets_of(summary: Dict[str, Any]) -> List[Target]:
    """All targets on the synthesised test heads."""
    thin = summary["1mm"]
    mean, reduction = thin["dice"][0], summary["reductionFrom1To5Mm"][0]
    found = [Target(f"mean Dice over all structures at least {MEAN_DICE:.2f}", mean, mean >= MEAN_DICE)]
    for key in EASY:
        dice = thin["structures"][key][0]
        found.append(Target(f"Dice of {key.replace('-', ' ')} at least {STRUCTURE_DICE:.2f}", dice, dice >= STRUCTURE_DICE))
    text = f"reduction from 1 mm to slices of 5 mm at most {LARGEST_REDUCTION:.2f}"
    return [*found, Target(text, reduction, reduction <= LARGEST_REDUCTION)]


def status_of(summary: Dict[str, Any]) -> str:
    """`trained` when every target is reached."""
    return "trained" if all(target.reached for target in targets_of(summary)) else "experimental"
