"""Which numbers a training pass on a CPU multiplies: bfloat16 where the processor has units for it, 32-bit floats elsewhere."""

from contextlib import nullcontext
from pathlib import Path
from typing import ContextManager

import torch


def has_bfloat16_units() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; without such units bfloat16 is far slower than 32 bits."""
    flags = Path("/proc/cpuinfo")
    return flags.exists() and any(unit in flags.read_text() for unit in ("avx512_bf16", "amx_bf16"))


def fast_precision(bfloat16: bool) -> ContextManager[object]:
    """Context of a pass: bfloat16 products with 32-bit weights and sums, or 32 bits throughout."""
    return torch.autocast("cpu", torch.bfloat16) if bfloat16 else nullcontext()
