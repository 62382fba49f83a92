"""The kernels on an NVIDIA GPU: verified against the CPU, then timed with CUDA events.

    python -m tests.benchmarks.bench_cuda --json pyfrontiers/comparison/recorded/cuda.json

Needs only torch, NumPy and the built package. `--device cpu` runs the same cases without a GPU, to
test them; its figures say nothing about a GPU.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels.table import KERNELS
from pyfrontiers.provenance import Provenance
from pyfrontiers.recording import save_record

from . import cuda_cases, cuda_draws, cuda_images, cuda_noise, cuda_steps
from .cuda_timing import cuda_turn, memory_of
from .figures import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .timing import Benchmark

CASES: dict[str, Callable[[int, str], Benchmark]] = {
    kernel.name: getattr(module, kernel.name)
    for kernel in KERNELS
    for module in (cuda_cases, cuda_steps, cuda_draws, cuda_noise, cuda_images)
    if hasattr(module, kernel.name)
}
"""The kernels that are measured on a GPU."""

ELEMENTS = {"cuda": 1 << 28, "cpu": 1 << 20}
"""Elements of a tensor: 1 GiB of float32 on a GPU."""


def environment(device: str, elements: int, rounds: int) -> dict[str, Any]:
    """Describe what the figures depend on."""
    found: dict[str, Any] = {
        "device": device,
        "elements": elements,
        "rounds": rounds,
    }
    if device == "cuda":
        gpu = torch.cuda.get_device_properties(0)
        found |= {
            "gpu": gpu.name,
            "multiprocessors": gpu.multi_processor_count,
            "memory_gib": round(gpu.total_memory / 2**30, 1),
            "cache_mib": round(gpu.L2_cache_size / 2**20, 1),
            "cuda": torch.version.cuda,
        }
    return found


def run(names: Sequence[str], device: str, elements: int, rounds: int) -> dict[str, Any]:
    """Measure the cases one after the other; a case that fails is recorded with its error."""
    results: list[dict[str, Any]] = []
    for name in names:
        try:
            results.append(_measured(CASES[name](elements, device), device, rounds))
        except Exception as error:  # keep the GPU results of the other cases
            text = " ".join(str(error).split())[:500]
            results.append({"kernel": name, "error": text, "times": [], "targets": []})
        if device == "cuda":
            torch.cuda.empty_cache()
        _say(results[-1])
    return {"environment": environment(device, elements, rounds), "results": results}


def _measured(benchmark: Benchmark, device: str, rounds: int) -> dict[str, Any]:
    if device != "cuda":
        return figures(benchmark, rounds)
    found = figures(benchmark, rounds, cuda_turn)
    with torch.no_grad():
        for candidate, entry in zip(benchmark.candidates, found["times"], strict=True):
            entry["bytes_allocated"] = memory_of(candidate.call)
    return found


def _say(result: dict[str, Any]) -> None:
    lines = [f"{result['kernel']}  {result.get('error', '')}"]
    for entry in result["times"]:
        rate = entry["gb_per_second"]
        speed = f"{rate:8.0f} GB/s" if rate else ""
        lines.append(f"  {entry['name']:32} {1e3 * entry['seconds']['median']:9.4f} ms {speed}")
    for target in result["targets"]:
        reached = f"{target['ratio']['median']:.2f} of {target['at_least']:g}"
        lines.append(f"  {target['status']}: {target['name']} / {target['against']}: {reached}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Measure the cases given on the command line; exit code 1 when a target or a check fails."""
    parser = argparse.ArgumentParser(description="The kernels on an NVIDIA GPU.")
    parser.add_argument("kernels", nargs="*", help=f"of {', '.join(CASES)}; all when none is named")
    parser.add_argument("--json", type=Path, help="file for environment and results")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--elements", type=int, help="elements of a tensor; 2^28 on a GPU")
    parser.add_argument("--rounds", type=int, default=15, help="turns of every candidate")
    asked = parser.parse_args()
    unknown = [name for name in asked.kernels if name not in CASES]
    if unknown:
        parser.error(f"no case is called {unknown[0]!r}; there are {', '.join(CASES)}")
    if asked.device == "cuda" and not torch.cuda.is_available():
        parser.error("torch finds no CUDA device; --device cpu tries the cases without one")
    elements = asked.elements or ELEMENTS[asked.device]
    begin = time.monotonic()
    found = run(asked.kernels or list(CASES), asked.device, elements, asked.rounds)
    if asked.json:
        save_record(asked.json, Provenance.now(seconds=time.monotonic() - begin), found)
    failed = [one for one in found["results"] if "error" in one]
    missed = [t for one in found["results"] for t in one["targets"] if t["status"] == "fail"]
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
