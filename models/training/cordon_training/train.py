"""Train one network, resuming from where it was left.

    python3 -m cordon_training.train hippocampus-mr unet --cycles 2

AdamW, learning rate 2e-3 with cosine annealing and warm restarts (SGDR: Loshchilov and Hutter, ICLR 2017):
cycle ends at iterations 500, 1500, 3500, 7500.  At a cycle end the exponentially averaged weights are
written as a resume point (16 bits, to be committed); the next cycle starts from exactly these with a fresh
optimiser, so that every architecture can be stopped at, and compared at, equal iterations (a finished cycle's
point is kept as <run>-at<iteration>).  Inside a cycle
the full state is kept in the cache folder every 100 iterations.
"""

import argparse
import copy
import math
import os
import time
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import numpy as np
import torch

from .dataset import Dataset, Span
from .learners import Learner, make_learner
from .paths import cache_root
from .resume import keep_cycle_end, load_record, load_weights, resume_paths, save_resume
from .tasks import TASKS

CYCLES = (500, 1500, 3500, 7500)
PEAK_RATE = 2e-3
WARM_UP = 50
VALIDATE_EVERY = 100
VALIDATION_CASES = 6


@dataclass(frozen=True)
class RunConfig:
    """One training run; everything but task, architecture and seed belongs to the ablations."""

    task: str
    architecture: str
    seed: int = 0
    fraction: float = 1.0
    augmentation: bool = True
    encoder_from: Optional[str] = None

    @property
    def id(self) -> str:
        """Name of the run and of its resume point."""
        name = f"{self.task}-{self.architecture}"
        name += f"-seed{self.seed}" if self.seed else ""
        name += f"-{round(100 * self.fraction)}percent" if self.fraction < 1 else ""
        name += "" if self.augmentation else "-noaugment"
        return name + ("-pretrained" if self.encoder_from else "")


def learning_rate(iteration: int) -> float:
    """Rate of an iteration counted from 0: warm-up of 50 iterations, then cosine to 0 at each cycle's end."""
    start = 0
    for end in CYCLES:
        if iteration < end:
            position = (iteration - start) / (end - start)
            return PEAK_RATE * min(1.0, (iteration - start + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * position))
        start = end
    raise ValueError(f"iteration {iteration} is past the last cycle {CYCLES[-1]}")


def dice_per_class(predicted: np.ndarray, labels: np.ndarray, classes: int) -> List[float]:
    """Dice of classes 1 and up for two label maps; 1 where both are empty."""
    result = []
    for value in range(1, classes):
        a, b = predicted == value, labels == value
        total = int(a.sum() + b.sum())
        result.append(2.0 * int((a & b).sum()) / total if total else 1.0)
    return result


def mean_dice(scores: List[List[float]]) -> List[float]:
    """Mean per class, rounded for the record."""
    return [round(float(value), 5) for value in np.mean(scores, 0)]


def validate(learner: Learner, data: Dataset, spans: List[Span]) -> List[List[float]]:
    """Dice per class of each validation case, on the task's grid."""
    scores: List[List[float]] = []
    for span in spans:
        predicted = learner.probabilities(data, span).argmax(0)
        labels = np.asarray(data.labels[span.start : span.stop])
        labels = np.minimum(labels, learner.task.class_count - 1)
        scores.append(dice_per_class(predicted, labels, learner.task.class_count))
    return scores


