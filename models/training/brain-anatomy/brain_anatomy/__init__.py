"""Whole-brain anatomy on any MR contrast: synthesiser, network, training, evaluation and export."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
if str(HERE.parent) not in sys.path:  # cordon_training lies beside this folder
    sys.path.insert(0, str(HERE.parent))
