"""Where things lie: the repository, the data beside it and the cache of prepared arrays.

The data never enters the repository.  It is looked for in `$CORDON_DATA`, else in `../shared/data`
relative to the repository root.
"""

import json
import os
from pathlib import Path
from typing import List

TRAINING: Path = Path(__file__).resolve().parents[1]
MODELS: Path = TRAINING.parent
REPOSITORY: Path = MODELS.parent
SPLITS: Path = TRAINING / "splits"
RESUME: Path = TRAINING / "resume"


def data_root() -> Path:
    """Folder that holds the data sets; raises FileNotFoundError with what to do when it is missing."""
    root = Path(os.environ.get("CORDON_DATA", REPOSITORY.parent / "shared" / "data"))
    if not root.is_dir():
        raise FileNotFoundError(
            f"no data at {root} - the data sets are kept beside the repository - "
            "put them there or name their folder in CORDON_DATA"
        )
    return root


def cache_root() -> Path:
    """Folder for prepared arrays and full optimiser states; never committed."""
    root = Path(os.environ.get("CORDON_CACHE", TRAINING / ".cache"))
    root.mkdir(parents=True, exist_ok=True)
    return root


def is_compared(folder: Path) -> bool:
    """Whether a shipped model is one of the compared networks; brain anatomy is trained and measured in its own folder."""
    return bool(json.loads((folder / "metadata.json").read_text())["cordon"]["inference"]["mode"] != "labels")


def compared_models() -> List[str]:
    """Ids of the shipped models of the comparison."""
    ids = [entry["id"] for entry in json.loads((MODELS / "index.json").read_text())["models"]]
    return [model for model in ids if is_compared(MODELS / model)]
