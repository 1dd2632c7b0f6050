"""Measures of a segmentation against its reference, and their confidence intervals.

Definitions: Dice = 2|A and B| / (|A| + |B|), 1 where both are empty.  HD95 = the larger of the two directed
95th percentiles (linear) of surface distances; ASSD = mean of all surface distances of both directions; both
undefined (NaN) where one side is empty.  A surface voxel has a face neighbour outside the mask (4-neighbour
on a single slice, 6-neighbour in a volume); beyond the array counts as outside.  Distances are between voxel
centres, in the unit of `spacing`.
"""

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy import ndimage

RESAMPLES = 10_000


@dataclass(frozen=True)
class Overlap:
    """Measures of one class in one case; distances NaN where undefined."""

    dice: float
    jaccard: float
    hd95: float
    assd: float
    volume_error_percent: float
    reference_voxels: int
    predicted_voxels: int


def surface(mask: np.ndarray) -> np.ndarray:
    """Voxels of a mask that touch its outside through a face."""
    structure = ndimage.generate_binary_structure(mask.ndim, 1)
    return mask & ~ndimage.binary_erosion(mask, structure, border_value=0)


def surface_distances(a: np.ndarray, b: np.ndarray, spacing: Sequence[float]) -> Tuple[np.ndarray, np.ndarray]:
    """Distances from each surface voxel of a to the surface of b, and the reverse; both masks non-empty."""
    surface_a, surface_b = surface(a), surface(b)
    to_b = ndimage.distance_transform_edt(~surface_b, sampling=spacing)[surface_a]
    to_a = ndimage.distance_transform_edt(~surface_a, sampling=spacing)[surface_b]
    return to_b, to_a


def overlap(predicted: np.ndarray, reference: np.ndarray, spacing: Sequence[float]) -> Overlap:
    """Measures of one binary mask against its reference; a stack of one slice is measured as a slice."""
    if predicted.shape != reference.shape:
        raise ValueError(f"shapes {predicted.shape} and {reference.shape} differ - put both on one grid first")
    if predicted.ndim == 3 and predicted.shape[0] == 1:
        return overlap(predicted[0], reference[0], spacing[-2:])
    a, b = predicted.astype(bool), reference.astype(bool)
    both, total = int((a & b).sum()), int(a.sum()) + int(b.sum())
    dice = 2 * both / total if total else 1.0
    jaccard = both / (total - both) if total else 1.0
    hd95 = assd = float("nan")
    if a.any() and b.any():
        forward, backward = surface_distances(a, b, spacing)
        hd95 = float(max(np.percentile(forward, 95), np.percentile(backward, 95)))
        assd = float(np.concatenate([forward, backward]).mean())
    error = 100.0 * (int(a.sum()) - int(b.sum())) / int(b.sum()) if b.any() else float("nan")
    return Overlap(dice, jaccard, hd95, assd, error, int(b.sum()), int(a.sum()))


def slicewise(predicted: np.ndarray, reference: np.ndarray, spacing: Sequence[float]) -> Overlap:
    """A stack of unrelated slices: overlap over all of them, distances as the mean over slices where both exist."""
    whole = [overlap(p, r, spacing) for p, r in zip(predicted, reference)]
    a, b = predicted.astype(bool), reference.astype(bool)
    both, total = int((a & b).sum()), int(a.sum()) + int(b.sum())
    distances = np.array([[o.hd95, o.assd] for o in whole])
    known = distances[~np.isnan(distances[:, 0])]
    hd95, assd = known.mean(0) if len(known) else (float("nan"), float("nan"))
    error = 100.0 * (int(a.sum()) - int(b.sum())) / int(b.sum()) if b.any() else float("nan")
    return Overlap(
        2 * both / total if total else 1.0,
        both / (total - both) if total else 1.0,
        float(hd95),
        float(assd),
        error,
        int(b.sum()),
        int(a.sum()),
    )


def bootstrap_interval(
    values: Sequence[float], groups: Optional[Sequence[str]] = None, seed: int = 0
) -> Tuple[float, float, float]:
    """Mean and its 95 % percentile bootstrap interval; NaN are left out.  Values of one group are drawn together."""
    array = np.asarray(values, float)
    names = np.asarray(groups if groups is not None else [str(i) for i in range(len(array))])
    keep = ~np.isnan(array)
    array, names = array[keep], names[keep]
    if not len(array):
        return float("nan"), float("nan"), float("nan")
    _, index = np.unique(names, return_inverse=True)
    sums, counts = np.bincount(index, array), np.bincount(index)
    draws = np.random.RandomState(seed).randint(0, len(sums), (RESAMPLES, len(sums)))
    means = sums[draws].sum(1) / counts[draws].sum(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(array.mean()), float(low), float(high)


def targets_of_slices(predicted: np.ndarray, reference: np.ndarray) -> List[Tuple[int, float]]:
    """(pixels, recall) of every 8-connected cross-section of a structure in every slice; specks under 5 pixels left out."""
    found: List[Tuple[int, float]] = []
    for p, r in zip(predicted.astype(bool), reference.astype(bool)):
        components, count = ndimage.label(r, np.ones((3, 3)))
        sizes = np.bincount(components.ravel(), minlength=count + 1)
        hits = np.bincount(components[p], minlength=count + 1)
        found += [(int(sizes[k]), float(hits[k]) / float(sizes[k])) for k in range(1, count + 1) if sizes[k] >= 5]
    return found


def small_target_recall(targets: Sequence[Tuple[int, float]]) -> Dict[str, float]:
    """Mean recall over targets smaller than the 25th percentile of all targets' sizes."""
    sizes = np.array([size for size, _ in targets])
    limit = float(np.percentile(sizes, 25))
    small = [recall for size, recall in targets if size < limit]
    return {"pixelsBelow": limit, "targets": len(small), "recall": float(np.mean(small)) if small else float("nan")}
