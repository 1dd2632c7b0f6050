"""Write the folder of a brain network: graph, golden files, manifest, card; then models/index.json.

    python3 -m brain_anatomy.ship quality        needs results/<name>.json and the `onnx` package
    python3 -m brain_anatomy.ship quality --card only the metrics and the card again

The real series and figures come from the product itself (`brain_anatomy.real`), so ship first, then these, then `--card`.
"""

import argparse
import json
from pathlib import Path
from typing import Any, Dict

import torch

from cordon_training.manifest import sha256
from cordon_training.onnx_file import read_weights, write_graph
from cordon_training.paths import MODELS
from cordon_training.resume import load_record, resume_paths
from cordon_training.ship import write_index

from .card import write_card
from .evaluate import RESULTS, summarise
from .golden import write_golden
from .graph import LabelGraph, graph_of
from .manifest import IDS, LARGEST_GRAPH, build_manifest
from .targets import status_of
from .weights import RESUME, load_graph


def check_weights(name: str, graph: LabelGraph, path: Path) -> None:
    """Every weight must be in the file under its own name, with the same value."""
    stored = read_weights(path)
    for key, value in graph.state_dict().items():
        found = stored.get(key)
        if found is None or not torch.equal(found, value.float()):
            raise ValueError(f"{name}: {key} is not in the exported graph - export it again")


def summary_of(name: str) -> Dict[str, Any]:
    """Measured summary; refuses results of another training than the weights."""
    result = json.loads((RESULTS / f"{name}.json").read_text())
    if result["iteration"] != load_record(name, RESUME)["iteration"]:
        raise ValueError(f"{name}: results are of iteration {result['iteration']} - evaluate again")
    return summarise(result)


def export(name: str, folder: Path) -> Dict[str, Any]:
    """Graph and golden files; returns the description of the latter."""
    folder.mkdir(exist_ok=True)
    graph = load_graph(name)
    path = folder / "model.onnx"
    write_graph(graph_of(graph), path)
    if path.stat().st_size > LARGEST_GRAPH[name]:
        raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {LARGEST_GRAPH[name]}")
    check_weights(name, graph, path)
    return write_golden(graph, folder)


def ship(name: str, card_only: bool) -> None:
    """One network."""
    folder = MODELS / IDS[name]
    summary, record = summary_of(name), load_record(name, RESUME)
    if card_only:
        golden = json.loads((folder / "metadata.json").read_text())["cordon"]["golden"]
    else:
        golden = export(name, folder)
    training = {
        "run": name,
        "seed": 0,
        "iterations": record["iteration"],
        "cpuSeconds": round(record["cpuSeconds"]),
        "framework": f"PyTorch {torch.__version__}",
        "resumePoint": {
            "path": f"training/brain-anatomy/resume/{name}.npz",
            "sha256": sha256(resume_paths(name, RESUME)[0]),
        },
        "command": f"./start.sh {name} ITERATIONS",
        "status": status_of(summary),
    }
    manifest = build_manifest(name, folder, golden, training, summary)
    (folder / "metadata.json").write_text(json.dumps(manifest, indent=2) + "\n")
    write_card(name, folder, manifest, record)
    write_index()
    print(IDS[name], training["status"], summary["1mm"]["dice"], flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(IDS))
    parser.add_argument("--card", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    ship(given.name, given.card)


if __name__ == "__main__":
    main()
