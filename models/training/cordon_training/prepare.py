"""From the files of a data set to what a network sees, and back.  The manifest describes the same steps.

Every task: clip to the 0.5 and 99.5 percentiles (linear) of the whole case, subtract the mean, divide by
the population standard deviation; only then pad with 0.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

import cv2
import nibabel
import numpy as np

from .splits import patient_of
from .tasks import HIPPOCAMPUS, LUNGS, VENTRICLE, Task

VOLUME = (48, 64, 48)
SLICE_PAD = 8
CROP = 64


@dataclass
class Prepared:
    """One case: network slices and labels (s, rows, columns), the reference on its own grid, its file names."""

    id: str
    images: np.ndarray
    labels: np.ndarray
    truth: np.ndarray


def normalise(image: np.ndarray) -> np.ndarray:
    """Clip to percentiles 0.5 and 99.5, then z-score (ddof 0) over all voxels; returns float32."""
    image = image.astype(np.float32)
    low, high = np.percentile(image, [0.5, 99.5])
    image = np.clip(image, low, high)
    return ((image - image.mean()) / (image.std() + 1e-8)).astype(np.float32)


def centre_offset(shape: Tuple[int, ...]) -> Tuple[int, ...]:
    """Where a crop begins inside the padded volume: floor((target - size) / 2) on each axis."""
    return tuple((target - size) // 2 for target, size in zip(VOLUME, shape))


def pad_volume(volume: np.ndarray) -> np.ndarray:
    """Centre a crop in 48 x 64 x 48 zeros and pad its last axis to 64: slices of 64 x 64."""
    result = np.zeros((VOLUME[0], VOLUME[1], VOLUME[2] + 2 * SLICE_PAD), volume.dtype)
    o = centre_offset(volume.shape)
    s = volume.shape
    result[o[0] : o[0] + s[0], o[1] : o[1] + s[1], SLICE_PAD + o[2] : SLICE_PAD + o[2] + s[2]] = volume
    return result


def block_mean(image: np.ndarray, size: int) -> np.ndarray:
    """Mean of square blocks: (n*size, n*size) to (size, size)."""
    factor = image.shape[0] // size
    return image.reshape(size, factor, size, factor).mean((1, 3))


def read_gray(path: Path) -> np.ndarray:
    """A PNG as it is; raises FileNotFoundError when it cannot be read."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise FileNotFoundError(f"cannot read {path} - the data set is incomplete - fetch it again")
    return image


def prepare_case(task: Task, case: str, root: Path) -> Prepared:
    """Read and prepare one case."""
    folder = root / task.folder
    if task is HIPPOCAMPUS:
        image = np.asarray(nibabel.load(folder / "images" / f"{case}.nii.gz").dataobj)
        truth = np.asarray(nibabel.load(folder / "labels" / f"{case}.nii.gz").dataobj).astype(np.uint8)
        return Prepared(case, pad_volume(normalise(image)), pad_volume(truth), truth)
    if task is LUNGS:
        size = task.size[0]
        image = block_mean(read_gray(folder / "images" / f"{case}.png").astype(np.float32), size)
        truth = (read_gray(folder / "masks" / f"{case}.png") > 127).astype(np.uint8)
        labels = (block_mean(truth.astype(np.float32), size) >= 0.5).astype(np.uint8)
        return Prepared(case, normalise(image)[None], labels[None], truth[None])
    if task is VENTRICLE:
        images: List[np.ndarray] = []
        truths: List[np.ndarray] = []
        for path in sorted(folder.glob(f"*/images/{case}-IM-*.png")):
            assert patient_of(path.name) == case
            crop = read_gray(path)[CROP:-CROP, CROP:-CROP]
            images.append(normalise(crop))
            label = read_gray(path.parents[1] / "labels" / path.name)
            truths.append((label > 127).astype(np.uint8))
        truth = np.stack(truths)
        return Prepared(case, np.stack(images), truth[:, CROP:-CROP, CROP:-CROP].copy(), truth)
    image = read_gray(folder / "images" / f"{case}.png")
    instances = read_gray(folder / "instances" / f"{case}.png").astype(np.uint16)
    return Prepared(case, normalise(image)[None], instances[None], instances[None])


def restore(task: Task, probabilities: np.ndarray, truth_shape: Tuple[int, ...]) -> np.ndarray:
    """Probabilities (classes, s, rows, columns) from the network's grid back onto the reference's grid."""
    if task is HIPPOCAMPUS:
        o = centre_offset(truth_shape)
        s = truth_shape
        first = SLICE_PAD + o[2]
        return probabilities[:, o[0] : o[0] + s[0], o[1] : o[1] + s[1], first : first + s[2]]
    if task is LUNGS:
        size = (truth_shape[2], truth_shape[1])
        resized = [cv2.resize(channel[0], size, interpolation=cv2.INTER_LINEAR) for channel in probabilities]
        return np.stack(resized)[:, None]
    if task is VENTRICLE:
        pad = ((0, 0), (0, 0), (CROP, CROP), (CROP, CROP))
        result = np.pad(probabilities, pad)
        result[0] = np.pad(probabilities[0], pad[1:], constant_values=1.0)
        return result
    return probabilities
