"""Measures of instance segmentation: AP at IoU 0.5 and the aggregated Jaccard index (AJI).

AP50: detections of all images sorted by score; each claims the unclaimed reference of its image with the
largest IoU if that is at least 0.5; area under the precision envelope over recall (all points).
AJI: Kumar et al., IEEE TMI 36(7), 2017: every reference takes the prediction with the largest IoU (each
prediction once); summed intersections over summed unions plus the pixels of unused predictions.
"""

from typing import List, Sequence, Tuple

import numpy as np


def iou_matrix(predicted: Sequence[np.ndarray], reference: np.ndarray) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Intersections (p, r) of binary masks with the instances 1..r of a label map, and both areas."""
    count = int(reference.max())
    flat = reference.ravel().astype(np.int64)
    areas = np.bincount(flat, minlength=count + 1)[1:]
    together = np.zeros((len(predicted), count))
    for row, mask in enumerate(predicted):
        together[row] = np.bincount(flat[mask.ravel().astype(bool)], minlength=count + 1)[1:]
    return together, np.array([int(mask.sum()) for mask in predicted], float), areas.astype(float)


def match(
    predicted: Sequence[np.ndarray], scores: Sequence[float], reference: np.ndarray, iou: float = 0.5
) -> Tuple[List[Tuple[float, bool]], np.ndarray]:
    """(score, correct) of each detection in descending score, and which references were found."""
    together, areas_p, areas_r = iou_matrix(predicted, reference)
    ratio = together / np.maximum(areas_p[:, None] + areas_r[None] - together, 1)
    found = np.zeros(ratio.shape[1], bool)
    result: List[Tuple[float, bool]] = []
    for row in np.argsort(-np.asarray(scores, float), kind="stable"):
        candidates = np.where(found, -1.0, ratio[row])
        best = int(candidates.argmax()) if len(candidates) else -1
        correct = best >= 0 and candidates[best] >= iou
        if correct:
            found[best] = True
        result.append((float(scores[row]), bool(correct)))
    return result, found


def average_precision(detections: Sequence[Tuple[float, bool]], references: int) -> float:
    """Area under the precision envelope of detections pooled over images."""
    if not references:
        return float("nan")
    ordered = sorted(detections, key=lambda entry: -entry[0])
    correct = np.cumsum([hit for _, hit in ordered])
    precision = correct / np.arange(1, len(ordered) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    hits = np.array([hit for _, hit in ordered], bool)
    return float(envelope[hits].sum() / references)


def aggregated_jaccard(predicted: Sequence[np.ndarray], reference: np.ndarray) -> float:
    """AJI of one image; predictions must not overlap."""
    together, areas_p, areas_r = iou_matrix(predicted, reference)
    if not len(areas_r):
        return 1.0 if not len(areas_p) else 0.0
    intersection = union = 0.0
    used = np.zeros(len(areas_p), bool)
    for column in range(len(areas_r)):
        unions = areas_p + areas_r[column] - together[:, column]
        ratio = np.where(used, -1.0, together[:, column] / np.maximum(unions, 1))
        best = int(ratio.argmax()) if len(ratio) else -1
        if best >= 0 and ratio[best] > 0:
            used[best] = True
            intersection += together[best, column]
            union += unions[best]
        else:
            union += areas_r[column]
    return float(intersection / (union + areas_p[~used].sum()))


def without_overlap(masks: Sequence[np.ndarray], scores: Sequence[float]) -> List[np.ndarray]:
    """Give every pixel to the highest-scoring instance that covers it; empty rests are kept as empty masks."""
    free = None
    result: List[np.ndarray] = [np.zeros(0)] * len(masks)
    for row in np.argsort(-np.asarray(scores, float), kind="stable"):
        mask = masks[row].astype(bool)
        free = np.ones_like(mask) if free is None else free
        result[row] = mask & free
        free = free & ~mask
    return result
