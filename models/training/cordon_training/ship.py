"""Write the folder of a shipped model: graphs, golden files, metadata.json, card and pictures.

    python3 -m cordon_training.ship hippocampus-mr unet       needs results/<run>.json and the `onnx` package
    python3 -m cordon_training.ship --refresh                 writes metrics, status and cards of all again, and models/index.json
"""

import argparse
import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, List

import torch

from .cards import write_card
from .comparison import summary_of_run
from .dataset import Dataset
from .evaluate import RESULTS, load_learner
from .golden import write_golden
from .graphs import graphs_of
from .manifest import build_manifest, sha256
from .onnx_file import read_weights, write_graph
from .paths import MODELS, is_compared
from .pictures import shown_cases, write_pictures
from .resume import load_record, load_weights, resume_paths
from .tasks import TASKS, Task

LARGEST_GRAPH = 4_000_000
NOT_EXPORTED = ("num_batches_tracked", "auxiliary.")


def check_weights(run_id: str, folder: Path, names: List[str]) -> None:
    """Every weight of the resume point must be in the files under its own name, with the same value."""
    stored: Dict[str, torch.Tensor] = {}
    for name in names:
        stored.update(read_weights(folder / name))
    for key, value in load_weights(run_id).items():
        if any(part in key for part in NOT_EXPORTED):
            continue
        if key not in stored or not torch.equal(stored[key], value.float()):
            raise ValueError(f"{run_id}: {key} is not in the exported graph - export it again")


def ship(task: Task, architecture: str) -> None:
    """Export one trained network."""
    run_id = f"{task.id}-{architecture}"
    folder = MODELS / run_id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    learner = load_learner(run_id, task, architecture)
    result = json.loads((RESULTS / f"{run_id}.json").read_text())
    record = load_record(run_id)
    write_pictures(learner, Dataset(task), result["cases"], folder / "pictures")
    files: List[Dict[str, Any]] = []
    learner = load_learner(run_id, task, architecture)
    graphs = graphs_of(learner)
    for graph in graphs:
        path = folder / f"{graph.name}.onnx"
        write_graph(graph, path)
        if path.stat().st_size > LARGEST_GRAPH:
            raise ValueError(f"{path.name} of {run_id} has {path.stat().st_size} bytes, more than {LARGEST_GRAPH}")
        alternatives = any(other.name == "model-webgpu" for other in graphs)
        providers = ["webgpu"] if graph.name == "model-webgpu" else ["wasm"] if alternatives else ["wasm", "webgpu"]
        role = "model" if graph.name.startswith("model") else graph.name
        files.append({"path": path.name, "role": role, "providers": providers, "outputs": graph.outputs})
    check_weights(run_id, folder, [entry["path"] for entry in files])
    golden_learner = load_learner(run_id, task, architecture)
    golden = write_golden(golden_learner, graphs, folder)
    training = {
        "run": run_id,
        "seed": 0,
        "iterations": record["iteration"],
        "cpuSeconds": round(record["cpuSeconds"]),
        "framework": f"PyTorch {torch.__version__}",
        "resumePoint": {"path": f"training/resume/{run_id}.npz", "sha256": sha256(resume_paths(run_id)[0])},
        "command": f"python3 -m cordon_training.train {task.id} {architecture}",
        "status": "experimental",
    }
    summary = summary_of_run(result, record)
    training["status"] = summary["status"]
    manifest = build_manifest(task, architecture, folder, files, golden, training, summary["metrics"])
    (folder / "metadata.json").write_text(json.dumps(manifest, indent=2) + "\n")
    write_card(folder, manifest, summary, shown_cases(result["cases"]))
    print(run_id, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()), "bytes", flush=True)


def refresh(folder: Path) -> None:
    """Write metrics, status and card of a shipped model again from its results; graphs and golden files stay."""
    path = folder / "metadata.json"
    manifest = json.loads(path.read_text())
    run_id = manifest["cordon"]["training"]["run"]
    result = json.loads((RESULTS / f"{run_id}.json").read_text())
    if result["iteration"] != manifest["cordon"]["training"]["iterations"]:
        raise ValueError(f"{run_id}: results are of another training than the graphs - ship it again")
    summary = summary_of_run(result, load_record(run_id))
    manifest["eval_metrics"] = summary["metrics"]
    manifest["cordon"]["training"]["status"] = summary["status"]
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    write_card(folder, manifest, summary, shown_cases(result["cases"]))


def write_index() -> None:
    """models/index.json: what a catalog needs to list the models without opening each manifest."""
    entries = []
    for path in sorted(MODELS.glob("*/metadata.json")):
        manifest = json.loads(path.read_text())
        own = manifest["cordon"]
        entries.append(
            {
                "id": own["id"],
                "title": own["title"],
                "version": manifest["version"],
                "task": manifest["task"],
                "architecture": own["architecture"],
                "modalities": own["modalities"],
                "manifest": f"{own['id']}/metadata.json",
                "manifestSha256": sha256(path),
                "bytes": sum(entry["bytes"] for entry in own["files"]),
                "licence": own["licence"]["weights"],
                "status": own["training"]["status"],
            }
        )
    (MODELS / "index.json").write_text(json.dumps({"schema": "cordon-models/1", "models": entries}, indent=2) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="?", choices=sorted(TASKS))
    parser.add_argument("architectures", nargs="*")
    parser.add_argument("--refresh", action="store_true")
    given = parser.parse_args()
    os.nice(5)
    torch.set_num_threads(1)
    for architecture in given.architectures:
        ship(TASKS[given.task], architecture)
    if given.refresh:
        for path in sorted(MODELS.glob("*/metadata.json")):
            if is_compared(path.parent):
                refresh(path.parent)
    write_index()


if __name__ == "__main__":
    main()
