"""compute-sanitizer reports nothing for a call of every kernel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "modules" / "calls.py"


@pytest.mark.usefixtures("gpu")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("tool", ["memcheck", "racecheck", "initcheck", "synccheck"])
def test_every_kernel_under_the_sanitizer(tool):
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None:
        pytest.skip("no compute-sanitizer on PATH; it comes with the CUDA toolkit")
    # Without torch's caching allocator every tensor is a separate allocation, so out-of-bounds
    # accesses and reads of uninitialised memory are detected. torch may be the one that initialises
    # memory, so initcheck watches torch too.
    watched = () if tool == "initcheck" else ("--kernel-name", "kernel_substring=frontiers")
    found = subprocess.run(
        [sanitizer, "--tool", tool, "--error-exitcode", "9", *watched, sys.executable, PROGRAM],
        env={**os.environ, "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, f"{found.stdout[-4000:]}\n{found.stderr[-2000:]}"
    assert "calls and their gradients" in found.stdout, found.stdout[-4000:]
