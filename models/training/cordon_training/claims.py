"""What textbooks claim of each network, held against the comparison: supported, contradicted or cannot tell.

A claim that one network is better than another is judged by the paired difference over the test cases: its 95 %
bootstrap interval lies on the claimed side of zero (supported), on the other (contradicted), or covers zero.
A claim about cost is judged by the measured numbers, with a margin of 10 %.
"""

from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from .metrics import bootstrap_interval

Runs = Dict[str, Dict[str, Any]]
Verdict = Tuple[str, str]
SUPPORTED, CONTRADICTED, UNKNOWN = "supported", "contradicted", "cannot tell"
TASK_IDS = ("hippocampus-mr", "lungs-cxr", "lv-cine-mr")


def case_value(case: Dict[str, Any], key: str) -> float:
    """Mean over the classes of one case's score; nan where a class has none."""
    values = [entry[key] for entry in case["classes"].values()]
    return float("nan") if any(value is None for value in values) else float(np.mean(values))


def paired(runs: Runs, better: str, worse: str, key: str = "dice") -> Verdict:
    """Judge 'better beats worse' on every task where both were trained for equally long."""
    verdicts: List[str] = []
    figures: List[str] = []
    flat: List[bool] = []
    sign = 1 if key == "dice" else -1
    for task in TASK_IDS:
        a, b = runs.get(f"{task}-{better}"), runs.get(f"{task}-{worse}")
        if a is None or b is None or a["iteration"] != b["iteration"]:
            continue
        values = [sign * (case_value(x, key) - case_value(y, key)) for x, y in zip(a["cases"], b["cases"])]
        mean, low, high = bootstrap_interval(values, [case["group"] for case in a["cases"]])
        verdicts.append(SUPPORTED if low > 0 else CONTRADICTED if high < 0 else UNKNOWN)
        flat += [a["flattened"], b["flattened"]]
        name = "Dice" if key == "dice" else "HD95"
        figures.append(f"{task}: {name} {sign * mean:+.3f} ({min(sign * low, sign * high):+.3f} to {max(sign * low, sign * high):+.3f})")
    verdict = _together(verdicts)
    if verdict != UNKNOWN and not all(flat):
        verdict += " so far (curves not flat)"
    return verdict, "; ".join(figures) or "not trained for equally many iterations"


def _together(verdicts: List[str]) -> str:
    kinds = set(verdicts)
    if kinds == {SUPPORTED} or kinds == {CONTRADICTED}:
        return verdicts[0]
    if SUPPORTED in kinds and CONTRADICTED in kinds:
        return f"{UNKNOWN} (the tasks disagree)"
    if SUPPORTED in kinds or CONTRADICTED in kinds:
        return f"{SUPPORTED if SUPPORTED in kinds else CONTRADICTED} on one task, {UNKNOWN} on another"
    return UNKNOWN


def cheaper(runs: Runs, less: str, more: str, key: str, unit: str) -> Verdict:
    """Judge 'less costs less than more' by a measured cost on the hippocampus (else the first common task)."""
    for task in TASK_IDS:
        a, b = runs.get(f"{task}-{less}"), runs.get(f"{task}-{more}")
        if a is None or b is None or a.get(key) is None or b.get(key) is None:
            continue
        first, second = (float(np.median(run[key])) for run in (a, b))
        verdict = SUPPORTED if first < 0.9 * second else CONTRADICTED if first > 1.1 * second else UNKNOWN
        return verdict, f"{task}: {first:,.0f} against {second:,.0f} {unit}"
    return UNKNOWN, "not measured"


def small_targets(runs: Runs, worse: str, better: str) -> Verdict:
    """Judge 'worse finds less of small targets than better' by the recall of small targets; no interval, so a margin of 0.02."""
    verdicts, figures = [], []
    for task in TASK_IDS:
        a, b = runs.get(f"{task}-{worse}"), runs.get(f"{task}-{better}")
        if a is None or b is None or a["iteration"] != b["iteration"]:
            continue
        first, second = (run["metrics"]["smallTargetRecall"]["recall"] for run in (a, b))
        verdicts.append(SUPPORTED if first < second - 0.02 else CONTRADICTED if first > second + 0.02 else UNKNOWN)
        figures.append(f"{task}: recall {first:.3f} against {second:.3f}")
    return _together(verdicts), "; ".join(figures) or "not trained for equally many iterations"


def instances_apart(runs: Runs) -> Verdict:
    """Judge 'separates touching objects' by F1 and AJI of the nuclei."""
    run = runs.get("nuclei-mask-rcnn")
    if run is None:
        return UNKNOWN, "not trained"
    ap50, aji = run["metrics"]["ap50"], run["metrics"]["aji"][0]
    figure = f"nuclei: AP50 {ap50:.3f}, AJI {aji:.3f} after {run['iteration']} iterations; no other network here gives instances"
    return (SUPPORTED if ap50 >= 0.75 else UNKNOWN), figure


