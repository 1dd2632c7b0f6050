"""The weights of a run: averaged over the training, rounded to the 16 bits that are shipped.

    python3 -m brain_anatomy.weights quality      make the resume point from the newest checkpoint of a training

A training writes its resume point when it ends; this makes one at any time, also while it runs.
"""

import argparse
from typing import Any, Dict

import torch

from cordon_training.paths import cache_root
from cordon_training.resume import load_record, load_weights, save_resume

from .graph import build
from .network import WIDTHS, BrainNet, parameter_count
from .train import RESUME


def load_network(name: str) -> BrainNet:
    """The network of the resume point."""
    network = build(name)
    network.load_state_dict(load_weights(name, RESUME))
    return network.eval()


def keep(name: str) -> Dict[str, Any]:
    """Make the checkpoint the resume point, unless that is of a later iteration; returns the record."""
    known = load_record(name, RESUME)
    checkpoint = cache_root() / "checkpoints" / f"brain-{name}.pt"
    if not checkpoint.exists():
        return known
    state = torch.load(checkpoint, map_location="cpu")
    if state["iteration"] <= known["iteration"]:
        return known
    record = {**state["record"], "run": name, "iteration": state["iteration"], "parameters": parameter_count(build(name))}
    save_resume(name, state["average"], record, RESUME)
    return record


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(WIDTHS))
    record = keep(parser.parse_args().name)
    print(record["run"], "iteration", record["iteration"], flush=True)


if __name__ == "__main__":
    main()
