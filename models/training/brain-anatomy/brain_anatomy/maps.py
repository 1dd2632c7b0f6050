"""The 20 label maps as source indexes in RAS at 1 mm, and their split by subject: 16 train, 2 validation, 2 test."""

from typing import Dict, Iterable, List

import numpy as np

from cordon_training.paths import cache_root, data_root

from .structures import CSF_INDEX, OUTSIDE_INDEXES, SOURCE

TRAIN: List[int] = list(range(1, 17))
VALIDATION: List[int] = [17, 18]
TEST: List[int] = [19, 20]


def load_map(subject: int) -> np.ndarray:
    """Source indexes of a subject, uint8 (256, 256, 256), axes right, anterior, superior, 1 mm; cached."""
    path = cache_root() / "brain-maps" / f"{subject:02d}.npy"
    if not path.exists():
        import nibabel

        image = nibabel.load(str(data_root() / "brain-label-maps" / f"training_seg_{subject:02d}.nii.gz"))
        labels = np.asarray(nibabel.as_closest_canonical(image).dataobj).astype(np.int64)
        table = np.full(1024, 255, np.uint8)
        table[SOURCE] = np.arange(len(SOURCE))
        indexes = table[labels]
        unknown = np.unique(labels[indexes == 255])
        if len(unknown):
            raise ValueError(f"map {subject}: labels {unknown.tolist()} have no meaning - add them to structures.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, indexes)
    return np.load(path)


def load_maps(subjects: Iterable[int]) -> Dict[int, np.ndarray]:
    """Several subjects' maps by number."""
    return {subject: load_map(subject) for subject in subjects}


def brain_centre(indexes: np.ndarray) -> List[float]:
    """Centre of the box around the brain (fluid not counted), in voxels = millimetres."""
    brain = (indexes > 0) & (indexes < OUTSIDE_INDEXES[0]) & (indexes != CSF_INDEX)
    centre = []
    for axis in range(3):
        inside = np.where(brain.any(axis=tuple(a for a in range(3) if a != axis)))[0]
        centre.append(float(inside[0] + inside[-1]) / 2)
    return centre
