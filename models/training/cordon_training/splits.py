"""Fixed splits by subject, written out as files.

    python3 -m cordon_training.splits          writes splits/<task>.json (needs the data)

The files are committed; training and evaluation only ever read them.
"""

import json
import re
from collections import OrderedDict
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np

from .paths import SPLITS, data_root
from .tasks import HIPPOCAMPUS, LUNGS, NUCLEI, TASKS, VENTRICLE, Task

PARTS = ("train", "validation", "test")
SEED = 20260101


def case_names(task: Task, root: Path) -> List[str]:
    """Every case of a task in ascending order; for the ventricle a case is a patient."""
    folder = root / task.folder
    if task is HIPPOCAMPUS:
        return sorted(path.name[: -len(".nii.gz")] for path in (folder / "images").glob("*.nii.gz"))
    if task is VENTRICLE:
        return sorted({patient_of(path.name) for path in folder.glob("*/images/*.png")})
    return sorted(path.stem for path in (folder / "images").glob("*.png"))


def patient_of(file_name: str) -> str:
    """Patient of a cine slice: 'SC-HF-I-05' of 'SC-HF-I-05-IM-0001-0027.dcm.png'."""
    match = re.match(r"(SC-.+?)-IM-", file_name)
    if match is None:
        raise ValueError(f"cannot read a patient from {file_name} - file names are SC-<group>-<number>-IM-...")
    return match.group(1)


def subject_of(task: Task, case: str) -> str:
    """The subject that must not appear in two parts.

    Hippocampus: cases 2k-1 and 2k look like the two sides of one person.  Elsewhere a case is a subject.
    """
    if task is HIPPOCAMPUS:
        return f"subject-{(int(case.split('_')[1]) + 1) // 2:03d}"
    return case


def _divide(subjects: Sequence[str], validation: int, test: int) -> Dict[str, str]:
    shuffled = list(np.random.RandomState(SEED).permutation(sorted(set(subjects))))
    part: Dict[str, str] = {}
    for index, subject in enumerate(shuffled):
        part[str(subject)] = "test" if index < test else "validation" if index < test + validation else "train"
    return part


def make_split(task: Task, root: Path) -> Dict[str, object]:
    """The split of one task as the JSON object that is committed."""
    cases = case_names(task, root)
    subjects = [subject_of(task, case) for case in cases]
    count = len(set(subjects))
    if task is HIPPOCAMPUS:
        part = _divide(subjects, round(0.1 * count), round(0.2 * count))
        rule = "by subject = floor((number + 1) / 2), shuffled, 20 % test, 10 % validation"
    elif task is LUNGS:
        part = _divide(subjects, 14, 28)
        rule = "by case, shuffled, 96 / 14 / 28"
    elif task is NUCLEI:
        part = _divide(subjects, 33, 67)
        rule = "by image, shuffled, 234 / 33 / 67 (the set names no subjects)"
    else:
        third = {patient_of(path.name) for path in (root / task.folder / "Sunnybrook_Part3" / "images").glob("*.png")}
        part = _divide([subject for subject in subjects if subject not in third], 6, 0)
        part.update({subject: "test" for subject in third})
        rule = "by patient, parts 1 and 2 shuffled into 24 train and 6 validation, part 3 is the test set"
    split: Dict[str, object] = OrderedDict(task=task.id, rule=rule, seed=SEED)
    for name in PARTS:
        split[name] = [case for case, subject in zip(cases, subjects) if part[subject] == name]
    return split


def load_split(task: Task) -> Dict[str, List[str]]:
    """The committed split: lists of case names under 'train', 'validation' and 'test'."""
    content = json.loads((SPLITS / f"{task.id}.json").read_text())
    return {name: list(content[name]) for name in PARTS}


def main() -> None:
    """Write all splits."""
    SPLITS.mkdir(exist_ok=True)
    for task in TASKS.values():
        split = make_split(task, data_root())
        (SPLITS / f"{task.id}.json").write_text(json.dumps(split, indent=1) + "\n")
        print(task.id, {name: len(split[name]) for name in PARTS})  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
