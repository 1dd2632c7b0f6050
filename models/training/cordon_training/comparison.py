"""models/comparison.json: every evaluated run with its per-case values, intervals, costs and training record.

    python3 -m cordon_training.comparison        reads results/, resume/ and latency.json, writes models/comparison.json

A network counts as flattened when its best mean validation Dice of the last third of the iterations is less than
0.005 above the best before (entries over the same cases only).  Costs are those of the architecture on the task.
"""

import json
from typing import Any, Dict, List

import numpy as np
import torch

from .architectures import TITLES
from .cost import multiply_adds, parameters, torch_milliseconds
from .dataset import Dataset
from .evaluate import RESULTS, load_learner
from .instances import average_precision
from .metrics import bootstrap_interval
from .paths import MODELS, TRAINING
from .resume import load_record
from .tasks import NUCLEI, TASKS

FLAT = 0.005
COSTS = TRAINING / "costs.json"
TARGETS: Dict[str, Dict[str, float]] = {
    "hippocampus-mr": {
        "unet": 0.88, "unetpp": 0.88, "vnet": 0.88, "fcn8s": 0.85, "segnet": 0.85, "pspnet": 0.85, "fcn32s": 0.80,
        "patch-cnn": 0.80,
    },
    "lungs-cxr": {"unet": 0.96, "unetpp": 0.96, "pspnet": 0.96},
    "lv-cine-mr": {name: 0.90 for name in TITLES},
    "nuclei": {"mask-rcnn": 0.75},
}


def rise_of_curve(curve: List[Dict[str, Any]]) -> float:
    """How much mean validation Dice rose over the last third of training (on the same number of cases)."""
    if not curve:
        return float("nan")
    cases = min(entry["cases"] for entry in curve)
    comparable = [entry for entry in curve if entry["cases"] == cases] or curve
    end = comparable[-1]["iteration"]
    earlier = [np.mean(entry["dice"]) for entry in comparable if entry["iteration"] <= 2 * end / 3]
    later = [np.mean(entry["dice"]) for entry in comparable if entry["iteration"] > 2 * end / 3]
    if not earlier or not later:
        return float("nan")
    return float(max(later) - max(earlier))


def interval(values: List[Any], groups: List[str]) -> List[float]:
    """[mean, low, high] rounded; None counts as undefined."""
    plain = [float("nan") if value is None else float(value) for value in values]
    return [round(number, 4) for number in bootstrap_interval(plain, groups)]


def metrics_of(result: Dict[str, Any]) -> Dict[str, Any]:
    """Aggregated measures of one evaluation."""
    task = TASKS[result["task"]]
    groups = [case["group"] for case in result["cases"]]
    if task is NUCLEI:
        detections = [tuple(entry) for case in result["cases"] for entry in case["detections"]]
        references = sum(case["references"] for case in result["cases"])
        pooled = average_precision(detections, references)  # type: ignore[arg-type]
        return {
            "ap50": round(pooled, 4),
            **{key: interval([case[key] for case in result["cases"]], groups) for key in ("aji", "f1", "dice")},
            "ap50PerImage": interval([case["ap50"] for case in result["cases"]], groups),
            "smallTargetRecall": result["smallTargets"],
        }
    classes = {}
    for term in task.classes:
        cases = [case["classes"][str(term.value)] for case in result["cases"]]
        classes[term.name] = {
            key: interval([case[key] for case in cases], groups)
            for key in ("dice", "jaccard", "hd95", "assd", "volume_error_percent")
        }
        classes[term.name]["casesWithoutDistance"] = sum(case["hd95"] is None for case in cases)
    mean = [float(np.mean([m["dice"] for m in case["classes"].values()])) for case in result["cases"]]
    hd95 = [[m["hd95"] for m in case["classes"].values()] for case in result["cases"]]
    known = [None if any(value is None for value in row) else float(np.mean(row)) for row in hd95]
    return {
        "dice": interval(mean, groups),
        "hd95": interval(known, groups),
        "distanceUnit": task.distance_unit,
        "classes": classes,
        "smallTargetRecall": result["smallTargets"],
    }


def score_of(metrics: Dict[str, Any]) -> float:
    """The number that targets are about."""
    return float(metrics["ap50"]) if "ap50" in metrics else float(metrics["dice"][0])


def summary_of_run(result: Dict[str, Any], record: Dict[str, Any]) -> Dict[str, Any]:
    """Metrics, training facts and status of one run."""
    metrics = metrics_of(result)
    target = TARGETS.get(result["task"], {}).get(result["architecture"])
    rise = rise_of_curve(record["curve"])
    flattened = bool(abs(rise) < FLAT or rise < 0) if not np.isnan(rise) else False
    reached = target is None or score_of(metrics) >= target
    status = "trained" if flattened and reached else "experimental"
    return {
        "metrics": metrics,
        "testCases": len(result["cases"]),
        "iteration": result["iteration"],
        "cpuSeconds": record["cpuSeconds"],
        "curve": record["curve"],
        "riseInLastThird": None if np.isnan(rise) else round(rise, 4),
        "flattened": flattened,
        "target": target,
        "reachedTarget": reached if target is not None else None,
        "status": status,
    }


def costs_of(run_id: str, task_id: str, architecture: str) -> Dict[str, Any]:
    """Parameters, multiply-adds and PyTorch latency, measured once and kept in costs.json."""
    known = json.loads(COSTS.read_text()) if COSTS.exists() else {}
    if run_id not in known:
        task = TASKS[task_id]
        learner = load_learner(run_id, task, architecture)
        data = Dataset(task)
        torch.set_num_threads(1)
        first = data.spans["validation"][0]
        known[run_id] = {
            "slicesPerCase": first.stop - first.start,
            "parameters": parameters(learner.network),
            "megaMultiplyAddsPerSlice": round(multiply_adds(learner, data) / 1e6, 1),
            "torchMillisecondsPerCase": torch_milliseconds(learner, data),
        }
        COSTS.write_text(json.dumps(known, indent=1) + "\n")
    return dict(known[run_id])


def main() -> None:
    """Write models/comparison.json."""
    latency_file = TRAINING / "latency.json"
    latency = json.loads(latency_file.read_text()) if latency_file.exists() else {}
    runs = []
    for path in sorted(RESULTS.glob("*.json")):
        result = json.loads(path.read_text())
        record = load_record(result["run"])
        plain = f"{result['task']}-{result['architecture']}"
        manifest = MODELS / plain / "metadata.json"
        files = json.loads(manifest.read_text())["cordon"]["files"] if manifest.exists() else []
        runs.append(
            {
                "run": result["run"],
                "task": result["task"],
                "architecture": result["architecture"],
                **summary_of_run(result, record),
                **costs_of(plain, result["task"], result["architecture"]),
                "fileBytes": sum(entry["bytes"] for entry in files if entry["path"] != "model-webgpu.onnx") or None,
                "wasmMillisecondsPerCase": latency.get(plain),
                "cases": result["cases"],
            }
        )
    (MODELS / "comparison.json").write_text(json.dumps({"schema": "cordon-comparison/1", "runs": runs}) + "\n")
    for run in runs:
        print(run["run"], run["iteration"], round(score_of(run["metrics"]), 4), run["status"])


if __name__ == "__main__":
    main()
