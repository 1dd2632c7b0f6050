"""Evaluate three fixed test cases of each shipped model again and compare with models/comparison.json.

    python3 -m cordon_training.recheck [MODEL...]

The weights are read out of the ONNX files.  Exit status 1 when a Dice (or, for nuclei, an AP50) differs by
more than 0.002.  Only shipped models are checked; their test results are already final.
"""

import json
import sys
from typing import Any, Dict, List

import torch

from .dataset import SelectedCases
from .evaluate import evaluate_case, evaluate_instances
from .learners import DetectorLearner
from .parity import learner_from_graphs
from .paths import MODELS, compared_models

TOLERANCE = 0.002


def fixed_cases(cases: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The first, the middle and the last case."""
    return [cases[0], cases[len(cases) // 2], cases[-1]]


def scores(case: Dict[str, Any]) -> Dict[str, float]:
    """What is compared: Dice per class, or AP50 and foreground Dice."""
    if "classes" in case:
        return {f"Dice of {value}": entry["dice"] for value, entry in case["classes"].items()}
    return {"AP50": case["ap50"], "Dice": case["dice"]}


def recheck(model: str, committed: Dict[str, Any]) -> int:
    """Number of disagreeing measures of one model."""
    learner = learner_from_graphs(MODELS / model)
    chosen = fixed_cases(committed["cases"])
    data = SelectedCases(learner.task, [case["case"] for case in chosen])
    wrong = 0
    for span, case in zip(data.spans["test"], chosen):
        if isinstance(learner, DetectorLearner) and "ap50" in case:
            again = evaluate_instances(learner, data, span)
        else:
            again = evaluate_case(learner, data, span)
        for name, value in scores(again).items():
            expected = scores(case)[name]
            agrees = abs(value - expected) <= TOLERANCE
            wrong += not agrees
            print(f"{'ok ' if agrees else 'BAD'} {model} {span.id} {name}: {value:.4f}, committed {expected:.4f}", flush=True)
    return wrong


def main() -> None:
    """Command line."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    runs = {run["run"]: run for run in json.loads((MODELS / "comparison.json").read_text())["runs"]}
    wanted = sys.argv[1:] or compared_models()
    sys.exit(1 if sum(recheck(model, runs[model]) for model in wanted) else 0)


if __name__ == "__main__":
    main()