def fewer_data(runs: Runs) -> Verdict:
    """Judge 'learns from few annotated images with strong augmentation' by the small-data runs."""
    few, all_cases = runs.get("lungs-cxr-unet-10percent"), runs.get("lungs-cxr-unet")
    if few is None or all_cases is None:
        return UNKNOWN, "the small-data runs are not trained yet"
    loss = all_cases["metrics"]["dice"][0] - few["metrics"]["dice"][0]
    figure = f"lungs with 10 % of the cases: Dice {few['metrics']['dice'][0]:.3f} against {all_cases['metrics']['dice'][0]:.3f}"
    return (SUPPORTED if loss < 0.02 else CONTRADICTED if loss > 0.05 else UNKNOWN), figure


PARAMETERS, ADDS, TORCH = "parameters", "megaMultiplyAddsPerSlice", "torchMillisecondsPerCase"
Judge = Callable[[Runs], Verdict]
CLAIMS: List[Tuple[str, str, Judge]] = [
    ("Patch CNN", "few weights, simple to train", lambda r: cheaper(r, "patch-cnn", "unet", PARAMETERS, "parameters")),
    ("Patch CNN", "slow, because overlapping patches repeat work", lambda r: cheaper(r, "unet", "patch-cnn", ADDS, "million multiply-adds a slice, even in its dense form")),
    ("Patch CNN", "little context, so less accurate than fully convolutional networks", lambda r: paired(r, "fcn8s", "patch-cnn")),
    ("FCN-32s", "coarse outlines; skips (FCN-8s) repair them", lambda r: paired(r, "fcn8s", "fcn32s")),
    ("FCN-32s", "misses small targets", lambda r: small_targets(r, "fcn32s", "fcn8s")),
    ("FCN-8s", "less exact than U-Net", lambda r: paired(r, "unet", "fcn8s")),
    ("FCN-8s", "cheaper than U-Net", lambda r: cheaper(r, "fcn8s", "unet", ADDS, "million multiply-adds a slice")),
    ("U-Net", "learns from few annotated images with strong augmentation", fewer_data),
    ("U-Net", "sharper outlines than FCN (HD95)", lambda r: paired(r, "unet", "fcn8s", "hd95")),
    ("U-Net++", "more accurate than U-Net (ours has half of U-Net's width)", lambda r: paired(r, "unetpp", "unet")),
    ("U-Net++", "more computation and memory than U-Net", lambda r: cheaper(r, "unet", "unetpp", TORCH, "ms a case in PyTorch (ours has half the width)")),
    ("Non-local U-Net", "global context makes it more accurate than U-Net", lambda r: paired(r, "nonlocal-unet", "unet")),
    ("Non-local U-Net", "fewer parameters than U-Net", lambda r: cheaper(r, "nonlocal-unet", "unet", PARAMETERS, "parameters")),
    ("Non-local U-Net", "attention is expensive", lambda r: cheaper(r, "unet", "nonlocal-unet", TORCH, "ms a case in PyTorch")),
    ("V-Net", "3D context beats slices (hippocampus); 2D build elsewhere", lambda r: paired(r, "vnet", "unet")),
    ("V-Net", "expensive", lambda r: cheaper(r, "unet", "vnet", TORCH, "ms a case in PyTorch")),
    ("SegNet", "pooling indices save the memory of skips and work nearly as well as U-Net's (claim: not worse)", lambda r: paired(r, "segnet", "unet")),
    ("SegNet", "sharper outlines than FCN (HD95)", lambda r: paired(r, "segnet", "fcn8s", "hd95")),
    ("PSPNet", "pyramid pooling uses global context: better than FCN-8s", lambda r: paired(r, "pspnet", "fcn8s")),
    ("PSPNet", "loses small targets, because it has no skips", lambda r: small_targets(r, "pspnet", "unet")),
    ("Mask R-CNN", "separates touching objects into instances", instances_apart),
    ("Mask R-CNN", "slow: several stages", lambda r: cheaper(r, "unet", "mask-rcnn", TORCH, "ms a case in PyTorch")),
    ("Mask R-CNN", "coarse 28 x 28 masks: worse outlines than U-Net (HD95)", lambda r: paired(r, "unet", "mask-rcnn", "hd95")),
]


def judged(runs: Runs) -> List[Dict[str, str]]:
    """Every claim with its verdict and figure."""
    table = []
    for network, claim, judge in CLAIMS:
        verdict, figure = judge(runs)
        table.append({"network": network, "claim": claim, "verdict": verdict, "figure": figure})
    return table


def find(runs: List[Dict[str, Any]], run_id: str) -> Optional[Dict[str, Any]]:
    """A run by its id."""
    return next((run for run in runs if run["run"] == run_id), None)
