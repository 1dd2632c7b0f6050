"""Model cards: README.md of a shipped model, written from its manifest and its measured summary."""

from pathlib import Path
from typing import Any, Dict, List, Tuple

from .architectures import TITLES
from .provenance import PROVENANCE


def with_interval(values: List[float], digits: int = 3) -> str:
    """'0.873 (0.866 to 0.880)'."""
    mean, low, high = values
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def metric_rows(metrics: Dict[str, Any]) -> List[str]:
    """Table rows of one run's test results."""
    if "ap50" in metrics:
        return [
            "| measure | test images, mean with 95 % interval |",
            "| --- | --- |",
            f"| AP at IoU 0.5, all images pooled | {metrics['ap50']:.3f} |",
            f"| AP at IoU 0.5, a image | {with_interval(metrics['ap50PerImage'])} |",
            f"| aggregated Jaccard index | {with_interval(metrics['aji'])} |",
            f"| F1 at IoU 0.5, score 0.5 | {with_interval(metrics['f1'])} |",
            f"| Dice of the foreground | {with_interval(metrics['dice'])} |",
        ]
    unit = metrics["distanceUnit"]
    rows = [f"| structure | Dice | Jaccard | HD95, {unit} | ASSD, {unit} | volume error, % |", "| --- | --- | --- | --- | --- | --- |"]
    for name, values in metrics["classes"].items():
        rows.append(
            f"| {name} | {with_interval(values['dice'])} | {with_interval(values['jaccard'])} | "
            f"{with_interval(values['hd95'], 2)} | {with_interval(values['assd'], 2)} | "
            f"{with_interval(values['volume_error_percent'], 1)} |"
        )
    return rows


def write_card(
    folder: Path, manifest: Dict[str, Any], summary: Dict[str, Any], pictures: List[Tuple[str, str, float]]
) -> None:
    """Write README.md beside the manifest."""
    own = manifest["cordon"]
    task_id = own["id"][: -len(own["architecture"]) - 1]
    facts = PROVENANCE[task_id]
    title, paper = TITLES[own["architecture"]]
    target = summary["target"]
    reached = {None: "no target was set", True: "reached", False: "missed"}[summary["reachedTarget"]]
    rise = summary["riseInLastThird"]
    curve = "had flattened" if summary["flattened"] else "had NOT flattened"
    change = "" if rise is None else f" (change over the last third of training: {rise:+.4f} Dice)"
    small = summary["metrics"]["smallTargetRecall"]
    lines = [
        f"# {own['title']}",
        "",
        f"**{own['regulatoryStatus']}** Status: **{own['training']['status']}**.",
        "",
        f"{title}: {paper}. What was changed and why is said in `training/cordon_training/architectures/`.",
        "",
        "## Intended use",
        "",
        manifest["intended_use"],
        "",
        "Not for:",
        "",
        *[f"- {text}" for text in facts.contra_indications],
        "",
        "## Data and licence",
        "",
        f"{facts.data} Licence of the data: {facts.data_licence}. Licence of these weights: {facts.weights_licence}.",
        "The split is in `training/splits/`; the weights were trained here from random numbers.",
        "",
        "## Measured on the untouched test cases",
        "",
        f"{summary['testCases']} test cases, each evaluated once, with the 16-bit weights that are shipped and no cleaning up.",
        "Intervals: 95 %, bootstrap over subjects.",
        "",
        *metric_rows(summary["metrics"]),
        "",
        f"Recall of small targets (under {small['pixelsBelow']:.0f} pixels, the 25th percentile; {small['targets']} targets): "
        f"{small['recall']:.3f}.",
        "",
        f"Target of the project: {target if target is not None else 'none for this network'} - {reached}.",
        f"Trained for {summary['iteration']} iterations ({summary['cpuSeconds'] / 60:.0f} CPU minutes); "
        f"the validation curve {curve}{change}.",
        "",
        "## What it looks like",
        "",
        "Reference green, prediction red, both yellow; the slice of the case in which they differ most.",
        "",
        "| median test case | worst test case |",
        "| --- | --- |",
        "| " + " | ".join(f"![{name}](pictures/{name})" for name, _, _ in pictures) + " |",
        "| " + " | ".join(f"{case}: {score:.3f}" for _, case, score in pictures) + " |",
        "",
        "## References",
        "",
        *[f"- {text}" for text in manifest["references"]],
        "",
    ]
    (folder / "README.md").write_text("\n".join(lines))
