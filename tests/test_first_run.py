"""Errors about inputs that a model cannot run on name the argument, whatever torch raises."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from pyfrontiers.adversarial import attack
from pyfrontiers.first_run import first_run
from pyfrontiers.uncertainty import mc_dropout


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 3)

    def forward(self, x):
        return self.linear(F.dropout(x, 0.5, self.training))


MODELS = {
    "prefix": nn.Sequential(nn.Linear(6, 5), nn.Dropout(), nn.Linear(5, 3)),
    "no prefix": nn.Sequential(nn.Dropout(), nn.Linear(6, 3)),
    "functional": Functional(),
}
INPUTS = {
    "float64": torch.ones(2, 6, dtype=torch.float64),
    "float16": torch.ones(2, 6, dtype=torch.float16),
    "shape": torch.ones(2, 5),
    "dimensions": torch.ones(2, 6, 1),
}


@pytest.mark.parametrize("x", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_the_error_names_x_and_what_the_model_raised(model, x):
    shape = f"{tuple(x.shape)} and {x.dtype}".replace("(", r"\(").replace(")", r"\)")
    message = f"x must be an input that the model can run on, got a tensor of shape {shape}; the "
    with pytest.raises(ValueError, match=message) as caught:
        mc_dropout(model, x, samples=2)
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(ValueError, match=message):
        attack(model, x, torch.tensor([0, 1]), steps=1)


def test_numbers_of_classes_beyond_an_embedding_are_named():
    model = nn.Sequential(nn.Embedding(4, 6), nn.Dropout(), nn.Flatten(), nn.Linear(12, 3))
    with pytest.raises(ValueError, match="the model raised IndexError"):
        mc_dropout(model, torch.full((3, 2), 9), samples=2)


@pytest.mark.parametrize("kind", [KeyError, ValueError, RuntimeError, torch.OutOfMemoryError])
def test_errors_of_the_callers_code_are_not_replaced(kind):
    with pytest.raises(kind, match="mine"), first_run(torch.ones(1)):
        raise kind("mine")


def test_nested_inputs_are_rejected():
    x = torch.nested.nested_tensor([torch.ones(6), torch.ones(6)], layout=torch.jagged)
    for call in (mc_dropout, lambda model, x: attack(model, x, torch.tensor([0, 1]))):
        with pytest.raises(TypeError, match="x must be a strided tensor"):
            call(MODELS["prefix"], x)


def test_sparse_outputs_are_rejected():
    class Sparse(Functional):
        def forward(self, x):
            return super().forward(x).to_sparse()

    for call in (mc_dropout, lambda model, x: attack(model, x, torch.tensor([0, 1]))):
        with pytest.raises(TypeError, match="model must return scores in a strided tensor"):
            call(Sparse(), torch.ones(2, 6))
