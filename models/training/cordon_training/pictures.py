"""Pictures for the model cards: the median and the worst test case, reference green, prediction red, both yellow."""

from pathlib import Path
from typing import Any, Dict, List, Tuple

import cv2
import numpy as np

from .dataset import Dataset, Span
from .evaluate import INSTANCE_SCORE, MASK_THRESHOLD, label_map
from .learners import DetectorLearner, Learner
from .paths import data_root
from .prepare import CROP, SLICE_PAD, centre_offset, prepare_case
from .tasks import HIPPOCAMPUS, LUNGS, NUCLEI, VENTRICLE, Task

ZOOM = 6


def outline(mask: np.ndarray) -> np.ndarray:
    """Pixels of a mask that touch its outside, 4-neighbours."""
    inside = mask.astype(np.uint8)
    return (inside > 0) & (cv2.erode(inside, np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)) == 0)


def overlay(image: np.ndarray, reference: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Enlarged slice with the outlines of every label of both maps; BGR."""
    low, high = np.percentile(image, [1, 99])
    gray = ((image - low) / max(high - low, 1e-6)).clip(0, 1) * 255
    zoom = max(1, min(ZOOM, 384 // max(image.shape)))
    size = (image.shape[1] * zoom, image.shape[0] * zoom)
    canvas = cv2.cvtColor(cv2.resize(gray.astype(np.uint8), size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2BGR)
    green, red = np.zeros(size[::-1], bool), np.zeros(size[::-1], bool)
    for labels, target in ((reference, green), (predicted, red)):
        large = cv2.resize(labels.astype(np.uint16), size, interpolation=cv2.INTER_NEAREST)
        for value in np.unique(large[large > 0]):
            target |= outline(large == value)
    canvas[green] = (0, 200, 0)
    canvas[red] = (40, 40, 230)
    canvas[green & red] = (0, 220, 230)
    return canvas


def _native_image(task: Task, data: Dataset, span: Span) -> np.ndarray:
    """Slices of the case on the reference's grid, for looking at."""
    images = np.asarray(data.images[span.start : span.stop])
    if task is LUNGS:
        return np.stack([cv2.resize(images[0], (512, 512), interpolation=cv2.INTER_LINEAR)])
    return images


def case_picture(learner: Learner, data: Dataset, span: Span) -> np.ndarray:
    """The slice of a case where reference and prediction differ most."""
    task = learner.task
    if task is NUCLEI:
        assert isinstance(learner, DetectorLearner)
        found = learner.detect(data.case_inputs(span))[0]
        predicted = np.zeros(task.size, np.uint16)
        for index in range(len(found["scores"]) - 1, -1, -1):
            if found["scores"][index] >= INSTANCE_SCORE:
                predicted[found["masks"][index, 0].numpy() > MASK_THRESHOLD] = index + 1
        return overlay(np.asarray(data.images[span.start]), np.asarray(data.labels[span.start]), predicted)
    truth = prepare_case(task, span.id, data_root()).truth
    predicted = label_map(learner, data, span, truth.shape)
    if task is HIPPOCAMPUS:
        o, s = centre_offset(truth.shape), truth.shape
        first = SLICE_PAD + o[2]
        images = np.asarray(data.images[span.start : span.stop])[o[0] : o[0] + s[0], o[1] : o[1] + s[1], first : first + s[2]]
    else:
        images = _native_image(task, data, span)
    if task is VENTRICLE:  # only the crop that the network saw
        truth, predicted = (labels[:, CROP:-CROP, CROP:-CROP] for labels in (truth, predicted))
    worst = int((truth != predicted).sum((1, 2)).argmax())
    picture = overlay(images[worst], truth[worst], predicted[worst])
    if task is HIPPOCAMPUS:
        picture = np.ascontiguousarray(picture.transpose(1, 0, 2)[::-1])  # anterior to the right, superior up
    return picture


def case_score(case: Dict[str, Any]) -> float:
    """Mean Dice over the classes of a case, or AP50."""
    if "classes" not in case:
        return float(case["ap50"])
    return float(np.mean([measures["dice"] for measures in case["classes"].values()]))


def shown_cases(cases: List[Dict[str, Any]]) -> List[Tuple[str, str, float]]:
    """(picture, case, score) of the median and of the worst case."""
    ordered = sorted(cases, key=case_score)
    chosen = (("typical.png", ordered[len(ordered) // 2]), ("failure.png", ordered[0]))
    return [(name, str(case["case"]), case_score(case)) for name, case in chosen]


def write_pictures(learner: Learner, data: Dataset, cases: List[Dict[str, Any]], folder: Path) -> None:
    """Write typical.png and failure.png."""
    folder.mkdir(parents=True, exist_ok=True)
    spans = {span.id: span for span in data.spans["test"]}
    for name, case, _ in shown_cases(cases):
        cv2.imwrite(str(folder / name), case_picture(learner, data, spans[case]))
