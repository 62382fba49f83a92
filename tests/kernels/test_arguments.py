"""Every kernel rejects invalid arguments by name and writes nothing."""

import math

import numpy as np
import pytest
import torch
from valid_calls import FUNCTIONS, X, having, having_all, valid

from pyfrontiers import kernels

FLOATING = [
    (function, name)
    for function, name in having("x", "grad", "origin", "logits", "images", "texture", "gradient")
    if valid(function)[name].is_floating_point()
]
FLOATING.append(("moments", "samples"))


def functions_with(*names):
    """Parametrise over each function with one of these arguments, and the argument's name."""
    return pytest.mark.parametrize(("function", "name"), having(*names))


def rejects(function, error, **changed):
    (name, *_) = changed
    with pytest.raises(error, match=rf"^{name} must .*, got "):
        getattr(kernels, function)(**{**valid(function), **changed})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_valid_calls_succeed(function):
    getattr(kernels, function)(**valid(function))


class TestNumbers:
    @functions_with("seed")
    @pytest.mark.parametrize("value", [-1, 2**64, 2**70])
    def test_seed_outside_64_bits(self, function, name, value):
        rejects(function, ValueError, **{name: value})

    @functions_with("seed")
    @pytest.mark.parametrize("value", [1.0, "1", None, True, math.nan])
    def test_seed_not_an_integer(self, function, name, value):
        rejects(function, TypeError, **{name: value})

    @functions_with("p", "share")
    @pytest.mark.parametrize("value", [-1e-9, 1.0000001, math.nan, math.inf, -math.inf])
    def test_p_not_a_probability(self, function, name, value):
        rejects(function, ValueError, **{name: value})

    @functions_with("p", "share")
    @pytest.mark.parametrize("value", ["0.5", None, True, [0.5]])
    def test_p_not_a_number(self, function, name, value):
        rejects(function, TypeError, **{name: value})

    @pytest.mark.parametrize("function", ["mc_dropout", "mc_dropout_mean"])
    @pytest.mark.parametrize("value", [0, -1])
    def test_no_samples(self, function, value):
        rejects(function, ValueError, samples=value)

    @pytest.mark.parametrize("function", ["mc_dropout", "mc_dropout_mean"])
    @pytest.mark.parametrize("value", [2.0, "2", None, True])
    def test_samples_not_an_integer(self, function, value):
        rejects(function, TypeError, samples=value)

    @functions_with("sample", "first_sample")
    @pytest.mark.parametrize("value", [-1, 2**32])
    def test_sample_outside_32_bits(self, function, name, value):
        rejects(function, ValueError, **{name: value})

    @functions_with("first_element")
    @pytest.mark.parametrize("value", [-1, 2**62])
    def test_first_element_outside_62_bits(self, function, name, value):
        rejects(function, ValueError, **{name: value})

    @functions_with("step", "epsilon", "amount")
    @pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, torch.tensor([0.1, math.nan])])
    def test_length_not_finite_and_positive(self, function, name, value):
        rejects(function, ValueError, **{name: value})

    @functions_with("step", "epsilon", "amount")
    @pytest.mark.parametrize("value", ["0.1", None, True])
    def test_length_not_a_number(self, function, name, value):
        rejects(function, TypeError, **{name: value})

    @functions_with("bounds")
    @pytest.mark.parametrize("value", [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
    def test_bounds_crossed_or_nan(self, function, name, value):
        rejects(function, ValueError, bounds=value)


class TestTensors:
    @pytest.mark.parametrize(("function", "name"), FLOATING)
    @pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64])
    def test_unsupported_dtype(self, function, name, dtype):
        rejects(function, TypeError, **{name: valid(function)[name].to(dtype)})

    @pytest.mark.parametrize(("function", "name"), [*FLOATING, *having("labels")])
    @pytest.mark.parametrize("value", [[0.5], 0.5, None, np.float32(0.5)])
    def test_not_a_tensor(self, function, name, value):
        rejects(function, TypeError, **{name: value})

    @pytest.mark.parametrize(("function", "name"), [*FLOATING, *having("labels")])
    def test_unsupported_device(self, function, name):
        rejects(function, ValueError, **{name: valid(function)[name].to("meta")})

    @pytest.mark.parametrize(
        ("function", "name"),
        [pair for pair in having("grad", "origin") if pair[0] in having_all("x")],
    )
    def test_shape_and_dtype_must_match_x(self, function, name):
        rejects(function, ValueError, **{name: torch.zeros(2, 3, 5)})
        rejects(function, ValueError, **{name: torch.zeros(1, 3, 4)})
        rejects(function, TypeError, **{name: torch.zeros(2, 3, 4, dtype=torch.float64)})

    @functions_with("shape")
    @pytest.mark.parametrize("device", ["meta", torch.device("meta", 0)])
    def test_unsupported_device_of_a_draw(self, function, name, device):
        rejects(function, ValueError, device=device)

    @functions_with("shape")
    def test_invalid_shape_of_a_draw(self, function, name):
        rejects(function, ValueError, shape=(2, -3))
        rejects(function, TypeError, shape=(2, 3.0))


