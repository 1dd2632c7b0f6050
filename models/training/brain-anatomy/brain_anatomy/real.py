"""The shipped networks on real series, through the product's command line: volumes, agreement of contrasts, pictures.

    python3 -m brain_anatomy.real quality     writes results/real-quality.json and the model's pictures/; needs `npm run build`

An MPRAGE of a healthy head (sagittal), and T1 after contrast agent, T1, T2 and FLAIR of one patient with a brain tumour on one grid (oblique,
slices of 6.5 mm). No expert labels exist; the pictures are for looking at.
"""

import argparse
import itertools
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from cordon_training.paths import MODELS, REPOSITORY, data_root

from .evaluate import BRAIN, RESULTS
from .manifest import IDS
from .planes import Labelled, three_planes, write_picture
from .structures import NAMES, STRUCTURES

VENTRICLES = ("left-lateral-ventricle", "right-lateral-ventricle", "third-ventricle", "fourth-ventricle")
PUBLISHED = [
    "Published for healthy adults: one hippocampus 3.8 ± 0.5 mL (mean ± standard deviation of 302 volunteers, volBrain; Turk J Med Sci 49(5), 2019), "
    "1.7 to 5.7 mL over the studies in the literature; all ventricles together 16 mL in people in their twenties and 25 mL in their forties "
    "(means of 218 people; Neurosci Lett 395:155, 2006); brain and fluid 1.3 to 1.5 L (Matsumae et al., J Neurosurg 84:982, 1996).",
]


class Series(NamedTuple):
    """A real series: title, archive and folder in it, whether it is of the patient with the tumour."""

    title: str
    archive: str
    folder: str
    tumour: bool


SERIES: Tuple[Series, ...] = (
    Series("MPRAGE, sagittal", "dicom-brain-mprage/mprage.tar.xz", "mprage", False),
    Series("T1 after contrast agent", "dicom-brain-tumor-mr-study/data.tar.xz", "Study3/11-T1post-18670", True),
    Series("T1", "dicom-brain-tumor-mr-study/data.tar.xz", "Study3/26401-T1prereg-52906", True),
    Series("T2", "dicom-brain-tumor-mr-study/data.tar.xz", "Study3/37830-T2reg-78532", True),
    Series("FLAIR", "dicom-brain-tumor-mr-study/data.tar.xz", "Study3/36468-FLAIRreg-58706", True),
)


def segment(model: str, folder: Path, output: Path) -> Tuple[Optional[Dict[str, Any]], str]:
    """`cordon segment`: what it prints, or why it refused. Its JSON has no values of the method, its text has."""
    program = REPOSITORY / "server-adapter" / "bin" / "cordon.mjs"
    command = ["node", str(program), "segment", "--method", model, "--input", str(folder), "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        segments = re.findall(r"^(\d+) .*: \d+ voxels, ([\d.]+) ml$", done.stdout, re.MULTILINE)
        removed = re.findall(r"^Removed.*: ([\d.]+) \S+$", done.stdout, re.MULTILINE)
        warnings = re.findall(r"^warning: (.*)$", done.stderr, re.MULTILINE)
        return {"ml": {int(number): float(ml) for number, ml in segments}, "removedMl": float(removed[0]), "warnings": warnings}, ""
    if "NOT_A_HEAD" in done.stderr:
        return None, done.stderr.split(" — ")[1].strip()
    raise RuntimeError(done.stderr)


def read_series(folder: Path, labels_file: Path) -> Labelled:
    """The image of a series on the grid of its labels, as nibabel gives both."""
    import nibabel
    import pydicom

    labels = nibabel.load(str(labels_file))
    files = [pydicom.dcmread(path) for path in folder.iterdir() if path.is_file()]
    normal = np.cross(files[0].ImageOrientationPatient[:3], files[0].ImageOrientationPatient[3:])
    files.sort(key=lambda file: float(np.dot(normal, [float(value) for value in file.ImagePositionPatient])))
    image = np.stack([file.pixel_array.T for file in files], -1).astype(np.float32)
    return Labelled(image, np.asarray(labels.dataobj).astype(np.uint8), labels.affine)


def measure(report: Dict[str, Any]) -> Dict[str, Any]:
    """Volumes by structure from the product's report."""
    ml = {NAMES[number]: value for number, value in report["ml"].items()}
    return {
        "volumesMl": ml,
        "brainMl": round(sum(ml[NAMES[channel]] for channel in BRAIN), 1),
        "ventriclesMl": round(sum(ml[key] for key in VENTRICLES), 2),
        "scatteredMl": round(report["removedMl"], 2),
        "warnings": report["warnings"],
    }


def agreement(found: List[np.ndarray]) -> Dict[str, Tuple[float, float]]:
    """Mean and least Dice of each structure over all pairs of label volumes on one grid."""
    table = {}
    for channel in range(1, len(STRUCTURES) + 1):
        dice = [
            2 * ((a == channel) & (b == channel)).sum() / max(1, (a == channel).sum() + (b == channel).sum())
            for a, b in itertools.combinations(found, 2)
        ]
        table[NAMES[channel]] = (round(float(np.mean(dice)), 4), round(float(min(dice)), 4))
    return table


def run(name: str) -> Dict[str, Any]:
    """All series."""
    pictures = MODELS / IDS[name] / "pictures"
    pictures.mkdir(exist_ok=True)
    series: List[Dict[str, Any]] = []
    shown: List[Dict[str, str]] = []
    same_head: List[np.ndarray] = []
    with tempfile.TemporaryDirectory() as root:
        for archive in {entry.archive for entry in SERIES}:
            with tarfile.open(data_root() / archive) as packed:
                packed.extractall(root)
        for number, entry in enumerate(SERIES):
            output = Path(root) / f"{number}.nii.gz"
            report, reason = segment(IDS[name], Path(root) / entry.folder, output)
            if report is None:
                series.append({"title": entry.title, "refused": reason})
                continue
            labelled = read_series(Path(root) / entry.folder, output)
            series.append({"title": entry.title, "refused": "", **measure(report)})
            if entry.tumour:
                same_head.append(labelled.labels)
            file = f"real-{number + 1}.png"
            write_picture(three_planes(labelled), pictures / file)
            says = "patient with a tumour: what it displaces is a stated limit" if entry.tumour else "healthy head"
            shown.append({"title": entry.title, "file": file, "says": f"{says}; right of the patient on the left of the picture."})
            print(entry.title, series[-1]["brainMl"], flush=True)
    return {
        "run": name, "series": series, "published": PUBLISHED, "agreement": agreement(same_head) if len(same_head) > 1 else {},
        "pictures": shown,
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(IDS))
    name = parser.parse_args().name
    (RESULTS / f"real-{name}.json").write_text(json.dumps(run(name), indent=1) + "\n")


if __name__ == "__main__":
    main()
