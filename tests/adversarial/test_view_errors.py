"""Views that an attack refuses, and samples without valid logits."""

from __future__ import annotations

import pytest
import torch
from view_models import Identity, Rows

from pyfrontiers.adversarial import Transforms2D, attack


def test_invalid_logits_are_no_success(x, y):
    class Broken(Rows):
        def forward(self, x):
            return (
                super().forward(x) * torch.where(x.mean((1, 2, 3)) > 0.9, torch.nan, 1.0)[:, None]
            )

    x = x.clone()
    x[1] = 1.0
    with pytest.warns(RuntimeWarning, match="NaN or infinite logits for 1 of 3"):
        found = attack(Broken(), x, y, views=Identity(), views_per_step=2, steps=2, held_out=2)
    assert found.invalid.tolist() == [False, True, False]
    assert not found.success[1]
    assert found.held_out.adversariality[1] == 0


class Returns(Identity):
    def __init__(self, value):
        self.value = value

    def apply(self, x, drawn):
        return self.value


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"views": 3}, TypeError, "views must be a Views with draw, apply, got 3"),
        ({"views": Returns(None)}, TypeError, "views must return a floating-point tensor from "),
        ({"views": Returns(torch.zeros(2, 3))}, ValueError, r"views must return a tensor \(1, .*"),
        ({"reuse": 0.9}, ValueError, "reuse must be a number .*0.8, got 0.9"),
        ({"views_per_step": 0}, ValueError, "views_per_step must be an integer .*, got 0"),
        ({"held_out": 0}, ValueError, "held_out must be an integer .*, got 0"),
        ({"views": Transforms2D(channels=1)}, ValueError, r"x must hold images \(1, H, W\) for "),
    ],
)
def test_errors(model, x, y, options, error, text):
    with pytest.raises(error, match=f"^{text}"):
        attack(model, x, y, **{"views": Transforms2D(), "steps": 1, **options})


def test_views_must_be_differentiable(model, x, y):
    class Rounded(Identity):
        def apply(self, x, drawn):
            return super().apply(x, drawn).detach()

    with pytest.raises(ValueError, match=r"^model and views must depend on x .*, got an output"):
        attack(model, x, y, views=Rounded(), views_per_step=2, steps=1)
