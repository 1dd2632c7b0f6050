"""Resume points: averaged weights in 16 bits, the iteration and the validation curve, small enough to commit."""

import json
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch

from .paths import RESUME

State = Dict[str, torch.Tensor]


def resume_paths(run_id: str, folder: Optional[Path] = None) -> Tuple[Path, Path]:
    """Weights (.npz) and record (.json) of a run."""
    folder = folder or RESUME
    return folder / f"{run_id}.npz", folder / f"{run_id}.json"


def save_resume(run_id: str, state: State, record: Dict[str, Any], folder: Optional[Path] = None) -> None:
    """Write a resume point; floating point tensors are stored in 16 bits."""
    weights, text = resume_paths(run_id, folder)
    weights.parent.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for name, tensor in state.items():
        array = tensor.detach().cpu().numpy()
        arrays[name] = array.astype(np.float16) if array.dtype == np.float32 else array
    temporary = weights.with_name(weights.stem + ".part.npz")
    np.savez(temporary, **arrays)
    temporary.replace(weights)
    text.write_text(json.dumps(record, indent=1) + "\n")


def load_weights(run_id: str, folder: Optional[Path] = None) -> State:
    """The weights of a resume point as 32-bit tensors."""
    with np.load(resume_paths(run_id, folder)[0]) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return {
        name: torch.from_numpy(a.astype(np.float32) if a.dtype == np.float16 else a) for name, a in arrays.items()
    }


def load_record(run_id: str, folder: Optional[Path] = None) -> Dict[str, Any]:
    """The record of a run, or a fresh one when there is none."""
    text = resume_paths(run_id, folder)[1]
    if not text.exists():
        empty: List[Dict[str, Any]] = []
        return {"run": run_id, "iteration": 0, "cpuSeconds": 0.0, "curve": empty}
    return json.loads(text.read_text())  # type: ignore[no-any-return]


def keep_cycle_end(run_id: str, iteration: int) -> None:
    """Copy the resume point of a finished cycle to <run>-at<iteration>, for comparison at equal iterations."""
    for source in resume_paths(run_id):
        target = source.with_name(f"{run_id}-at{iteration}{source.suffix}")
        if source.exists() and not target.exists():
            shutil.copyfile(source, target)
