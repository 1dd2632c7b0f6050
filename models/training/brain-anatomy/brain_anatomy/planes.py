"""Pictures of labels on an image in three planes, as a radiologist reads them: right of the patient on the left, up is up."""

from pathlib import Path
from typing import List, NamedTuple

import cv2
import numpy as np
from scipy import ndimage

from .structures import STRUCTURES
from .terms import TERMS

STEP_MM = 0.8
OPACITY = 0.45
SIDE_MM = 230


class Labelled(NamedTuple):
    """Image and labels on one grid with the affine of NIfTI (RAS, mm)."""

    image: np.ndarray
    labels: np.ndarray
    affine: np.ndarray


def colours() -> np.ndarray:
    """BGR of each channel."""
    table = np.zeros((len(STRUCTURES) + 1, 3), np.float32)
    for channel, structure in enumerate(STRUCTURES, 1):
        table[channel] = TERMS[structure.key][3][::-1]
    return table


def _centre(labelled: Labelled) -> np.ndarray:
    """Middle of the labels, or of the image, in RAS mm."""
    places = np.argwhere(labelled.labels > 0)
    middle = places.mean(0) if len(places) else (np.array(labelled.labels.shape) - 1) / 2
    return np.asarray(labelled.affine @ np.append(middle, 1))[:3]


def _plane(labelled: Labelled, centre: np.ndarray, across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """One square plane, `across` to the right of the picture and `up` upwards: BGR."""
    half = int(SIDE_MM / STEP_MM / 2)
    steps = np.arange(-half, half) * STEP_MM
    ras = centre + steps[None, :, None] * across + steps[::-1, None, None] * up
    inverse = np.linalg.inv(labelled.affine)
    ijk = np.moveaxis(ras @ inverse[:3, :3].T + inverse[:3, 3], -1, 0)
    image = ndimage.map_coordinates(labelled.image, ijk, order=1, cval=float(labelled.image.min()))
    labels = ndimage.map_coordinates(labelled.labels, ijk, order=0)
    low, high = np.percentile(labelled.image, (1, 99.5))
    grey = ((image - low) / max(high - low, 1e-6)).clip(0, 1)[..., None].repeat(3, -1) * 255
    share = np.where(labels[..., None] > 0, OPACITY, 0)
    return np.asarray((grey * (1 - share) + colours()[labels] * share).round().astype(np.uint8))


def three_planes(labelled: Labelled) -> np.ndarray:
    """Axial, coronal and sagittal through the middle of the labels, the sagittal 12 mm to the right of it."""
    centre = _centre(labelled)
    left, front, top = np.array([-1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0])
    planes: List[np.ndarray] = [
        _plane(labelled, centre, left, front),
        _plane(labelled, centre, left, top),
        _plane(labelled, centre - 12 * left, -front, top),
    ]
    return np.concatenate(planes, 1)


def write_picture(picture: np.ndarray, path: Path) -> None:
    """PNG."""
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
