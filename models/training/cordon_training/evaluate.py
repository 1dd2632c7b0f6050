"""Evaluate a trained network per case and write results/<run>.json.

    python3 -m cordon_training.evaluate hippocampus-mr unet                 on the validation cases, printed only
    python3 -m cordon_training.evaluate hippocampus-mr unet --test          on the test cases, once, at the end

The weights are the 16-bit ones of the resume point, exactly those that are shipped.  Label maps are made on
the reference's own grid: probabilities are put back, then the largest wins; nothing is cleaned up.
"""

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch

from .dataset import Dataset, Span
from .instances import aggregated_jaccard, average_precision, match, without_overlap
from .learners import DetectorLearner, Learner, make_learner
from .metrics import Overlap, overlap, slicewise, small_target_recall, targets_of_slices
from .paths import TRAINING, data_root
from .prepare import prepare_case, restore
from .resume import load_record, load_weights
from .splits import subject_of
from .tasks import NUCLEI, TASKS, VENTRICLE, Task

RESULTS = TRAINING / "results"
MASK_THRESHOLD = 0.5
INSTANCE_SCORE = 0.5


def load_learner(run_id: str, task: Task, architecture: str) -> Learner:
    """A learner with the weights of a resume point."""
    learner = make_learner(task, architecture)
    learner.network.load_state_dict(load_weights(run_id))
    learner.network.eval()
    return learner


def label_map(learner: Learner, data: Dataset, span: Span, truth_shape: Tuple[int, ...]) -> np.ndarray:
    """Label map of a case on its reference's grid."""
    probabilities = learner.probabilities(data, span)
    return restore(learner.task, probabilities, truth_shape).argmax(0).astype(np.uint8)


def _rounded(measures: Overlap) -> Dict[str, Any]:
    plain = asdict(measures)
    return {
        key: (None if isinstance(value, float) and np.isnan(value) else round(value, 5)) for key, value in plain.items()
    }


def evaluate_case(learner: Learner, data: Dataset, span: Span) -> Dict[str, Any]:
    """Measures per class of one case, and its slice targets for the small-target recall."""
    task = learner.task
    truth = prepare_case(task, span.id, data_root()).truth
    predicted = label_map(learner, data, span, truth.shape)
    classes: Dict[str, Any] = {}
    targets: List[List[float]] = []
    for term in task.classes:
        p, r = predicted == term.value, truth == term.value
        spacing = (1.0,) * (2 if task is VENTRICLE else 3)
        measures = slicewise(p, r, spacing) if task is VENTRICLE else overlap(p, r, spacing)
        classes[str(term.value)] = _rounded(measures)
        targets += [[size, round(recall, 4)] for size, recall in targets_of_slices(p, r)]
    return {"case": span.id, "group": subject_of(task, span.id), "classes": classes, "targets": targets}


def evaluate_instances(learner: DetectorLearner, data: Dataset, span: Span) -> Dict[str, Any]:
    """Detections of one image with their measures."""
    reference = np.asarray(data.labels[span.start])
    found = learner.detect(data.case_inputs(span))[0]
    masks = [mask[0].numpy() > MASK_THRESHOLD for mask in found["masks"]]
    scores = [float(score) for score in found["scores"]]
    detections, _ = match(masks, scores, reference)
    kept = [i for i, score in enumerate(scores) if score >= INSTANCE_SCORE]
    apart = without_overlap([masks[i] for i in kept], [scores[i] for i in kept])
    final, hit = match(apart, [scores[i] for i in kept], reference)
    correct = sum(good for _, good in final)
    areas = np.bincount(reference.ravel())[1:]
    return {
        "case": span.id,
        "group": span.id,
        "references": int(len(areas)),
        "detections": [[round(score, 4), good] for score, good in detections],
        "ap50": round(average_precision(detections, len(areas)), 5),
        "aji": round(aggregated_jaccard(apart, reference), 5),
        "f1": round(2 * correct / max(1, len(final) + len(areas)), 5),
        "dice": _rounded(overlap(np.any(apart, 0) if apart else reference < 0, reference > 0, (1.0, 1.0)))["dice"],
        "targets": [[int(area), float(good)] for area, good in zip(areas, hit)],
    }


def evaluate_run(
    task: Task, architecture: str, part: str, run_id: Optional[str] = None, limit: Optional[int] = None
) -> Dict[str, Any]:
    """Evaluate all (or the first `limit`) cases of a part."""
    run_id = run_id or f"{task.id}-{architecture}"
    learner = load_learner(run_id, task, architecture)
    data = Dataset(task)
    spans = data.spans[part][:limit]
    if task is NUCLEI:
        assert isinstance(learner, DetectorLearner)
        cases = [evaluate_instances(learner, data, span) for span in spans]
    else:
        cases = [evaluate_case(learner, data, span) for span in spans]
    targets = [(int(size), float(recall)) for case in cases for size, recall in case.pop("targets")]
    return {
        "run": run_id,
        "task": task.id,
        "architecture": architecture,
        "part": part,
        "iteration": load_record(run_id)["iteration"],
        "smallTargets": small_target_recall(targets),
        "cases": cases,
    }


def keep_earlier(path: Path, iteration: int) -> None:
    """Rename the result of an earlier cycle end to <run>-at<iteration>, which is the name of its resume point."""
    if not path.exists():
        return
    earlier = json.loads(path.read_text())
    if earlier["iteration"] != iteration:
        earlier["run"] = f"{path.stem}-at{earlier['iteration']}"
        path.with_name(f"{earlier['run']}.json").write_text(json.dumps(earlier, separators=(",", ":")) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("architecture")
    parser.add_argument("--run", help="resume point, when it is not <task>-<architecture>")
    parser.add_argument("--test", action="store_true")
    given = parser.parse_args()
    os.nice(10)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    result = evaluate_run(TASKS[given.task], given.architecture, "test" if given.test else "validation", given.run)
    if given.test:
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{result['run']}.json"
        keep_earlier(path, result["iteration"])
        path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    first = result["cases"][0]
    if "classes" in first:
        for term in TASKS[given.task].classes:
            values = [[c["classes"][str(term.value)][k] for k in ("dice", "hd95", "assd")] for c in result["cases"]]
            print(result["run"], result["part"], term.name, np.nanmean(np.array(values, float), 0).round(4))
    else:
        print(result["run"], {key: round(float(np.mean([c[key] for c in result["cases"]])), 4) for key in ("ap50", "aji", "f1", "dice")})
    print(result["smallTargets"])


if __name__ == "__main__":
    main()
