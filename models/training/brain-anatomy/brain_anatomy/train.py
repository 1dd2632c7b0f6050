"""Train a brain network, resuming from where it was left.

    python3 -m brain_anatomy.train fast --iterations 6000

AdamW, 2e-3, 100 warm-up iterations, constant until 60 % of the run, then linear to 0; one synthesised head an
iteration; weights averaged exponentially. What each network learns from: courses.py. bfloat16 products on processors
with units for it (twice as fast there; 32 bits elsewhere), sums and loss in 32 bits. Full state every 200 iterations in
the cache; `--keep` also writes the resume point (averaged weights in 16 bits with iteration and validation curve) at
every validation. A head depends only on seed and iteration.
"""

import argparse
import copy
import os
import time
from typing import Any, Dict, List

import numpy as np
import torch

from cordon_training.paths import cache_root
from cordon_training.precision import fast_precision
from cordon_training.resume import load_record, load_weights, resume_paths, save_resume

from .courses import Course, FirstCourse, RefinerCourse, Sample
from .graph import FIRST, build
from .loss import sampled_loss
from .maps import VALIDATION
from .network import WIDTHS, parameter_count
from .structures import CLASSES, NAMES
from .synthesise import Shape, Synthesiser
from .weights import RESUME, trained_part

PEAK_RATE = 2e-3
WARM_UP = 100
DECAY_FROM = 0.6
SECOND_HALF = 0.5
VALIDATE_EVERY = 250
CHECKPOINT_EVERY = 200
VALIDATION_HEADS = 6
VALIDATION_SHAPE: Shape = (96, 112, 96)


def learning_rate(iteration: int, iterations: int, start: int) -> float:
    """Rate of an iteration counted from 0; warms up anew after a resume point at `start`."""
    warm = min(1.0, (iteration - start + 1) / WARM_UP)
    done = iteration / iterations
    return PEAK_RATE * warm * (1.0 if done < DECAY_FROM else max(0.0, (1 - done) / (1 - DECAY_FROM)))


def dice_scores(predicted: torch.Tensor, labels: torch.Tensor) -> np.ndarray:
    """Dice of channels 1 and up, nan where the labels have fewer than 10 voxels: (CLASSES - 1,)."""
    a, b = predicted.reshape(-1).long(), labels.reshape(-1).long()
    both = torch.bincount(a[a == b], minlength=CLASSES).double()
    size = torch.bincount(b, minlength=CLASSES).double()
    dice = 2 * both / (torch.bincount(a, minlength=CLASSES) + size).clamp(min=1)
    dice[size < 10] = float("nan")
    return dice[1:].numpy()


class Trainer:
    """State of one run."""

    def __init__(self, name: str, seed: int, iterations: int) -> None:
        self.name, self.iterations = name, iterations
        torch.manual_seed(seed)
        graph = build(name)
        self.network = trained_part(graph).train().to(memory_format=torch.channels_last_3d)
        self.record: Dict[str, Any] = load_record(name, RESUME)
        if resume_paths(name, RESUME)[0].exists():
            self.network.load_state_dict(load_weights(name, RESUME))
        self.average = {k: v.clone() for k, v in self.network.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.network.parameters(), PEAK_RATE, weight_decay=1e-4)
        self.start = self.iteration = int(self.record["iteration"])
        self.checkpoint = cache_root() / "checkpoints" / f"brain-{name}.pt"
        self._load_checkpoint()
        self.course: Course = FirstCourse(graph.network, seed, int(SECOND_HALF * iterations))
        if graph.refiner is not None:
            graph.network.load_state_dict(load_weights(FIRST, RESUME))
            self.record["refines"] = {"run": FIRST, "iteration": load_record(FIRST, RESUME)["iteration"]}
            self.course = RefinerCourse(graph.refiner, graph.network, seed)
        held_out = Synthesiser(VALIDATION, 1_000_003)
        self.validation = [held_out(VALIDATION_SHAPE) for _ in range(VALIDATION_HEADS)]

    def _load_checkpoint(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint)
        if state["iteration"] > self.iteration:
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.average, self.iteration, self.record = state["average"], state["iteration"], state["record"]
            self.start = state["start"]

    def _save_checkpoint(self) -> None:
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        part = self.checkpoint.with_suffix(".part")
        state = {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(), "average": self.average}
        torch.save({**state, "iteration": self.iteration, "record": self.record, "start": self.start}, part)
        part.replace(self.checkpoint)

    def step(self, sample: Sample) -> float:
        """One iteration; returns the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.iteration, self.iterations, self.start)
        loss = sampled_loss(self.course.logits(sample), sample.labels, sample.stands_for)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimiser.step()
        self.iteration += 1
        decay = min(0.995, (self.iteration + 1) / (self.iteration + 10))
        with torch.no_grad():
            for key, value in self.network.state_dict().items():
                self.average[key].mul_(decay).add_(value, alpha=1 - decay)
        return float(loss)

    def validate(self) -> np.ndarray:
        """Mean Dice per structure of the averaged weights over the held-out heads."""
        network = copy.deepcopy(self.network).eval()
        network.load_state_dict(self.average)
        scores: List[np.ndarray] = []
        with torch.no_grad(), fast_precision(self.course.bfloat16):
            for image, target in self.validation:
                scores.append(dice_scores(self.course.scores(network, image).argmax(1)[0], target))
        return np.nanmean(scores, 0)

    def run(self, keep: bool) -> None:
        """Train to the end."""
        iterations = self.iterations
        losses: List[float] = []
        samples = torch.utils.data.DataLoader(
            self.course, batch_size=None, sampler=range(self.iteration, iterations), num_workers=self.course.ahead
        )
        started = time.process_time()
        for sample in samples:
            losses.append(self.step(sample))
            self.record["cpuSeconds"] += time.process_time() - started + sample.cpu_seconds
            started = time.process_time()
            if self.iteration % CHECKPOINT_EVERY == 0:
                self._save_checkpoint()
                pace = self.record["cpuSeconds"] / self.iteration
                print(f"{self.iteration} loss {np.mean(losses[-200:]):.4f} {pace:.3f} CPU s/iteration", flush=True)
            if self.iteration % VALIDATE_EVERY and self.iteration < iterations:
                continue
            dice = self.validate()
            entry = {"iteration": self.iteration, "meanDice": round(float(np.nanmean(dice)), 5)}
            entry["loss"] = round(float(np.mean(losses)), 5)
            entry["cpuSeconds"] = round(self.record["cpuSeconds"], 1)
            self.record["curve"].append(entry)
            self.record["iteration"] = self.iteration
            self.record["dice"] = {name: round(float(d), 4) for name, d in zip(NAMES[1:], dice)}
            self.record["parameters"] = parameter_count(self.network)
            print(self.name, entry, flush=True)
            losses = []
            self._save_checkpoint()
            if keep or self.iteration >= iterations:
                save_resume(self.name, self.average, self.record, RESUME)
            started = time.process_time()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(WIDTHS))
    parser.add_argument("--iterations", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="write the resume point at every validation")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    os.nice(19 - os.nice(0))
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    Trainer(given.name, given.seed, given.iterations).run(given.keep)


if __name__ == "__main__":
    main()
