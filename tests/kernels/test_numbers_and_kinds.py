"""Every argument of every kernel as NumPy's and torch's numbers, and of all wrong kinds.

The cases come from the table of kernels and the values in valid_calls.py. A new kernel is covered
with its entry there.
"""

import re

import numpy as np
import pytest
import torch
from results import same
from valid_calls import FUNCTIONS, valid

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
def test_numbers_of_numpy_and_torch_are_numbers(function, name):
    wanted = call(function)
    for form in forms(valid(function)[name]):
        same(call(function, **{name: form}), wanted)


@pytest.mark.parametrize("wrong", [np.float32(1.0), torch.tensor(1.0), 1.0, True, np.bool_(True)])
@pytest.mark.parametrize(("function", "name"), [case for case in SCALARS if case[1] == "seed"])
def test_integers_are_not_made_of_other_numbers(function, name, wrong):
    with pytest.raises(TypeError, match="seed must be an integer, got"):
        call(function, seed=wrong)


@pytest.mark.parametrize("function", ["dropout", "mc_dropout", "mc_dropout_mean", "dropout_mask"])
def test_derivatives_by_a_number_are_refused(function):
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
def test_a_shape_has_one_meaning_for_every_number_of_samples(samples):
    x = torch.rand(samples, 3, 4, 5)
    by_channel = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    arguments = {"step": 0.0, "bounds": None}
    moved = kernels.linf_step(x + 1, x, x, epsilon=by_channel.reshape(3, 1, 1), **arguments)
    full = kernels.linf_step(x + 1, x, x, epsilon=by_channel.reshape(1, 3, 1, 1), **arguments)
    assert moved.equal(full)
    if samples not in (1, 3):
        with pytest.raises(ValueError, match="epsilon must be a number"):
            kernels.linf_step(x, x, x, epsilon=by_channel, **arguments)


class Odd:
    """An object that no kernel takes."""


class Subclass(torch.Tensor):
    pass


WRONG = {
    "none": None,
    "word": "x",
    "empty word": "",
    "object": Odd(),
    "class": int,
    "list": [],
    "tuple": (),
    "dict": {},
    "set": {1},
    "generator": (i for i in range(3)),
    "nan": float("nan"),
    "infinity": float("inf"),
    "negative": -1,
    "negative fraction": -0.5,
    "huge": 2**70,
    "huge float": 1e300,
    "complex": 1j,
    "bytes": b"x",
    "true": True,
    "triple": (1, 2, 3),
    "words": ("a", "b"),
    "nones": (None, None),
    "crossed": (2, 1),
    "nested": [[1.0], [2.0, 3.0]],
    "dtype": torch.float32,
    "numpy empty": np.array([]),
    "numpy matrix": np.zeros((2, 2)),
    "numpy object": np.array([None]),
    "numpy word": np.array("a"),
    "numpy complex": np.complex64(1),
    "numpy bool": np.bool_(True),
    "numpy record": np.zeros(3, dtype=[("a", "f4")]),
    "numpy date": np.datetime64("2020-01-01"),
    "sparse": torch.eye(3).to_sparse(),
    "meta": torch.zeros(3, device="meta"),
    "meta number": torch.zeros((), device="meta"),
    "complex tensor": torch.zeros(2, 3, 4, dtype=torch.complex64),
    "conjugate": torch.zeros(2, 3, 4, dtype=torch.complex64).conj(),
    "integers": torch.zeros(2, 3, 4, dtype=torch.int32),
    "bools": torch.zeros(2, 3, 4, dtype=torch.bool),
    "float8": torch.zeros(2, 3, 4).to(torch.float8_e4m3fn),
    "fraction": torch.tensor(0.5),
    "nan tensor": torch.tensor(float("nan")),
    "integer tensor": torch.tensor(3),
    "vector": torch.zeros(7),
    "seven dimensions": torch.zeros((1,) * 7),
    "no samples": torch.zeros(0, 3, 4),
    "expanded": torch.zeros(1).expand(2, 3, 4),
    "parameter": torch.nn.Parameter(torch.tensor(0.5)),
    "subclass": torch.zeros(2, 3, 4).as_subclass(Subclass),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("function", "name"), [(function, name) for function in FUNCTIONS for name in valid(function)]
)
def test_wrong_kinds_raise_a_sentence_that_names_an_argument(function, name):
    faults = []
    names = "|".join(valid(function))
    for kind, value in WRONG.items():
        try:
            call(function, **{name: value})  # some are right for some arguments
        except (TypeError, ValueError, NotImplementedError) as error:
            if not re.match(rf"({names})( and \w+)? must ", str(error)):
                faults.append(f"{kind}: {error}")
        except Exception as error:  # nothing else may reach the caller
            faults.append(f"{kind}: {type(error).__name__}: {error}")
    assert faults == []
