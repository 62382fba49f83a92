"""Attacks and threat models reject invalid arguments with an error that names them."""

from __future__ import annotations

import math
import warnings

import pytest
import torch

from pyfrontiers.adversarial import ThreatModel, attack


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"method": "pdg"}, "method must be 'fgsm' or 'pgd', got 'pdg'"),
        ({"loss": "mse"}, "loss must be 'cross_entropy' or 'margin', got 'mse'"),
        ({"steps": 0}, "steps must be an integer from 1 to 1,000,000, got 0"),
        ({"method": "fgsm", "steps": 3}, "steps must be 1 for method='fgsm', got 3; use method="),
        ({"step": -0.1}, "step must be finite and at least 0, got -0.1"),
        ({"step": math.nan}, "step must be a finite number, got nan"),
        ({"threat": ThreatModel(epsilon=torch.ones(5))}, r"epsilon must be .*, got \(5,\)"),
        (
            {"threat": ThreatModel(bounds=(0.2, 0.4))},
            "x must lie within the threat model's bounds, got values from .* to .*; rescale x",
        ),
        (
            {"y": torch.zeros(3, dtype=torch.long)},
            r"y must have shape \(N,\) with N = 8 like x, got",
        ),
        ({"y": torch.full((8,), 5)}, "y must hold classes from 0 to 4 .*, got 5 to 5"),
        ({"y": torch.full((8,), -1)}, "y must hold classes from 0 to 4 .*, got -1 to -1"),
        (
            {"x": torch.full((8, 3, 4, 4), math.nan)},
            "x must be finite, got NaN or infinity in 8 of",
        ),
        ({"model": lambda x: x}, r"model must return logits .*, got shape \(8, 3, 4, 4\)"),
        (
            {"model": lambda x: torch.zeros(len(x), 5)},
            "model must depend on x through differentiable operations",
        ),
        (
            {"model": lambda x: (x - x).sqrt().flatten(1)[:, :5]},
            "model must have a finite gradient, got NaN or infinity",
        ),
    ],
)
def test_invalid_arguments_are_rejected(affine, images, labels, change, text):
    given = {"model": affine, "x": images, "y": labels, "keep_going": True} | change
    with pytest.raises(ValueError, match=text):
        attack(given.pop("model"), given.pop("x"), given.pop("y"), **given)


def test_invalid_types_are_rejected(affine, images, labels):
    with pytest.raises(
        TypeError, match=r"x must be a floating-point tensor .*, got a tensor .* torch.uint8"
    ):
        attack(affine, (images * 255).to(torch.uint8), labels)
    with pytest.raises(TypeError, match=r"x must be a floating-point tensor .*, got an array"):
        attack(affine, images.numpy(), labels)
    with pytest.raises(
        TypeError, match=r"y must be an integer tensor .*, got a tensor .* torch.float32"
    ):
        attack(affine, images, labels.float())


@pytest.mark.parametrize(
    ("threat", "text"),
    [
        ({"norm": "l7"}, "norm must be 'linf', 'l2' or 'l1', got 'l7'"),
        ({"bounds": 1}, r"bounds must be a pair \(low, high\), got 1"),
        ({"epsilon": math.nan}, "epsilon must be finite and at least 0, got nan"),
        ({"epsilon": -1 / 255}, "epsilon must be finite and at least 0, got -0.003"),
        ({"epsilon": math.inf}, "epsilon must be finite and at least 0, got inf"),
        ({"epsilon": torch.tensor([0.1, math.nan])}, "epsilon must be finite .*, got .*nan"),
        ({"bounds": (1.0, 0.0)}, r"bounds must have low <= high .*, got \(1.0, 0.0\)"),
        ({"bounds": (0.0, math.nan)}, "bounds must have low <= high and no NaN, got .*nan"),
        ({"bounds": (0.0,)}, r"bounds must be a pair \(low, high\), got \(0.0,\)"),
    ],
)
def test_invalid_threat_models_are_rejected(threat, text):
    with pytest.raises(ValueError, match=text):
        ThreatModel(**threat)


@pytest.mark.parametrize("norm", [2, math.inf, None])
def test_a_norm_that_is_no_name_is_refused_with_the_names(norm):
    with pytest.raises(TypeError, match=f"^norm must be 'linf', 'l2' or 'l1', got {norm}$"):
        ThreatModel(norm=norm)


@pytest.mark.parametrize(
    ("threat", "text"),
    [
        ({"epsilon": 8}, r"epsilon is 8, .* 1 apart, .* is feasible; was 8/255 meant\?"),
        ({"epsilon": [0.1, 4.0]}, r"epsilon is 4, .* was 4/255 meant\?"),
        ({"epsilon": 300, "bounds": (0, 255)}, "epsilon is 300, .* 255 apart, .* is feasible$"),
        ({"epsilon": 3.0, "bounds": (torch.zeros(1, 3), [[1.0, 2.0, 2.5]])}, "only 2.5 apart"),
    ],
)
def test_a_ball_larger_than_the_box_is_reported(threat, text):
    with pytest.warns(RuntimeWarning, match=text) as seen:
        ThreatModel(**threat)
    assert seen[0].filename == __file__


@pytest.mark.parametrize(
    "threat",
    [
        {"epsilon": 1.0},
        {"epsilon": 8, "bounds": (0, 255)},
        {"epsilon": 8, "bounds": None},
        {"epsilon": 8, "norm": "l2"},
    ],
)
def test_a_ball_that_does_not_exceed_the_box_is_silent(threat):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ThreatModel(**threat)
