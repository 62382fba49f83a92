"""The fast path of ordinary calls gives the same bits as the Python path and hides no call."""

import sys

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

# Calls that take the fast path for a plain X.
DRAWS = {
    "bits": lambda x: kernels.bits(SHAPE, seed=LAST, offset=5),
    "uniform": lambda x: kernels.uniform(SHAPE, seed=LAST, dtype=torch.float64),
    "normal": lambda x: kernels.normal(600, seed=LAST),
    "randint": lambda x: kernels.randint(SHAPE, -9, 100, seed=3, dtype=torch.int8),
    "dropout_mask": lambda x: kernels.dropout_mask(SHAPE, 0.3, seed=LAST),
    "dropout_mask packed": lambda x: kernels.dropout_mask(99, 0.3, seed=LAST, packed=True),
    "corrupt_labels": lambda x: torch.stack(
        kernels.corrupt_labels((8 * x.detach()).short(), 0.3, 9, seed=3)
    ),
}
DIFFERENTIABLE = {
    "dropout": lambda x: kernels.dropout(x, 0.3, seed=LAST, sample=7),
    "dropout by channel": lambda x: kernels.dropout(
        x, 0.5, seed=1, granularity="channel", first_element=5
    ),
    "mc_dropout": lambda x: kernels.mc_dropout(x, 0.1, 5, seed=1, first_sample=9),
    "mc_dropout_mean": lambda x: kernels.mc_dropout_mean(x, 0.3, 5, seed=LAST, first_sample=9),
    "linf_step": lambda x: kernels.linf_step(
        x, x - 0.5, x * 0.9, step=1, epsilon=0.05, ascend=False
    ),
    "linf_step without a box": lambda x: kernels.linf_step(
        x, x - 0.5, x * 0.9, step=0.1, epsilon=0.05, bounds=None
    ),
    "l2_step": lambda x: kernels.l2_step(x, x - 0.5, x * 0.9, step=1, epsilon=0.5, ascend=False),
    "l1_step": lambda x: kernels.l1_step(x, x - 0.5, x * 0.9, step=9.0, epsilon=2, bounds=None),
    "project": lambda x: kernels.project(x, x * 0.5, norm="l1", epsilon=1.5, bounds=(0, 0.9)),
    "project l2": lambda x: kernels.project(x, x * 0.5, norm="l2", epsilon=0.5),
    "project l0": lambda x: kernels.project(x, x * 0.5, norm="l0", epsilon=9),
    "project linf": lambda x: kernels.project(x, x * 0.5, norm="linf", epsilon=0.1),
    "moments": lambda x: torch.stack(kernels.moments(x, -2, correction=1)),
    "predictive": lambda x: torch.cat([each.flatten() for each in kernels.predictive(x)]),
    "predictive with passes last": lambda x: torch.cat(
        [each.flatten() for each in kernels.predictive(x, -1, class_dim=-2)]
    ),
    "random_start": lambda x: kernels.random_start(
        x, norm="l1", epsilon=0.5, seed=LAST, first_sample=9
    ),
    "additive_noise": lambda x: kernels.additive_noise(x, 0.3, seed=LAST, sample=7),
    "additive_noise salt": lambda x: kernels.additive_noise(
        x, 0.3, kind="salt_and_pepper", seed=LAST, first_element=3
    ),
    "gather_linear": lambda x: kernels.gather_linear(x[0], x[1], inputs=KEPT[:2], outputs=KEPT),
    "gather_conv2d": lambda x: kernels.gather_conv2d(
        x[None], x[None, :, :3, :3].expand(5, 3, 3, 3).contiguous(), inputs=KEPT[:2], outputs=KEPT
    ),
}
CALLS = {**DRAWS, **DIFFERENTIABLE}
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
    for module in [module for name, module in sys.modules.items() if "pyfrontiers.kernels" in name]:
        if hasattr(module, "is_compiling"):
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


@pytest.mark.parametrize("name", DIFFERENTIABLE)
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


def test_default_dtype_is_that_of_torch():
    torch.set_default_dtype(torch.float64)
    try:
        assert _core.uniform_directly(3, 1, 0, None, "cpu").dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_in_place_bumps_the_version_counter():
    x = X.clone()
    before = x._version
    assert kernels.dropout(x, 0.5, seed=1, out=x) is x
    kernels.linf_step(x, X - 0.5, X, step=0.1, epsilon=0.2, out=x)
    assert x._version == before + 2


@pytest.mark.parametrize("shape", [0, (), (0, 3), (3, 0), 1, (1, 1)])
def test_empty_and_single_elements(shape):
    x = torch.rand(shape) if shape != () else torch.rand(())
    assert kernels.dropout(x, 0.0, seed=1).equal(x)
    assert kernels.mc_dropout(x, 0.0, 2, seed=1)[1].equal(x)
    assert kernels.uniform(shape, seed=1).shape == x.shape
    assert kernels.linf_step(x, x, x, step=0, epsilon=0).equal(x)
    assert kernels.project(x, x, norm="l2", epsilon=0).equal(x)


def test_large_results_come_from_the_pool(answers):
    _core.empty_pool()
    x = torch.rand(outputs.SMALLEST // 4)
    place = kernels.dropout(x, 0.5, seed=1).data_ptr()
    assert answers.pop() is not None
    assert kernels.dropout(x, 0.5, seed=2).data_ptr() == place
