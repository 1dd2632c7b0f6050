"""models/README.md and its plots, generated from models/comparison.json.

    python3 -m cordon_training.report
"""

import json
from typing import Any, Dict, List, Optional

from .architectures import TITLES
from .cards import with_interval
from .claims import judged
from .comparison import rise_of_curve, score_of
from .experiments import experiment_lines
from .paths import MODELS, RESUME
from .plots import curve_plot, interval_plot
from .resume import load_record
from .tasks import NUCLEI, TASKS, Task
from .train import CYCLES

PLOTS = MODELS / "plots"
Run = Dict[str, Any]


def main_runs(runs: List[Run], task_id: str) -> Dict[str, List[Run]]:
    """Runs of the plain configuration (seed 0, all cases) of a task by architecture, whatever their iterations."""
    found: Dict[str, List[Run]] = {}
    for run in runs:
        plain = f"{task_id}-{run['architecture']}"
        if run["architecture"] in TITLES and run["task"] == task_id and run["run"] in (plain, f"{plain}-at{run['iteration']}"):
            found.setdefault(run["architecture"], []).append(run)
    return found


def level_of(runs: List[Run], task_id: str) -> Optional[int]:
    """The largest number of iterations at which most architectures of a task were evaluated."""
    counts: Dict[int, int] = {}
    for entries in main_runs(runs, task_id).values():
        for run in entries:
            counts[run["iteration"]] = counts.get(run["iteration"], 0) + 1
    if not counts:
        return None
    most = max(counts.values())
    return max(level for level, count in counts.items() if count == most)


def at_level(runs: List[Run], task_id: str) -> List[Run]:
    """One run an architecture, all with the same number of iterations, best first."""
    level = level_of(runs, task_id)
    chosen = [run for entries in main_runs(runs, task_id).values() for run in entries if run["iteration"] == level]
    return sorted(chosen, key=lambda run: -score_of(run["metrics"]))


def number(value: Optional[float], digits: int = 0) -> str:
    """A number for a table cell, or a dash."""
    return "–" if value is None else f"{value:,.{digits}f}"


