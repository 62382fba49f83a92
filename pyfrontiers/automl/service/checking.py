"""Run an exported child in a process that cannot import this package."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["predictions_elsewhere"]

_PROGRAM = """
import json, runpy, sys
folder, file, engine, blocked = sys.argv[1:]
class Blocker:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in blocked.split(","):
            raise ModuleNotFoundError(name + " is blocked", name=name)
sys.meta_path.insert(0, Blocker())
sys.path.insert(0, folder)
sys.argv = ["predict.py", file, "--engine", engine]
runpy.run_path(folder + "/predict.py", run_name="__main__")
"""
_PATIENCE = 300


def predictions_elsewhere(
    folder: Path, inputs: Tensor | Path, *, engine: str = "torch", blocked: tuple[str, ...] = ()
) -> Tensor:
    """Return the probabilities that an exported child's `predict.py` prints.

    Args:
        folder: the exported child.
        inputs: (N, ...) as in the data, or the file to give to `predict.py`.
        engine: ``"torch"`` or ``"onnx"``.
        blocked: packages that cannot be imported there, in addition to this one.

    Returns:
        (N, K).

    Raises:
        RuntimeError: the process failed; the message has its last line.
        TimeoutExpired: it took longer than five minutes.

    """
    names = ",".join(("pyfrontiers", *blocked))
    with tempfile.TemporaryDirectory(prefix="pyfrontiers-elsewhere-") as scratch:
        file = inputs if isinstance(inputs, Path) else Path(scratch) / "inputs.json"
        if not isinstance(inputs, Path):
            file.write_text(json.dumps(inputs.tolist()), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(folder), str(file), engine, names],
            cwd=scratch,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"predict.py failed: {last}")
    rows = [json.loads(line)["probabilities"].values() for line in done.stdout.splitlines()]
    return torch.tensor([list(row) for row in rows], dtype=torch.float64, device="cpu")
