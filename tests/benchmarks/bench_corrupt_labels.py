"""corrupt_labels compared with the usual torch code: a mask, random labels, and torch.where."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import corrupt_labels, corrupt_labels_reference

from .timing import Benchmark, Candidate, Target

CLASSES, SHARE = 10, 0.5


def benchmark(elements: int) -> Benchmark:
    """Compare on `elements` 64-bit labels, the dtype of most datasets."""
    labels = torch.randint(CLASSES, (elements,))

    def eager() -> torch.Tensor:
        redrawn = torch.rand(elements) < SHARE
        return torch.where(redrawn, torch.randint(CLASSES, (elements,)), labels)

    def verify() -> None:
        part = labels[:5000]
        given = corrupt_labels(part, SHARE, CLASSES, seed=1)
        for ours, wanted in zip(
            given, corrupt_labels_reference(part, SHARE, CLASSES, seed=1), strict=True
        ):
            assert ours.equal(wanted)

    candidates = (
        Candidate(
            "corrupt_labels", lambda: corrupt_labels(labels, SHARE, CLASSES, seed=1), 17 * elements
        ),
        Candidate("torch rand, randint, where", eager, 17 * elements),
    )
    eager_lines = candidates[1].name
    targets = (Target("plain torch code", "corrupt_labels", (eager_lines,), 1),)
    return Benchmark("corrupt_labels", verify, candidates, targets)
