"""Results print in one line: shapes, counts and types instead of tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import nn

from pyfrontiers.adversarial import attack
from pyfrontiers.one_line import one_line
from pyfrontiers.uncertainty import mc_dropout


@dataclass(frozen=True, slots=True)
class Result:
    value: Any
    seed: int = 3
    hidden: int = field(default=0, repr=False)
    __repr__ = one_line


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (torch.zeros(2, 3), "value=(2, 3), "),
        (torch.zeros(4, device="meta"), "value=(4,), "),
        (None, ""),
        (0.123456789, "value=0.123457, "),
        (True, "value=True, "),
        ("linf", "value='linf', "),
        ((0.5, 0.25), "value=[2 float], "),
        ((), "value=[], "),
        ({"weight": torch.zeros(5, 2)}, "value={'weight': (5, 2)}, "),
        ({"a": torch.zeros(5, 2), "b": 1, "c": 2}, "value={'a': (5, 2), 2 more}, "),
        ({}, "value={}, "),
        (Result(torch.zeros(1)), "value=Result(value=(1,), seed=3), "),
        (nn.Sequential(nn.Linear(2, 2)), "value=Sequential, "),
    ],
)
def test_a_field_is_shown_without_its_elements(value, shown):
    assert repr(Result(value)) == f"Result({shown}seed=3)"


def test_a_prediction_shows_its_passes():
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Linear(8, 2))
    found = mc_dropout(model, torch.zeros(4, 3), samples=6, outputs="values")
    assert repr(found).startswith("Prediction(mean=(4, 2), variance=(4, 2), passes=6, ")


def test_an_attack_shows_its_shapes():
    model = nn.Sequential(nn.Flatten(), nn.Linear(3, 2))
    found = attack(model, torch.full((4, 3), 0.5), torch.zeros(4, dtype=torch.long), steps=2)
    assert repr(found).startswith("AttackResult(adversarial=(4, 3), success=(4,), losses=(3, 4), ")
    assert "\n" not in repr(found)
