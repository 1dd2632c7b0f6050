"""Fresh random inputs and what PyTorch answers with the weights read out of each ONNX file.

    python3 -m cordon_training.parity FOLDER [MODEL...]

For each shipped model the floating point initialisers of its graphs are loaded into the training class
(nothing else is known to it: the resume point is not read), random inputs are drawn from the operating
system's entropy, and inputs and outputs are written to FOLDER with an index.json for the caller that runs
the same graphs in another runtime.  Class logits are written as probabilities.
"""

import json
import secrets
import sys
from pathlib import Path
from typing import Any, Dict, List

import torch

from .graphs import Graph, graphs_of
from .learners import Learner, make_learner
from .onnx_file import read_weights
from .paths import MODELS, compared_models
from .tasks import TASKS

LEFT_OUT = ("num_batches_tracked", "auxiliary.")


def learner_from_graphs(folder: Path) -> Learner:
    """The training class with the weights of the ONNX files of a shipped model, every one of them."""
    manifest = json.loads((folder / "metadata.json").read_text())["cordon"]
    task_id = manifest["id"][: -len(manifest["architecture"]) - 1]
    learner = make_learner(TASKS[task_id], manifest["architecture"])
    weights: Dict[str, torch.Tensor] = {}
    for entry in manifest["files"]:
        weights.update(read_weights(folder / entry["path"]))
    state = learner.network.state_dict()
    for name, value in state.items():
        if any(part in name for part in LEFT_OUT):
            continue
        if name not in weights or weights[name].shape != value.shape:
            raise ValueError(f"{manifest['id']}: {name} is not in the graphs - export the model again")
        state[name] = weights[name]
    learner.network.load_state_dict(state)
    learner.network.eval()
    return learner


def write_pair(learner: Learner, graph: Graph, folder: Path, model: str, file: str) -> Dict[str, Any]:
    """Write <model>-<graph>.in.f32 and .out<i>.f32."""
    seed = secrets.randbits(62)
    generator = torch.Generator().manual_seed(seed)
    example = torch.randn(graph.example.shape, generator=generator)
    if graph.name in ("boxes", "masks"):
        example = example.abs()
    with torch.no_grad():
        outputs = graph.module(example)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    softmax = graph.name.startswith("model")
    stem = f"{model}-{graph.name}"
    (folder / f"{stem}.in.f32").write_bytes(example.numpy().astype("<f4").tobytes())
    described: List[Dict[str, Any]] = []
    for index, (name, output) in enumerate(zip(graph.outputs, outputs)):
        output = output.softmax(1) if softmax else output
        path = f"{stem}.out{index}.f32"
        (folder / path).write_bytes(output.contiguous().numpy().astype("<f4").tobytes())
        described.append({"name": name, "path": path, "shape": list(output.shape)})
    return {
        "model": model,
        "graph": f"{model}/{file}",
        "seed": str(seed),
        "softmax": softmax,
        "input": {"path": f"{stem}.in.f32", "shape": list(example.shape)},
        "outputs": described,
    }


def main() -> None:
    """Command line."""
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:] or compared_models()
    pairs: List[Dict[str, Any]] = []
    for model in wanted:
        learner = learner_from_graphs(MODELS / model)
        files = json.loads((MODELS / model / "metadata.json").read_text())["cordon"]["files"]
        for graph, entry in zip(graphs_of(learner), files):
            pairs.append(write_pair(learner, graph, folder, model, entry["path"]))
    (folder / "index.json").write_text(json.dumps(pairs))


if __name__ == "__main__":
    main()
