"""What the fast path of ordinary calls leaves to the Python path, without side effects."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import _core, outputs

SHAPE = (3, 4, 50)
X = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": -1},
        {"shape": [3, 4]},
        {"shape": (3, 4.0)},
        {"shape": (0, 2**31, 2**31)},
        {"seed": True},
        {"offset": 2**64},
        {"dtype": torch.complex64},
        {"dtype": torch.int32},
        {"dtype": "float32"},
        {"device": "meta"},
        {"device": torch.device("cpu")},
        {"device": None},
    ],
    ids=str,
)
def test_unusual_draws_use_the_python_path(changed):
    good = {"shape": (3, 4), "seed": 1, "offset": 0, "dtype": None, "device": "cpu"}
    assert _core.uniform_directly(**good) is not None
    assert _core.uniform_directly(**{**good, **changed}) is None


@pytest.mark.parametrize(
    "dtype", [torch.int8, torch.uint8, torch.int16, torch.uint32, torch.int64, torch.uint64]
)
def test_labels_and_integers_at_the_ends_of_a_type(dtype):
    held = torch.iinfo(dtype)
    low, high = max(held.min, -(2**62)), min(held.max + 1, 2**62)
    assert _core.randint_directly(9, low, high, 1, 0, dtype, "cpu") is not None
    assert _core.randint_directly(9, held.min - 1, 5, 1, 0, dtype, "cpu") is None
    assert _core.randint_directly(9, 0, held.max + 2, 1, 0, dtype, "cpu") is None
    assert _core.randint_directly(9, 5, 5, 1, 0, dtype, "cpu") is None
    labels, most = torch.zeros(4, dtype=dtype), min(held.max + 1, 2**32 - 1)
    assert _core.corrupt_labels_directly(labels, 0.5, most, 1) is not None
    assert _core.corrupt_labels_directly(labels, 0.5, most + 1, 1) is None
    assert _core.corrupt_labels_directly(labels, 0.5, 0, 1) is None


def test_passes_and_classes_use_the_python_path_where_results_are_permuted():
    assert _core.moments_directly(X, -1, 0) is None
    assert _core.moments_directly(X, 0, 3) is None
    assert _core.moments_directly(X, 3, 0) is None
    assert _core.predictive_directly(X, 0, 1) is None
    assert _core.predictive_directly(X, 0, 0) is None
    assert _core.predictive_directly(X[0, 0], 0, -1) is None
    assert _core.predictive_directly(X[:0], 0, -1) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"p": math.nan},
        {"p": 2},
        {"p": True},
        {"seed": -1},
        {"seed": 1.0},
        {"seed": 2**64},
        {"sample": 2**32},
        {"first_element": 2**62},
        {"granularity": "pixel"},
        {"granularity": None},
        {"x": None},
        {"x": np.zeros(3)},
        {"x": torch.zeros(3, dtype=torch.int32)},
        {"x": torch.zeros(3, device="meta")},
        {"x": torch.zeros(3).to_sparse()},
        {"out": torch.zeros(3)},
        {"out": X[0]},
        {"out": np.zeros(SHAPE, dtype=np.float32)},
    ],
    ids=str,
)
def test_unusual_arguments_use_the_python_path(changed):
    good = {"x": X, "p": 0.5, "seed": 1, "sample": 0, "first_element": 0}
    good |= {"granularity": "element", "out": None}
    assert _core.dropout_directly(**good) is not None
    assert _core.dropout_directly(**{**good, **changed}) is None


def test_overlapping_output_uses_the_python_path():
    memory = torch.zeros(601)
    x, out = memory[:600].view(SHAPE), memory[1:].view(SHAPE)
    assert _core.dropout_directly(x, 0.5, 1, 0, 0, "element", out) is None
    assert _core.linf_step_directly(X, x, X, 0.1, 0.1, None, True, x) is None
    assert not memory.any()


def test_results_beyond_the_pool_use_the_python_path():
    passes = outputs.CAPACITY // X.nbytes + 1
    assert _core.mc_dropout_directly(X, 0.5, passes, 1, 0, 0, "element") is None
    assert _core.bits_directly(outputs.CAPACITY // 4 + 1, 1, 0, None, "cpu") is None


def test_wrong_exchange_table_is_rejected():
    with pytest.raises((TypeError, ValueError)):
        _core.connect(object(), torch.Tensor, torch.nn.Parameter, {}, (), 0)
