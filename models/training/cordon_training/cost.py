"""What a network costs: parameters, multiply-adds of one slice, CPU time in PyTorch on one thread."""

import time
from typing import Any, List

import numpy as np
import torch
from torch import nn

from .architectures.nonlocal_unet import GlobalAggregation
from .dataset import Dataset
from .learners import Learner

_CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose2d, nn.ConvTranspose3d)


def parameters(network: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in network.parameters())


def multiply_adds(learner: Learner, data: Dataset) -> float:
    """Multiply-adds of convolutions, linear layers and attention for the first validation case, per slice of it."""
    total = 0
    shared: Any = None

    def count(module: nn.Module, inputs: Any, output: Any) -> None:
        nonlocal total
        if isinstance(module, _CONVOLUTIONS):
            total += output.numel() * module.weight[0].numel()
        elif isinstance(module, _TRANSPOSED):
            total += inputs[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += output.numel() * module.in_features
        elif isinstance(module, GlobalAggregation):
            pixels = inputs[0].shape[2] * inputs[0].shape[3]
            tokens = pixels
            while tokens > 256:
                tokens //= 4
            queries = output.shape[2] * output.shape[3]
            total += 2 * output.shape[0] * queries * tokens * module.width

    network = learner.network
    hooks = [module.register_forward_hook(count) for module in network.modules()]
    span = data.spans["validation"][0]
    if learner.architecture == "patch-cnn":
        total = _dense_patch_multiply_adds(learner) * (span.stop - span.start)
    else:
        shared = learner.probabilities(data, span)
    for hook in hooks:
        hook.remove()
    assert shared is None or np.isfinite(shared).all()
    return total / (span.stop - span.start)


def _dense_patch_multiply_adds(learner: Learner) -> int:
    """The dense form calls no submodule, so its cost follows from the shapes: every layer at about full resolution."""
    rows, columns = learner.task.size
    sizes = [(rows + 30 - 1, columns + 30 - 1), (rows + 22, columns + 22), (rows + 4, columns + 4), (rows, columns)]
    layers = [learner.network.conv1, learner.network.conv2, learner.network.conv3, learner.network.classify]
    return sum(h * w * layer.weight.numel() for (h, w), layer in zip(sizes, layers))  # type: ignore[misc,union-attr,operator]


def torch_milliseconds(learner: Learner, data: Dataset, repeats: int = 3) -> List[float]:
    """CPU milliseconds of PyTorch for the first validation case, one thread, after one warm run."""
    torch.set_num_threads(1)
    span = data.spans["validation"][0]
    learner.probabilities(data, span)
    times = []
    for _ in range(repeats):
        started = time.process_time()
        learner.probabilities(data, span)
        times.append(round(1e3 * (time.process_time() - started), 1))
    return times
