"""Kernels under other defaults of torch: the dtype and the device of new tensors.

The cases come from the table of kernels and the values in valid_calls.py.
"""

import ast
import contextlib
import inspect
from pathlib import Path

import pytest
import torch
from results import same
from valid_calls import FUNCTIONS, IMAGES, MESH, POSES, X, valid

from pyfrontiers import kernels

each_function = pytest.mark.parametrize("function", FUNCTIONS)


@contextlib.contextmanager
def default_dtype():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextlib.contextmanager
def default_device():
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


DEFAULTS = {
    "dtype": default_dtype,
    "device": default_device,
    "with torch.device": lambda: torch.device("meta"),
}
each_default = pytest.mark.parametrize("default", DEFAULTS.values(), ids=DEFAULTS)


@each_function
@each_default
def test_results_do_not_depend_on_torch_defaults(default, function):
    draws_in_default_dtype = "dtype" in inspect.signature(getattr(kernels, function)).parameters
    own = {"dtype": torch.float32} if function in ("uniform", "normal") else {}
    assert draws_in_default_dtype or not own
    arguments = {**valid(function), **own}
    wanted = getattr(kernels, function)(**arguments)
    with default():
        got = getattr(kernels, function)(**arguments)
    same(got, wanted)


@each_default
@pytest.mark.parametrize("function", ["l2_step", "l1_step", "project", "dropout", "transform"])
def test_gradients_do_not_depend_on_torch_defaults(default, function):
    name = "images" if function == "transform" else "x"
    arguments = valid(function)
    gradients = []
    for context in (contextlib.nullcontext, default):
        x = arguments[name].clone().requires_grad_()
        with context():
            result = getattr(kernels, function)(**{**arguments, name: x})
            (gradient,) = torch.autograd.grad(result.sum(), x)
        gradients.append(gradient)
    same(*gradients)


@each_default
def test_objects_do_not_depend_on_torch_defaults(default):
    makers = {
        "mesh": lambda: kernels.Mesh.sphere(6, 7),
        "poses": lambda: kernels.Poses([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]], [0.0, 0.0, 3.0]),
        "moments": lambda: kernels.Moments().update(X).merge(kernels.Moments().update(X)).mean,
        "predictive": lambda: kernels.Predictive().update(X).summary(),
        "look up": lambda: kernels.rasterize(MESH, POSES, size=(8, 9)).render(IMAGES[0]),
        "identity": lambda: kernels.Transforms.identity(2),
    }
    for make in makers.values():
        wanted = make()
        with default():
            got = make()
        same(got, wanted)


def test_every_tensor_is_created_with_an_explicit_device():
    names = ("tensor", "as_tensor", "zeros", "ones", "empty", "full", "arange", "eye", "linspace")
    factories = {f"torch.{name}" for name in names}
    missing = [
        f"{path.name}:{node.lineno}"
        for path in Path(kernels.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in factories
        and "device" not in {keyword.arg for keyword in node.keywords}
    ]
    assert missing == []


def test_lists_of_numbers_become_float64_for_any_default_dtype():
    x = torch.ones(3, 2, dtype=torch.float64)
    numbers = [0.1, 0.2, 0.3]
    exact = torch.tensor(numbers, dtype=torch.float64, device="cpu")
    for given in (numbers, tuple(numbers), [[number] for number in numbers]):
        got = kernels.project(x + 1, x, norm="l2", epsilon=given)
        assert torch.equal(got, kernels.project(x + 1, x, norm="l2", epsilon=exact))
