"""Coded term and colour of each structure, and what a head must look like.

Codes are those of DICOM's context groups (CID 7140, 7160 and others), the same as in the workbench's table of terms; sides are
modifiers. Colours follow the table that readers of FreeSurfer know; left and right share one.
"""

from typing import Any, Dict, List, Tuple

from .structures import PAIRED, STRUCTURES, Structure

# key: scheme, code value, meaning, colour.
TERMS: Dict[str, Tuple[str, str, str, Tuple[int, int, int]]] = {
    "cerebral-white-matter": ("SCT", "68523003", "Cerebral White Matter", (235, 235, 225)),
    "cerebral-cortex": ("SCT", "40146001", "Cerebral cortex", (205, 62, 78)),
    "lateral-ventricle": ("SCT", "66720007", "Lateral ventricle", (120, 18, 134)),
    "cerebellar-white-matter": ("SCT", "33060004", "Cerebellar white matter", (220, 248, 164)),
    "cerebellar-cortex": ("SCT", "25991003", "Cerebellar Cortex", (230, 148, 34)),
    "thalamus": ("SCT", "42695009", "Thalamus", (0, 118, 14)),
    "caudate": ("SCT", "11000004", "Caudate nucleus", (122, 186, 220)),
    "putamen": ("SCT", "89278009", "Putamen", (236, 13, 176)),
    "pallidum": ("SCT", "14738005", "Globus pallidus", (13, 48, 255)),
    "hippocampus": ("SCT", "5366008", "Hippocampus", (220, 216, 20)),
    "amygdala": ("SCT", "4958002", "Amygdala", (103, 255, 255)),
    "accumbens": ("SCT", "427667007", "Nucleus accumbens", (255, 165, 0)),
    "ventral-diencephalon": ("DCM", "110700", "Ventral Diencephalon", (165, 42, 42)),
    "third-ventricle": ("SCT", "49841001", "Third ventricle", (204, 182, 142)),
    "fourth-ventricle": ("SCT", "35918002", "Fourth ventricle", (42, 204, 164)),
    "brain-stem": ("SCT", "119238007", "Brain stem", (119, 159, 176)),
    "csf": ("SCT", "65216001", "Cerebrospinal Fluid", (60, 60, 210)),
}  # fmt: skip
SIDES: Dict[str, Dict[str, str]] = {
    "left": {"scheme": "SCT", "value": "7771000", "meaning": "Left"},
    "right": {"scheme": "SCT", "value": "24028007", "meaning": "Right"},
}
FLUID = ("csf",)


def name_of(structure: Structure) -> str:
    """`Hippocampus, left`."""
    meaning = TERMS[structure.key][2]
    return f"{meaning}, {structure.side}" if structure.side else meaning


def classes() -> List[Dict[str, Any]]:
    """Coded terms for the manifest; value = channel."""
    described = []
    for value, structure in enumerate(STRUCTURES, 1):
        scheme, code, meaning, colour = TERMS[structure.key]
        described.append(
            {
                "value": value,
                "name": name_of(structure),
                "category": {"scheme": "SCT", "value": "91723000", "meaning": "Anatomical Structure"},
                "type": {"scheme": scheme, "value": code, "meaning": meaning},
                "typeModifiers": [SIDES[structure.side]] if structure.side else [],
                "rgb": list(colour),
            }
        )
    return described


def head_settings() -> Dict[str, Any]:
    """What the labels of a head must look like (see the viewer's head check). Adult brains have 0.9 to 1.8 litres."""
    half = len(PAIRED)
    channel = {structure.key: value for value, structure in enumerate(STRUCTURES, 1)}
    return {
        "brain": [value for value, structure in enumerate(STRUCTURES, 1) if structure.key not in FLUID],
        "mayEnd": [channel["brain-stem"]],
        "pairs": [[value, value + half] for value in range(1, half + 1)],
        "brainMl": [700, 2200],
        "sideRatio": 1.3,
        "minimumStructures": 20,
        "scatter": 0.15,
        "steady": 0.82,
    }
