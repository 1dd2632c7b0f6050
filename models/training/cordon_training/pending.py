"""Evaluate on the test cases every run that is finished and was not evaluated at its present iteration; each once.

    python3 -m cordon_training.pending queue.txt

Which runs, and after how many cycles, is read from the queue: the line of a run that asks for most cycles counts, and
a run is finished when its resume point has reached them.  Nothing is evaluated before, so that no choice is made on the test cases.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple

from .evaluate import RESULTS
from .paths import TRAINING
from .queue import read_list
from .resume import load_record
from .train import CYCLES, config_of, parse_run


class Finished(NamedTuple):
    """A run that the queue asks for, and the iteration at which it counts as finished."""

    run_id: str
    task: str
    architecture: str
    iterations: int


def asked_for(lines: List[str]) -> Dict[str, Finished]:
    """The runs of a queue by id, each with the largest number of cycles that any line asks for."""
    runs: Dict[str, Finished] = {}
    for line in lines:
        given = parse_run(line.split())
        config = config_of(given)
        iterations = CYCLES[given.cycles - 1]
        if config.id not in runs or runs[config.id].iterations < iterations:
            runs[config.id] = Finished(config.id, config.task, config.architecture, iterations)
    return runs


def is_pending(run: Finished) -> bool:
    """Whether a run is finished and its result is missing or of an earlier iteration."""
    if load_record(run.run_id)["iteration"] < run.iterations:
        return False
    path = RESULTS / f"{run.run_id}.json"
    return not path.exists() or json.loads(path.read_text())["iteration"] < run.iterations


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path)
    given = parser.parse_args()
    for run in asked_for(read_list(given.list)).values():
        if is_pending(run):
            command = [sys.executable, "-m", "cordon_training.evaluate", run.task, run.architecture, "--run", run.run_id, "--test"]
            subprocess.run(command, cwd=TRAINING, check=True)


if __name__ == "__main__":
    main()