class Trainer:
    """State of one run: network, optimiser, averaged weights and record."""

    def __init__(self, config: RunConfig, device: str = "cpu") -> None:
        self.config = config
        self.task = TASKS[config.task]
        torch.manual_seed(config.seed)
        self.learner = make_learner(self.task, config.architecture, config.augmentation)
        self.data = Dataset(self.task)
        self.spans = self.data.training_spans(config.fraction)
        self.record: Dict[str, Any] = load_record(config.id)
        self.network = self.learner.network.to(device)
        if resume_paths(config.id)[0].exists():
            self.network.load_state_dict(load_weights(config.id))
        elif config.encoder_from:
            self._copy_encoder(config.encoder_from)
        self.average = {k: v.clone() for k, v in self.network.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.network.parameters(), PEAK_RATE, weight_decay=1e-4)
        self.iteration = int(self.record["iteration"])
        self.checkpoint = cache_root() / "checkpoints" / f"{config.id}.pt"
        self._load_checkpoint(device)

    def _copy_encoder(self, run_id: str) -> None:
        own, other = self.network.state_dict(), load_weights(run_id)
        fitting = {k: v for k, v in other.items() if k.startswith("encoder.") and own[k].shape == v.shape}
        self.network.load_state_dict({**own, **fitting})

    def _load_checkpoint(self, device: str) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=device)
        if state["iteration"] <= self.iteration:
            return
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.iteration, self.record = state["average"], state["iteration"], state["record"]

    def _save_checkpoint(self) -> None:
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        part = self.checkpoint.with_suffix(".part")
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "average": self.average,
                "iteration": self.iteration,
                "record": self.record,
            },
            part,
        )
        part.replace(self.checkpoint)

    def step(self) -> float:
        """One iteration; returns the loss."""
        rng = np.random.default_rng((self.config.seed, self.iteration))
        torch.manual_seed(self.config.seed * 1_000_003 + self.iteration)
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.iteration)
        loss = self.learner.loss(self.data, self.spans, rng)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.iteration += 1
        decay = min(0.99, self.iteration / (self.iteration + 20))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                if value.dtype.is_floating_point:
                    self.average[name].mul_(decay).add_(value, alpha=1 - decay)
                else:
                    self.average[name] = value.clone()
        return float(loss)

    def measure(self, cases: int) -> List[List[float]]:
        """Dice per class of the averaged weights for each of the first `cases` validation cases."""
        kept = copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(self.average)
        result = validate(self.learner, self.data, self.data.spans["validation"][:cases])
        self.network.load_state_dict(kept)
        return result

    def run(self, until: int) -> None:
        """Train to the cycle end `until`, recording the validation curve."""
        losses: List[float] = []
        if self.iteration in CYCLES and self.iteration < until:
            keep_cycle_end(self.config.id, self.iteration)
        while self.iteration < until:
            started = time.process_time()
            losses.append(self.step())
            self.record["cpuSeconds"] += time.process_time() - started
            at_end = self.iteration in CYCLES
            if self.iteration % VALIDATE_EVERY and not at_end:
                continue
            cases = len(self.data.spans["validation"]) if at_end else VALIDATION_CASES
            scores = self.measure(cases)
            entry: Dict[str, Any] = {
                "iteration": self.iteration,
                "cases": min(cases, VALIDATION_CASES),
                "dice": mean_dice(scores[:VALIDATION_CASES]),
                "loss": round(float(np.mean(losses)), 5),
                "precision": "bfloat16" if self.learner.bfloat16 else "float32",
            }
            if at_end:
                entry.update(allCases=len(scores), allDice=mean_dice(scores))
            self.record["curve"].append(entry)
            self.record["iteration"] = self.iteration
            print(self.config.id, entry, f"{self.record['cpuSeconds'] / self.iteration:.3f} s/iteration", flush=True)
            losses = []
            if at_end:
                self.finish_cycle()
            else:
                self._save_checkpoint()

    def finish_cycle(self) -> None:
        """Write the resume point and continue from exactly what was written."""
        self.record["parameters"] = sum(p.numel() for p in self.network.parameters())
        self.record["cpuSeconds"] = round(self.record["cpuSeconds"], 1)
        save_resume(self.config.id, self.average, self.record)
        self.checkpoint.unlink(missing_ok=True)
        self.network.load_state_dict(load_weights(self.config.id))
        self.average = {k: v.clone() for k, v in self.network.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.network.parameters(), PEAK_RATE, weight_decay=1e-4)


def parse_run(arguments: Optional[List[str]] = None) -> argparse.Namespace:
    """The arguments of one run; those of the process when none are given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("architecture")
    parser.add_argument("--cycles", type=int, default=1, choices=range(1, len(CYCLES) + 1))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fraction", type=float, default=1.0, help="share of the training cases")
    parser.add_argument("--no-augmentation", action="store_true")
    parser.add_argument("--encoder-from", help="run whose encoder weights to start from")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args(arguments)


def config_of(given: argparse.Namespace) -> RunConfig:
    """The run that arguments describe."""
    return RunConfig(
        given.task, given.architecture, given.seed, given.fraction, not given.no_augmentation, given.encoder_from
    )


def main() -> None:
    """Command line of one run."""
    given = parse_run()
    os.nice(19 - os.nice(0))
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    Trainer(config_of(given), given.device).run(CYCLES[given.cycles - 1])


if __name__ == "__main__":
    main()