OUTPUTS = {
    function: getattr(kernels, function)(**valid(function)).zero_() for function, _ in having("out")
}
each_writing_function = pytest.mark.parametrize("function", OUTPUTS)
each_step = pytest.mark.parametrize("function", having_all("grad", "out"))


def read_only(tensor):
    array = tensor.numpy().copy()
    array.flags.writeable = False
    return array


class TestOut:
    @each_writing_function
    def test_wrong_shape(self, function):
        rejects(function, ValueError, out=OUTPUTS[function][0])

    @each_writing_function
    def test_wrong_dtype(self, function):
        rejects(function, TypeError, out=OUTPUTS[function].double())
        rejects(function, TypeError, out=OUTPUTS[function].int())

    @each_writing_function
    def test_wrong_device(self, function):
        rejects(function, ValueError, out=OUTPUTS[function].to("meta"))

    @each_writing_function
    def test_not_writable(self, function):
        rejects(function, ValueError, out=read_only(OUTPUTS[function]))
        rejects(function, TypeError, out=[0.0])

    @each_writing_function
    def test_self_overlapping_output(self, function):
        element = OUTPUTS[function].flatten()[:1]
        rejects(function, ValueError, out=element.expand(OUTPUTS[function].shape))

    @each_step
    @pytest.mark.parametrize("name", ["x", "grad", "origin"])
    def test_output_partially_overlapping_an_input(self, function, name):
        memory = torch.zeros(25)
        arguments = {name: memory[:24].view(2, 3, 4), "out": memory[1:].view(2, 3, 4)}
        with pytest.raises(ValueError, match=f"^out must .*got memory that overlaps {name}"):
            getattr(kernels, function)(**{**valid(function), **arguments})
        assert not memory.any()

    @pytest.mark.parametrize("function", having_all("x", "out"))
    @pytest.mark.parametrize("needing", ["x", "out"])
    def test_output_while_gradient_is_required(self, function, needing):
        x, out = X.clone(), OUTPUTS[function].clone()
        (x if needing == "x" else out).requires_grad_()
        arguments = {**valid(function), "x": x, "out": out}
        with pytest.raises(
            ValueError, match=f"^out must be None while {needing} requires a gradient"
        ):
            getattr(kernels, function)(**arguments)
        assert not out.any()
        with torch.no_grad():
            getattr(kernels, function)(**arguments)
        assert out.any()

    @pytest.mark.parametrize(
        ("function", "name"),
        [pair for pair in having("p", "epsilon", "amount") if pair[0] in OUTPUTS],
    )
    def test_rejected_call_writes_nothing(self, function, name):
        out = torch.ones_like(OUTPUTS[function])
        with pytest.raises(ValueError, match="got nan"):
            getattr(kernels, function)(**{**valid(function), name: math.nan, "out": out})
        assert (out == 1).all()


def test_unavailable_instruction_set():
    with (
        pytest.raises(ValueError, match=r"^name must .*scalar.*, got 'abacus'"),
        kernels.use_isa("abacus"),
    ):
        pass
    assert kernels.current_isa() == kernels.available_isas()[0]
