"""The fast network's beginning: the quality network with its weakest channels left out.

    python3 -m brain_anatomy.narrow      writes resume/fast.npz and fast.json from resume/quality.npz

Of every layer the channels stay that count most: deviation after normalisation times the weights that read them
(after Li et al., Pruning Filters for Efficient ConvNets, ICLR 2017). The training goes on from there, with the
iterations of the wide one counted in. An existing resume point of the fast network is replaced.
"""

from typing import Dict, List, Tuple

import torch

from cordon_training.resume import load_record, save_resume

from .network import STEM, WIDTHS, BrainNet, parameter_count
from .train import RESUME
from .weights import load_network

Weights = Dict[str, torch.Tensor]
Places = List[int]


def reading(weight: torch.Tensor) -> torch.Tensor:
    """How strongly a convolution reads each of its inputs."""
    return weight.flatten(2).norm(dim=2).norm(dim=0)


def strongest(strength: torch.Tensor, count: int) -> Places:
    """The places of the `count` largest, ascending."""
    return sorted(int(place) for place in strength.topk(count).indices)


def read_by(weights: Weights, name: str, inputs: Places) -> torch.Tensor:
    """The convolution `name` with these inputs alone."""
    return weights[f"{name}.weight"][:, inputs]


class Narrower:
    """Copies layer after layer from wide to narrow weights."""

    def __init__(self, wide: Weights, narrow: Weights) -> None:
        self.wide, self.narrow = wide, narrow

    def block(self, name: str, inputs: Places, readers: torch.Tensor, count: int) -> Places:
        """Two normalised convolutions; `readers` is how strongly each output is read. Returns the outputs kept."""
        inner = strongest(self.wide[f"{name}.1.weight"].abs() * reading(self.wide[f"{name}.3.weight"]), count)
        outer = strongest(self.wide[f"{name}.4.weight"].abs() * readers, count)
        for at, (taken, kept) in enumerate(((inputs, inner), (inner, outer))):
            self.narrow[f"{name}.{3 * at}.weight"] = read_by(self.wide, f"{name}.{3 * at}", taken)[kept]
            for part in ("weight", "bias"):
                self.narrow[f"{name}.{3 * at + 1}.{part}"] = self.wide[f"{name}.{3 * at + 1}.{part}"][kept]
        return outer

    def up(self, level: int, inputs: Places, width: int, count: int) -> Places:
        """The upsampling to a level; its output is 8 sub-voxels of `width` channels."""
        readers = reading(self.wide[f"decoder.{level}.0.weight"])[width:]
        kept = strongest(readers * self.wide[f"up.{level}.weight"].reshape(8, width, -1).norm(dim=(0, 2)), count)
        places = [corner * width + channel for corner in range(8) for channel in kept]
        self.narrow[f"up.{level}.weight"] = read_by(self.wide, f"up.{level}", inputs)[places]
        self.narrow[f"up.{level}.bias"] = self.wide[f"up.{level}.bias"][places]
        return kept


def narrowed(wide: BrainNet, widths: Tuple[int, ...], kept_widths: Tuple[int, ...]) -> Weights:
    """Weights of a network of `kept_widths` from one of `widths`."""
    weights = wide.state_dict()
    narrower = Narrower(weights, {name: weights[name] for name in ("stem.weight", "classify.weight", "classify.bias", "fine.bias", "trust")})
    last = len(widths) - 1
    skips: List[Places] = []
    inputs = list(range(STEM))
    for level, (width, kept) in enumerate(zip(widths, kept_widths)):
        if level == last:
            readers = reading(weights[f"up.{last - 1}.weight"])
        else:
            across = reading(weights[f"decoder.{level}.0.weight"])[:width]
            readers = (across.square() + reading(weights[f"encoder.{level + 1}.0.weight"]).square()).sqrt()
        inputs = narrower.block(f"encoder.{level}", inputs, readers, kept)
        skips.append(inputs)
    for level in reversed(range(last)):
        width, kept = widths[level], kept_widths[level]
        raised = narrower.up(level, inputs, width, kept)
        following = weights["fine.weight"][:, :width] if level == 0 else weights[f"up.{level - 1}.weight"]
        taken = skips[level] + [width + channel for channel in raised]
        inputs = narrower.block(f"decoder.{level}", taken, reading(following), kept)
    narrower.narrow["fine.weight"] = read_by(weights, "fine", inputs + [widths[0] + channel for channel in range(STEM)])
    return narrower.narrow


def main() -> None:
    """Command line."""
    network = BrainNet(WIDTHS["fast"])
    network.load_state_dict(narrowed(load_network("quality"), WIDTHS["quality"], WIDTHS["fast"]))
    iteration = load_record("quality", RESUME)["iteration"]
    record = {"run": "fast", "iteration": iteration, "cpuSeconds": 0.0, "curve": [], "parameters": parameter_count(network)}
    record["narrowedFrom"] = {"run": "quality", "iteration": iteration}
    save_resume("fast", network.state_dict(), record, RESUME)
    print("fast from quality, iteration", iteration)


if __name__ == "__main__":
    main()
