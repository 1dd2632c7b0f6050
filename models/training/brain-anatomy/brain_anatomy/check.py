"""What the tests compare a runtime with: heads synthesised anew, and what PyTorch answers with the weights of each ONNX file.

    python3 -m brain_anatomy.check FOLDER

Writes <head>.image.f32, <head>.target.u8 and heads.json for the fixed heads of the evaluation and for one drawn from the operating
system's entropy; for the latter also <model>.labels.u8 and <model>.margin.f32, the distance of the best to the second best logit, so
that a tie may go either way. heads.json also says how far the operations of training are from the
exported ones. The resume points are not read.
"""

import json
import secrets
import sys
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import torch

from cordon_training.onnx_file import read_weights
from cordon_training.paths import MODELS

from .brightness import EVIDENCE, Brightness
from .courses import STRIDES, logits_at, posterior_at
from .evaluate import FIXED, RESULTS, draw
from .graph import GRID, LabelGraph, build
from .manifest import IDS
from .maps import TEST
from .network import BrainNet, Refiner
from .structures import NAMES, swap_table


def graph_from_file(name: str) -> LabelGraph:
    """The PyTorch class with the weights of the shipped file, every one of them."""
    weights = read_weights(MODELS / IDS[name] / "model.onnx")
    graph = build(name)
    missing = [key for key in graph.state_dict() if key not in weights]
    if missing:
        raise ValueError(f"{IDS[name]}: {missing} are not in the graph - export it again")
    graph.load_state_dict({key: weights[key] for key in graph.state_dict()})
    return graph.eval()


def committed_dice(name: str, subject: int, seed: int, thickness_mm: float) -> List[Any]:
    """Dice per structure of one fixed head, as the evaluation wrote it."""
    for image in json.loads((RESULTS / f"{name}.json").read_text())["images"]:
        if (image["subject"], image["seed"], image["thicknessMm"]) == (subject, seed, thickness_mm):
            return list(image["dice"])
    raise ValueError(f"{name}: no result for subject {subject}, seed {seed} - evaluate again")


def training_difference() -> float:
    """Largest difference of the logits between the operations of training, at drawn voxels, and those that are exported, on noise."""
    torch.manual_seed(secrets.randbits(31))
    shape = (32, 48, 64)
    network, image = BrainNet(), torch.rand(1, 1, *shape)
    voxels = torch.randint(image.numel(), (5000,))
    trained = posterior_at(network.train(), image, voxels)
    exported = Brightness(shape, STRIDES)(image, network.eval()(image), network.trust)
    refiner, evidence = Refiner(), torch.rand(1, EVIDENCE, *shape)
    torch.nn.init.normal_(refiner.classify.weight)
    refined = logits_at(refiner.train(), evidence, voxels, False)
    pairs = ((trained, exported), (refined, refiner.eval()(evidence)))
    return max(float((ours - theirs.flatten(2)[0, :, voxels].t()).abs().max()) for ours, theirs in pairs)


def main() -> None:
    """Command line."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    folder = Path(sys.argv[1])
    shipped = [name for name, model in IDS.items() if (MODELS / model / "model.onnx").exists()]
    heads: List[Dict[str, Any]] = []
    fresh = (secrets.choice(TEST), secrets.randbits(31), 1.0)
    for number, (subject, seed, thickness) in enumerate([*FIXED, fresh]):
        image, target = draw(subject, seed, thickness)
        (folder / f"{number}.image.f32").write_bytes(image.numpy().astype("<f4").tobytes())
        (folder / f"{number}.target.u8").write_bytes(target.numpy().astype(np.uint8).tobytes())
        dice = {} if number == len(FIXED) else {IDS[name]: committed_dice(name, subject, seed, thickness) for name in shipped}
        heads.append({"subject": subject, "seed": seed, "thicknessMm": thickness, "dice": dice})
    with torch.no_grad():
        for name in shipped:
            scores = graph_from_file(name).scores(image)[0]
            best = scores.topk(2, 0)
            (folder / f"{IDS[name]}.labels.u8").write_bytes(best.indices[0].numpy().astype(np.uint8).tobytes())
            (folder / f"{IDS[name]}.margin.f32").write_bytes((best.values[0] - best.values[1]).numpy().astype("<f4").tobytes())
    facts: Dict[str, Any] = {"grid": list(GRID), "models": [IDS[name] for name in shipped]}
    facts.update(structures=NAMES[1:], otherSide=swap_table().tolist())
    with torch.no_grad():
        facts["trainingDifference"] = training_difference()
    (folder / "heads.json").write_text(json.dumps({**facts, "heads": heads}))


if __name__ == "__main__":
    main()
