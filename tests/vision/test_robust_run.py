"""Both attacks and their curves in one job."""

from __future__ import annotations

import torch

from pyfrontiers.adversarial import AXES
from pyfrontiers.vision.recorded_attacks import original_pixels
from pyfrontiers.vision.robust_examples import RobustExample
from pyfrontiers.vision.robust_run import robust_run


def test_curves_match_the_example(monkeypatch) -> None:
    few = RobustExample.survival
    monkeypatch.setattr(RobustExample, "survival", lambda self, axis: few(self, axis, points=2))
    told: list[float] = []
    made = robust_run(
        pixels=original_pixels("cat"),
        target=924,
        steps=1,
        report=lambda share, message: told.append(share),
    )
    assert list(made.curves) == list(AXES)
    wanted = few(made.example, "noise", points=2)
    torch.testing.assert_close(made.curves["noise"].probabilities, wanted.probabilities)
    assert told == sorted(told)
    assert 0.7 <= told[-1] < 1
