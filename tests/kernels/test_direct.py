"""The fast path of ordinary calls gives the same bits as the Python path and hides no call."""

import importlib
import math

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from pyfrontiers import kernels
from pyfrontiers.kernels import _core, outputs
from pyfrontiers.kernels.direct import connected

LAST = 2**64 - 1
X = torch.rand((3, 4, 50), generator=torch.Generator().manual_seed(0))
SHAPE = (3, 4, 50)
KEPT = torch.tensor([0, 2, 3])

# Calls that take the fast path for a plain X; the first word is the function, and its module.
CALLS = {
    "dropout": lambda x: kernels.dropout(x, 0.3, seed=LAST, sample=7),
    "dropout by channel": lambda x: kernels.dropout(
        x, 0.5, seed=1, granularity="channel", first_element=5
    ),
    "mc_dropout": lambda x: kernels.mc_dropout(x, 0.1, 5, seed=1, first_sample=9),
    "linf_step": lambda x: kernels.linf_step(
        x, x - 0.5, x * 0.9, step=1, epsilon=0.05, ascend=False
    ),
    "linf_step without a box": lambda x: kernels.linf_step(
        x, x - 0.5, x * 0.9, step=0.1, epsilon=0.05, bounds=None
    ),
    "l2_step": lambda x: kernels.l2_step(x, x - 0.5, x * 0.9, step=1, epsilon=0.5, ascend=False),
    "l1_step": lambda x: kernels.l1_step(x, x - 0.5, x * 0.9, step=9.0, epsilon=2, bounds=None),
    "gather_linear": lambda x: kernels.gather_linear(x[0], x[1], inputs=KEPT[:2], outputs=KEPT),
    "gather_conv2d": lambda x: kernels.gather_conv2d(
        x[None], x[None, :, :3, :3].expand(5, 3, 3, 3).contiguous(), inputs=KEPT[:2], outputs=KEPT
    ),
}
each_call = pytest.mark.parametrize("name", CALLS)


@pytest.fixture
def answers(monkeypatch):
    """Records what the compiled core returns to direct calls, in order."""
    given = []
    for name in [name for name in dir(_core) if name.endswith("_directly")]:
        function = getattr(_core, name)

        def ask(*arguments, function=function):
            given.append(function(*arguments))
            return given[-1]

        monkeypatch.setattr(_core, name, ask)
    return given


def test_torch_publishes_its_exchange_table():
    if not hasattr(torch.Tensor, "__dlpack_c_exchange_api__"):
        pytest.skip("this torch publishes no C exchange table: every call takes the Python path")
    assert connected


@each_call
def test_fast_path_gives_the_same_bits(name, answers, monkeypatch):
    short = CALLS[name](X)
    asked = len(answers)
    assert asked >= 1
    assert None not in answers
    module = importlib.import_module(getattr(kernels, name.split()[0]).__module__)
    monkeypatch.setattr(module, "is_compiling", lambda: True)
    long = CALLS[name](X)
    assert len(answers) == asked
    assert short.dtype == long.dtype
    assert short.stride() == long.stride()
    assert torch.equal(short.view(torch.uint8), long.view(torch.uint8))


class DispatchRecorder(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.names.append(str(function))
        return function(*args, **(kwargs or {}))


class FunctionRecorder(TorchFunctionMode):
    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.names.append(str(function))
        return function(*args, **(kwargs or {}))


@each_call
@pytest.mark.parametrize("mode", [DispatchRecorder, FunctionRecorder])
def test_modes_see_an_operator(name, mode, answers):
    wanted = CALLS[name](X)
    answers.clear()
    with mode() as seen:
        result = CALLS[name](X)
    assert set(answers) == {None}
    assert any("pyfrontiers" in each for each in seen.names)
    assert torch.equal(result.view(torch.uint8), wanted.view(torch.uint8))


@each_call
def test_gradient_is_recorded(name, answers):
    x = X.clone().requires_grad_()
    CALLS[name](x).sum().backward()
    assert None in answers
    assert x.grad is not None
    answers.clear()
    with torch.no_grad():
        assert not CALLS[name](torch.nn.Parameter(X)).requires_grad
    assert None not in answers


def test_lazily_negated_tensor(answers):
    negated = torch._neg_view(X)  # like the imaginary part of a conjugate
    assert negated.is_neg()
    assert torch.equal(kernels.dropout(negated, 0.3, seed=1), -kernels.dropout(X, 0.3, seed=1))
    assert answers[0] is None


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(X.transpose(0, 1), id="strided"),
        pytest.param(torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last), id="pixels"),
        pytest.param(X.expand(2, 3, 4, 50), id="expanded"),
    ],
)
def test_other_layouts_use_the_python_path(x, answers):
    kernels.dropout(x, 0.3, seed=1)
    assert answers == [None]


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


def test_in_place_bumps_the_version_counter():
    x = X.clone()
    before = x._version
    assert kernels.dropout(x, 0.5, seed=1, out=x) is x
    kernels.linf_step(x, X - 0.5, X, step=0.1, epsilon=0.2, out=x)
    assert x._version == before + 2


def test_overlapping_output_uses_the_python_path():
    memory = torch.zeros(601)
    x, out = memory[:600].view(SHAPE), memory[1:].view(SHAPE)
    assert _core.dropout_directly(x, 0.5, 1, 0, 0, "element", out) is None
    assert _core.linf_step_directly(X, x, X, 0.1, 0.1, None, True, x) is None
    assert not memory.any()


@pytest.mark.parametrize("shape", [0, (), (0, 3), (3, 0), 1, (1, 1)])
def test_empty_and_single_elements(shape):
    x = torch.rand(shape) if shape != () else torch.rand(())
    assert kernels.dropout(x, 0.0, seed=1).equal(x)
    assert kernels.mc_dropout(x, 0.0, 2, seed=1)[1].equal(x)
    assert kernels.linf_step(x, x, x, step=0, epsilon=0).equal(x)


def test_large_results_come_from_the_pool(answers):
    _core.empty_pool()
    x = torch.rand(outputs.SMALLEST // 4)
    place = kernels.dropout(x, 0.5, seed=1).data_ptr()
    assert answers.pop() is not None
    assert kernels.dropout(x, 0.5, seed=2).data_ptr() == place


def test_wrong_exchange_table_is_rejected():
    with pytest.raises((TypeError, ValueError)):
        _core.connect(object(), torch.Tensor, torch.nn.Parameter, {}, (), 0)
