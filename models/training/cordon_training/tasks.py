"""The four tasks: what is segmented, on what grid the networks see it, and with what terms it is coded."""

from dataclasses import dataclass
from typing import Dict, Tuple


@dataclass(frozen=True)
class CodedClass:
    """One output channel: value in the label map, name, SNOMED CT type and its optional modifier (code, meaning)."""

    value: int
    name: str
    code: str
    meaning: str
    rgb: Tuple[int, int, int]
    modifier: Tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Task:
    """What all architectures of one task share.

    `size` is the slice (rows, columns) the networks see, `channels` the slices a network gets at once,
    `margin` the columns of padding that a volumetric network does not need.
    """

    id: str
    folder: str
    title: str
    size: Tuple[int, int]
    channels: int
    classes: Tuple[CodedClass, ...]
    batch: int
    flips: Tuple[str, ...]
    anchors: Tuple[int, ...]
    detector_scale: int
    distance_unit: str
    volumetric: bool = False
    volume_depth: int = 1
    margin: int = 0
    test_batch: int = 16

    @property
    def class_count(self) -> int:
        """Channels of the output, the background included."""
        return len(self.classes) + 1


HIPPOCAMPUS = Task(
    id="hippocampus-mr",
    folder="brain-hippocampus-mr",
    title="Hippocampus, anterior and posterior, on T1-weighted MR",
    size=(64, 64),
    channels=3,
    classes=(
        CodedClass(1, "Anterior hippocampus", "5366008", "Hippocampus", (220, 90, 70), ("255549009", "Anterior")),
        CodedClass(2, "Posterior hippocampus", "5366008", "Hippocampus", (70, 140, 220), ("255551008", "Posterior")),
    ),
    batch=16,
    flips=("slice",),
    anchors=(8, 16, 32, 64),
    detector_scale=2,
    distance_unit="mm",
    volumetric=True,
    volume_depth=48,
    margin=8,
)
LUNGS = Task(
    id="lungs-cxr",
    folder="chest-xray-montgomery",
    title="Lungs on frontal chest radiographs",
    size=(128, 128),
    channels=1,
    classes=(CodedClass(1, "Lung", "39607008", "Lung", (120, 180, 220)),),
    batch=4,
    flips=("column",),
    anchors=(16, 32, 64, 96),
    detector_scale=1,
    distance_unit="pixel of the 512 x 512 image",
)
VENTRICLE = Task(
    id="lv-cine-mr",
    folder="cardiac-cine-sunnybrook",
    title="Cavity of the left ventricle on short-axis cine MR",
    size=(128, 128),
    channels=1,
    classes=(CodedClass(1, "Left ventricle cavity", "87878005", "Left Ventricle", (210, 80, 80)),),
    batch=4,
    flips=("row", "column"),
    anchors=(8, 16, 32, 64),
    detector_scale=1,
    distance_unit="pixel",
)
NUCLEI = Task(
    id="nuclei",
    folder="nuclei-dsb2018",
    title="Cell nuclei, one instance each, on fluorescence microscopy",
    size=(256, 256),
    channels=1,
    classes=(CodedClass(1, "Nucleus", "84640000", "Nucleus", (140, 110, 210)),),
    batch=2,
    flips=("row", "column"),
    anchors=(8, 16, 32, 64),
    detector_scale=1,
    distance_unit="pixel",
)
TASKS: Dict[str, Task] = {task.id: task for task in (HIPPOCAMPUS, LUNGS, VENTRICLE, NUCLEI)}
