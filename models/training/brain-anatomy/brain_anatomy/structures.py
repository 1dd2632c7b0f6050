"""The 30 structures, and what each label number of the source maps is for the synthesiser and for the network.

Source labels are FreeSurfer's numbers for the brain and 502-530 for tissue outside it (BBillot/SynthSeg,
training_label_maps). Channel 0 of the network is background: air, face, skull, neck, optic chiasm.
"""

from typing import Dict, List, NamedTuple, Tuple

import numpy as np


class Structure(NamedTuple):
    """One output channel: key, side ('left', 'right' or ''), and the source labels it unites."""

    key: str
    side: str
    labels: Tuple[int, ...]


# key, labels on the left, labels on the right. 5/44 inferior lateral ventricle, 136/163 and 137/164 lie inside
# the ventricles, 25/57 and 30/62 (lesion, vessel) inside white matter.
PAIRED: Tuple[Tuple[str, Tuple[int, ...], Tuple[int, ...]], ...] = (
    ("cerebral-white-matter", (2, 25, 30), (41, 57, 62)),
    ("cerebral-cortex", (3,), (42,)),
    ("lateral-ventricle", (4, 5, 136, 137), (43, 44, 163, 164)),
    ("cerebellar-white-matter", (7,), (46,)),
    ("cerebellar-cortex", (8,), (47,)),
    ("thalamus", (10,), (49,)),
    ("caudate", (11,), (50,)),
    ("putamen", (12,), (51,)),
    ("pallidum", (13,), (52,)),
    ("hippocampus", (17,), (53,)),
    ("amygdala", (18,), (54,)),
    ("accumbens", (26,), (58,)),
    ("ventral-diencephalon", (28,), (60,)),
)
MIDLINE: Tuple[Tuple[str, Tuple[int, ...]], ...] = (
    ("third-ventricle", (14, 72)),
    ("fourth-ventricle", (15,)),
    ("brain-stem", (16,)),
    ("csf", (24,)),
)
STRUCTURES: List[Structure] = (
    [Structure(key, "left", left) for key, left, _ in PAIRED]
    + [Structure(key, "right", right) for key, _, right in PAIRED]
    + [Structure(key, "", labels) for key, labels in MIDLINE]
)
CLASSES = len(STRUCTURES) + 1
NAMES: List[str] = ["background"] + [f"{s.side}-{s.key}" if s.side else s.key for s in STRUCTURES]

OUTSIDE: Tuple[int, ...] = (502, 506, 507, 508, 509, 511, 512, 514, 515, 516, 530)
SOURCE_PAIRS: Tuple[Tuple[int, int], ...] = (
    (2, 41), (3, 42), (4, 43), (5, 44), (7, 46), (8, 47), (10, 49), (11, 50), (12, 51), (13, 52), (17, 53),
    (18, 54), (25, 57), (26, 58), (28, 60), (30, 62), (136, 163), (137, 164),
)  # fmt: skip
SOURCE: List[int] = (
    [0] + [a for a, _ in SOURCE_PAIRS] + [b for _, b in SOURCE_PAIRS] + [14, 15, 16, 24, 72, 85] + list(OUTSIDE)
)
INDEX: Dict[int, int] = {label: index for index, label in enumerate(SOURCE)}
CSF_INDEX = INDEX[24]
OUTSIDE_INDEXES: List[int] = [INDEX[label] for label in OUTSIDE]

# Relative brightness of a tissue on a T1-weighted image (white matter 0.8, fluid 0.12), by label of the left side.
T1_LEVELS: Dict[int, float] = {
    0: 0.02, 2: 0.8, 3: 0.52, 4: 0.12, 5: 0.14, 7: 0.78, 8: 0.5, 10: 0.66, 11: 0.54, 12: 0.6, 13: 0.74, 17: 0.52,
    18: 0.52, 25: 0.5, 26: 0.53, 28: 0.72, 30: 0.3, 136: 0.4, 137: 0.4, 14: 0.12, 15: 0.12, 16: 0.74, 24: 0.15,
    72: 0.15, 85: 0.6,
}  # fmt: skip
FLUID: Tuple[int, ...] = (4, 5, 14, 15, 24, 72)


def target_table() -> np.ndarray:
    """Channel of each source index: uint8 (len(SOURCE),)."""
    table = np.zeros(len(SOURCE), np.uint8)
    for channel, structure in enumerate(STRUCTURES, 1):
        for label in structure.labels:
            table[INDEX[label]] = channel
    return table


def swap_table() -> np.ndarray:
    """The channel of the other side for each channel: uint8 (CLASSES,)."""
    table = np.arange(CLASSES, dtype=np.uint8)
    half = len(PAIRED)
    table[1 : half + 1] = np.arange(half + 1, 2 * half + 1)
    table[half + 1 : 2 * half + 1] = np.arange(1, half + 1)
    return table


def t1_levels() -> np.ndarray:
    """T1 brightness of each source index, -1 where tissue outside the brain has none: float32 (len(SOURCE),)."""
    other = {right: left for left, right in SOURCE_PAIRS}
    return np.array([T1_LEVELS.get(other.get(label, label), -1.0) for label in SOURCE], np.float32)


def fluid_mask() -> np.ndarray:
    """Which source indexes are cerebrospinal fluid: bool (len(SOURCE),)."""
    other = {right: left for left, right in SOURCE_PAIRS}
    return np.array([other.get(label, label) in FLUID for label in SOURCE])
