"""Every argument of every kernel as NumPy and torch scalars, and with values of all wrong types.

The cases come from the table of kernels and the values in valid_calls.py, so an entry there covers
a new kernel.
"""

import numpy as np
import pytest
import torch
from results import same
from valid_calls import FUNCTIONS, valid
from wrong_kinds import faults_of

from pyfrontiers import kernels


def call(function, **changed):
    return getattr(kernels, function)(**{**valid(function), **changed})


def forms(value):
    """Other forms of a number, or of a sequence of numbers, that mean the same."""
    if isinstance(value, bool):
        return [np.bool_(value), torch.tensor(value)]
    if isinstance(value, int):
        return [np.int64(value), np.array(value), torch.tensor(value), np.int32(value)]
    if isinstance(value, float):
        exact = torch.tensor(value, dtype=torch.float64)
        return [np.float64(value), np.array(value), exact]
    if not isinstance(value, tuple) or not value:
        return []
    if not all(isinstance(item, (int, float)) for item in value):
        return []
    whole = all(isinstance(item, int) for item in value)
    together = torch.tensor(value, dtype=torch.int64 if whole else torch.float64)
    return [list(value), np.array(value), together, *zip(*map(forms, value), strict=True)]


SCALARS = [
    (function, name)
    for function in FUNCTIONS
    for name, value in valid(function).items()
    if forms(value)
]


@pytest.mark.parametrize(("function", "name"), SCALARS)
def test_numpy_and_torch_scalars_are_accepted(function, name):
    wanted = call(function)
    for form in forms(valid(function)[name]):
        same(call(function, **{name: form}), wanted)


@pytest.mark.parametrize("wrong", [np.float32(1.0), torch.tensor(1.0), 1.0, True, np.bool_(True)])
@pytest.mark.parametrize(("function", "name"), [case for case in SCALARS if case[1] == "seed"])
def test_other_numbers_are_not_accepted_as_integers(function, name, wrong):
    with pytest.raises(TypeError, match="seed must be an integer, got"):
        call(function, seed=wrong)


@pytest.mark.parametrize("function", ["dropout", "mc_dropout", "mc_dropout_mean", "dropout_mask"])
def test_derivatives_by_a_number_are_rejected(function):
    with pytest.raises(TypeError, match="p must be constant, got a tensor"):
        call(function, p=torch.tensor(0.5, requires_grad=True))


PER_SAMPLE = [
    (function, name)
    for function, names in {
        **dict.fromkeys(("linf_step", "l2_step", "l1_step"), ("step", "epsilon")),
        "project": ("epsilon",),
        "random_start": ("epsilon",),
        "additive_noise": ("amount",),
    }.items()
    for name in names
]


@pytest.mark.parametrize(("function", "name"), PER_SAMPLE)
def test_amounts_per_sample_in_every_form(function, name):
    amounts = [0.1, 0.25]
    wanted = call(function, **{name: torch.tensor(amounts, dtype=torch.float64)})
    for form in (amounts, tuple(amounts), np.array(amounts), [np.float64(a) for a in amounts]):
        same(call(function, **{name: form}), wanted)
    column = torch.tensor(amounts, dtype=torch.float64).reshape(2, 1, 1)
    same(call(function, **{name: column}), wanted)


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_shape_has_the_same_meaning_for_every_number_of_samples(samples):
    x = torch.rand(samples, 3, 4, 5)
    by_channel = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    arguments = {"step": 0.0, "bounds": None}
    moved = kernels.linf_step(x + 1, x, x, epsilon=by_channel.reshape(3, 1, 1), **arguments)
    full = kernels.linf_step(x + 1, x, x, epsilon=by_channel.reshape(1, 3, 1, 1), **arguments)
    assert moved.equal(full)
    if samples not in (1, 3):
        with pytest.raises(ValueError, match="epsilon must be a number"):
            kernels.linf_step(x, x, x, epsilon=by_channel, **arguments)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("function", "name"), [(function, name) for function in FUNCTIONS for name in valid(function)]
)
def test_wrong_types_raise_an_error_that_names_the_argument(function, name):
    arguments = valid(function)
    assert faults_of(getattr(kernels, function), arguments, name) == []