def median(values: Optional[List[float]]) -> Optional[float]:
    """Median of raw samples."""
    return None if not values else sorted(values)[len(values) // 2]


def row_of(run: Run) -> str:
    """One line of a comparison table."""
    metrics = run["metrics"]
    small = metrics["smallTargetRecall"]
    rise = run["riseInLastThird"]
    flat = "yes" if run["flattened"] else f"no ({rise:+.3f})" if rise is not None else "no"
    target = "–" if run["target"] is None else f"{run['target']:.2f} {'reached' if run['reachedTarget'] else 'missed'}"
    return (
        f"| {TITLES[run['architecture']][0]} | {with_interval(metrics['dice'])} | {with_interval(metrics['hd95'], 2)} | "
        f"{small['recall']:.3f} | {number(run['parameters'] / 1e6, 2)} | {number(run['megaMultiplyAddsPerSlice'])} | "
        f"{number(run['fileBytes'] / 1e6 if run['fileBytes'] else None, 2)} | "
        f"{number(median(run['wasmMillisecondsPerCase']))} | {number(median(run['torchMillisecondsPerCase']))} | {flat} | {target} |"
    )


def table_of(task: Task, runs: List[Run]) -> List[str]:
    """The comparison table of one task at equal iterations."""
    chosen = at_level(runs, task.id)
    if not chosen:
        return []
    level = chosen[0]["iteration"]
    (PLOTS / f"{task.id}-dice.svg").write_text(
        interval_plot(
            f"{task.title}: Dice on {chosen[0]['testCases']} test cases",
            [(TITLES[run["architecture"]][0], run["metrics"]["dice"]) for run in chosen],
            "Dice",
        )
    )
    (PLOTS / f"{task.id}-curves.svg").write_text(
        curve_plot(f"{task.title}: validation Dice", {TITLES[r["architecture"]][0]: r["curve"] for r in chosen})
    )
    missing = [TITLES[name][0] for name in TITLES if name not in {run["architecture"] for run in chosen}]
    lines = [
        f"### {task.title} (`{task.id}`), {level} iterations each",
        "",
        f"{chosen[0]['testCases']} test cases; HD95 in {task.distance_unit}."
        + (f" Not in the table, because not evaluated at {level} iterations: {', '.join(missing)}." if missing else ""),
        "",
        "| network | Dice (95 % interval) | HD95 (95 % interval) | small targets, recall | parameters, M | multiply-adds a slice, M "
        "| file, MB | wasm, CPU ms a case | PyTorch, CPU ms a case | curve flat | target |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *[row_of(run) for run in chosen],
        "",
        f"![Dice](plots/{task.id}-dice.svg)",
        "",
        f"![validation curves](plots/{task.id}-curves.svg)",
        "",
    ]
    longer = [
        run for entries in main_runs(runs, task.id).values() for run in entries if run["iteration"] != level
    ]
    if longer:
        lines += ["Trained for another number of iterations (not to be compared with the table above):", ""]
        lines += ["| network | iterations | Dice (95 % interval) | HD95 (95 % interval) | curve flat | target |"]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        for run in sorted(longer, key=lambda entry: -score_of(entry["metrics"])):
            cells = row_of(run).split(" | ")
            lines.append(f"{cells[0]} | {run['iteration']} | {cells[1]} | {cells[2]} | {cells[9]} | {cells[10]}")
        lines.append("")
    return lines


def nuclei_lines(runs: List[Run]) -> List[str]:
    """The instance table."""
    chosen = [run for run in runs if run["task"] == NUCLEI.id]
    if not chosen:
        return []
    lines = [
        f"### {NUCLEI.title} (`{NUCLEI.id}`)",
        "",
        "| run | iterations | AP50 | AJI | F1 | Dice of the foreground | small nuclei found | curve flat | target |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for run in chosen:
        m = run["metrics"]
        lines.append(
            f"| {TITLES[run['architecture']][0]} | {run['iteration']} | {m['ap50']:.3f} | {with_interval(m['aji'])} | "
            f"{with_interval(m['f1'])} | {with_interval(m['dice'])} | {m['smallTargetRecall']['recall']:.3f} | "
            f"{'yes' if run['flattened'] else 'no'} | {run['target']:.2f} {'reached' if run['reachedTarget'] else 'missed'} |"
        )
    return [*lines, ""]


def shipped_lines() -> List[str]:
    """The list of shipped models."""
    index = json.loads((MODELS / "index.json").read_text())["models"]
    lines = ["| model | MB | status | licence of the weights |", "| --- | --- | --- | --- |"]
    for entry in index:
        lines.append(f"| [{entry['id']}]({entry['id']}/README.md) | {entry['bytes'] / 1e6:.2f} | {entry['status']} | {entry['licence']} |")
    total = sum(entry["bytes"] for entry in index) / 1e6
    return [*lines, "", f"{len(index)} models, {total:.1f} MB of graphs.", ""]


def remaining_lines() -> List[str]:
    """What is still to be trained, with measured seconds and the command."""
    lines = ["| run | iterations done | still rising by | CPU minutes for the next cycle | command, in `models/training` |"]
    lines.append("| --- | --- | --- | --- | --- |")
    total = 0.0
    seconds: Dict[str, float] = {}
    for path in sorted(RESUME.glob("*.json")):
        record = load_record(path.stem)
        if "-at" in path.stem or record["iteration"] >= CYCLES[-1]:
            continue
        task_id = next(task for task in TASKS if path.stem.startswith(task))
        architecture = path.stem[len(task_id) + 1 :]
        if architecture not in TITLES:
            continue
        cycle = CYCLES.index(record["iteration"]) + 1
        minutes = record["cpuSeconds"] / record["iteration"] * (CYCLES[cycle] - CYCLES[cycle - 1]) / 60
        total += minutes
        seconds[architecture] = record["cpuSeconds"] / record["iteration"]
        rise = rise_of_curve(record["curve"])
        lines.append(
            f"| {path.stem} | {record['iteration']} | {rise:+.3f} | {minutes:.0f} | "
            f"`python3 -m cordon_training.train {task_id} {architecture} --cycles {cycle + 1}` |"
        )
    absent = [
        (task_id, name) for task_id in ("hippocampus-mr", "lungs-cxr", "lv-cine-mr") for name in TITLES
        if not (RESUME / f"{task_id}-{name}.json").exists()
    ]
    if absent:
        hours = sum(seconds.get(name, 0.5) for _, name in absent) * CYCLES[0] / 3600
        names = ", ".join(f"{task_id} {name}" for task_id, name in absent)
        lines += ["", f"Not trained at all yet: {names}. About {hours:.1f} CPU hours for their first cycle."]
    lines += [
        "",
        f"The next cycles of the table above together: {total / 60:.1f} CPU hours. `training/start.sh` works through `training/queue.txt`, "
        "which holds all of them in order of value and skips what is done.",
    ]
    return [*lines, ""]


INTRODUCTION = """# Models

Ten architectures of the field, trained in this repository on public medical data, exported to ONNX, and compared on
the same data, split, iterations, augmentation and evaluation. **Research use only; none is a medical device.**
No weight was downloaded. This page is generated from [comparison.json](comparison.json), which holds every
per-case value; [training/](training/README.md) says how to train, evaluate and export again.

A folder holds one model: graphs with 16-bit weights, `metadata.json` (bundle-shaped manifest after
[manifest.schema.json](manifest.schema.json): every step before and after the graph), `README.md` (the card), and
`golden/` (a synthetic image with what the graph and the whole pipeline must answer).

## Read this first

The numbers below come from **short trainings on two shared CPU cores** (cycles that end at 500, 1,500 and, for some, 3,500 iterations), far from
what a GPU would allow. "Curve flat" says whether validation Dice still rose by more than 0.005 over the last third
of the training; where it says no, **the ranking is one of learning speed as much as of the networks**, and the model
is called experimental. A model is called trained only when its curve was flat and its target (if it has one) was reached.
Intervals are 95 % bootstrap intervals over test subjects; they say nothing about other seeds, scanners or hospitals.

- A curve that is flat at a cycle's end is flat partly because the learning rate has gone to zero; networks trained for a second
  cycle usually gain again.
- Every network was evaluated on the test cases once per cycle end, with one exception: after a first training of the patch CNN
  on the hippocampus (validation Dice 0.63) its sampling of patches was changed and it was trained anew, so its test cases
  were evaluated twice; the first result is not shown.
- On the left ventricle the validation set (6 patients) promised more than the test set (15 patients of another part of the data)
  gave: judge by the test set.
- First cycles were trained in 32-bit floats; second cycles of all networks but Mask R-CNN with bfloat16 products, 32-bit weights,
  sums and losses (each entry of a validation curve in comparison.json names its precision). Evaluation is always in 32 bits.
- Networks for the same task have different widths (see the parameters and multiply-adds columns): each was made to fit into 4 MB and a
  browser, not to be as wide as in its paper.
"""


def main() -> None:
    """Write models/README.md and models/plots/."""
    PLOTS.mkdir(exist_ok=True)
    runs: List[Run] = json.loads((MODELS / "comparison.json").read_text())["runs"]
    equal = {f"{task}-{run['architecture']}": run for task in TASKS for run in at_level(runs, task)}
    lines = [INTRODUCTION, "## Shipped models", "", *shipped_lines(), "## Comparison at equal iterations", ""]
    lines.append(
        "CPU time: one case (hippocampus: a volume of 48 slices; lungs: one radiograph; ventricle: the slices of one patient), one thread, "
        "in onnxruntime-web (wasm, Node) and PyTorch 1.13; file: what the wasm provider loads."
    )
    lines.append("")
    for task in TASKS.values():
        lines += nuclei_lines(runs) if task is NUCLEI else table_of(task, runs)
    lines += ["## Textbook claims", "", "| network | claim | verdict | figure |", "| --- | --- | --- | --- |"]
    for row in judged(equal):
        lines.append(f"| {row['network']} | {row['claim']} | **{row['verdict']}** | {row['figure']} |")
    lines += ["", "## Small data, seeds, normalisation", "", *experiment_lines(runs)]
    lines += ["## Still to be trained", "", *remaining_lines()]
    (MODELS / "README.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
