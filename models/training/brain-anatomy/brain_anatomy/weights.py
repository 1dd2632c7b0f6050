"""The weights of a run: averaged over the training, rounded to the 16 bits that are shipped.

    python3 -m brain_anatomy.weights quality      make the resume point from the newest checkpoint of a training

A training writes its resume point when it ends; this makes one at any time, also while it runs.
"""

import argparse
from pathlib import Path
from typing import Any, Dict, Union

import torch

from cordon_training.paths import cache_root
from cordon_training.resume import load_record, load_weights, save_resume

from . import HERE
from .graph import FIRST, LabelGraph, build
from .manifest import IDS
from .network import BrainNet, Refiner, parameter_count

RESUME: Path = HERE / "resume"


def trained_part(graph: LabelGraph) -> Union[BrainNet, Refiner]:
    """The network of a graph that its run trains: the refiner where there is one, as the first is another run's."""
    return graph.refiner or graph.network


def load_graph(name: str) -> LabelGraph:
    """The graph with the weights of the resume points; refuses a refiner that was trained behind another first network."""
    graph = build(name)
    trained_part(graph).load_state_dict(load_weights(name, RESUME))
    if name != FIRST:
        graph.network.load_state_dict(load_weights(FIRST, RESUME))
        refined, now = load_record(name, RESUME)["refines"]["iteration"], load_record(FIRST, RESUME)["iteration"]
        if refined != now:
            raise ValueError(f"{name} refines {FIRST} of iteration {refined}, not {now} - train {name} on")
    return graph.eval()


def keep(name: str) -> Dict[str, Any]:
    """Make the checkpoint the resume point, unless that is of a later iteration; returns the record."""
    known = load_record(name, RESUME)
    checkpoint = cache_root() / "checkpoints" / f"brain-{name}.pt"
    if not checkpoint.exists():
        return known
    state = torch.load(checkpoint, map_location="cpu")
    if state["iteration"] <= known["iteration"]:
        return known
    record = {**state["record"], "run": name, "iteration": state["iteration"], "parameters": parameter_count(trained_part(build(name)))}
    save_resume(name, state["average"], record, RESUME)
    return record


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(IDS))
    record = keep(parser.parse_args().name)
    print(record["run"], "iteration", record["iteration"], flush=True)


if __name__ == "__main__":
    main()
