"""Every kernel rejects invalid arguments by name and writes nothing."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers import kernels

X = torch.rand((2, 3, 4), generator=torch.Generator().manual_seed(0))
GRAD, ORIGIN = X - 0.5, X * 0.9
LABELS = torch.arange(10)

# A valid call of each function; each test changes one argument.
VALID_CALLS = {
    "bits": {"shape": (2, 3), "seed": 1},
    "uniform": {"shape": (2, 3), "seed": 1},
    "normal": {"shape": (2, 3), "seed": 1},
    "randint": {"shape": (2, 3), "low": 0, "high": 9, "seed": 1},
    "fold_in": {"seed": 1, "i": 2},
    "split": {"seed": 1, "n": 2},
    "corrupt_labels": {"labels": LABELS, "share": 0.5, "num_classes": 10, "seed": 1},
    "dropout_mask": {"shape": (2, 3), "p": 0.5, "seed": 1},
    "dropout": {"x": X, "p": 0.5, "seed": 1},
    "mc_dropout": {"x": X, "p": 0.5, "samples": 3, "seed": 1},
    "linf_step": {"x": X, "grad": GRAD, "origin": ORIGIN, "step": 0.1, "epsilon": 0.2},
    "moments": {"samples": X},
}


def functions_with(*names):
    """Parametrise over each function with one of these arguments, and the argument's name."""
    pairs = [(f, name) for f, good in VALID_CALLS.items() for name in names if name in good]
    return pytest.mark.parametrize(("function", "name"), pairs)


def rejects(function, error, **changed):
    (name, *_) = changed
    with pytest.raises(error, match=rf"^{name}: got .*(wanted|for a tensor|overlap)"):
        getattr(kernels, function)(**{**VALID_CALLS[function], **changed})


@pytest.mark.parametrize("function", VALID_CALLS)
def test_valid_calls_succeed(function):
    getattr(kernels, function)(**VALID_CALLS[function])


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

    @pytest.mark.parametrize("value", [0, -1])
    def test_fewer_than_one_sample(self, value):
        rejects("mc_dropout", ValueError, samples=value)

    @pytest.mark.parametrize("value", [2.0, "2", None, True])
    def test_samples_not_an_integer(self, value):
        rejects("mc_dropout", TypeError, samples=value)

    @pytest.mark.parametrize("function", ["dropout_mask", "dropout"])
    @pytest.mark.parametrize("value", [-1, 2**32])
    def test_sample_outside_32_bits(self, function, value):
        rejects(function, ValueError, sample=value)

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    @pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, torch.tensor([0.1, math.nan])])
    def test_step_and_epsilon_negative_or_not_finite(self, name, value):
        rejects("linf_step", ValueError, **{name: value})

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    @pytest.mark.parametrize("value", ["0.1", None, True])
    def test_step_and_epsilon_not_a_number(self, name, value):
        rejects("linf_step", TypeError, **{name: value})

    @pytest.mark.parametrize("value", [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
    def test_bounds_crossed_or_nan(self, value):
        rejects("linf_step", ValueError, bounds=value)


class TestTensors:
    @functions_with("x", "grad", "origin", "samples")
    @pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64])
    def test_unsupported_dtype(self, function, name, dtype):
        if isinstance(VALID_CALLS[function][name], torch.Tensor):
            rejects(function, TypeError, **{name: torch.zeros(2, 3, 4).to(dtype)})

    @functions_with("x", "grad", "origin", "labels")
    @pytest.mark.parametrize("value", [[0.5], 0.5, None, np.float32(0.5)])
    def test_not_a_tensor(self, function, name, value):
        rejects(function, TypeError, **{name: value})

    @functions_with("x", "grad", "origin", "labels")
    def test_unsupported_device(self, function, name):
        dtype = VALID_CALLS[function][name].dtype
        rejects(function, ValueError, **{name: torch.zeros(2, 3, 4, dtype=dtype, device="meta")})

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_shape_and_dtype_must_match_x(self, name):
        rejects("linf_step", ValueError, **{name: torch.zeros(2, 3, 5)})
        rejects("linf_step", ValueError, **{name: torch.zeros(1, 3, 4)})
        rejects("linf_step", TypeError, **{name: torch.zeros(2, 3, 4, dtype=torch.float64)})

    @functions_with("shape")
    @pytest.mark.parametrize("device", ["meta", torch.device("meta", 0)])
    def test_unsupported_device_of_a_draw(self, function, name, device):
        rejects(function, ValueError, device=device)

    @functions_with("shape")
    def test_invalid_shape_of_a_draw(self, function, name):
        rejects(function, ValueError, shape=(2, -3))
        rejects(function, TypeError, shape=(2, 3.0))


OUT_SHAPES = {"dropout": (2, 3, 4), "mc_dropout": (3, 2, 3, 4), "linf_step": (2, 3, 4)}
each_writing_function = pytest.mark.parametrize("function", OUT_SHAPES)


def read_only(shape):
    array = np.zeros(shape, dtype=np.float32)
    array.flags.writeable = False
    return array


class TestOut:
    @each_writing_function
    def test_wrong_shape(self, function):
        rejects(function, ValueError, out=torch.zeros(OUT_SHAPES[function][1:]))

    @each_writing_function
    def test_wrong_dtype(self, function):
        rejects(function, TypeError, out=torch.zeros(OUT_SHAPES[function], dtype=torch.float64))
        rejects(function, TypeError, out=torch.zeros(OUT_SHAPES[function], dtype=torch.int32))

    @each_writing_function
    def test_wrong_device(self, function):
        rejects(function, ValueError, out=torch.zeros(OUT_SHAPES[function], device="meta"))

    @each_writing_function
    def test_not_writable(self, function):
        rejects(function, ValueError, out=read_only(OUT_SHAPES[function]))
        rejects(function, TypeError, out=[0.0])

    @each_writing_function
    def test_self_overlapping_output(self, function):
        rejects(function, ValueError, out=torch.zeros(1).expand(OUT_SHAPES[function]))

    @pytest.mark.parametrize("name", ["x", "grad", "origin"])
    def test_output_partially_overlapping_an_input(self, name):
        memory = torch.zeros(25)
        arguments = {name: memory[:24].view(2, 3, 4), "out": memory[1:].view(2, 3, 4)}
        with pytest.raises(ValueError, match=f"^out: got memory that overlaps {name}"):
            kernels.linf_step(**{**VALID_CALLS["linf_step"], **arguments})
        assert not memory.any()

    @each_writing_function
    @pytest.mark.parametrize("needing", ["x", "out"])
    def test_output_while_gradient_is_required(self, function, needing):
        x, out = X.clone(), torch.zeros(OUT_SHAPES[function])
        (x if needing == "x" else out).requires_grad_()
        arguments = {**VALID_CALLS[function], "x": x, "out": out}
        with pytest.raises(ValueError, match=f"^out: .* while {needing} requires a gradient"):
            getattr(kernels, function)(**arguments)
        assert not out.any()
        with torch.no_grad():
            getattr(kernels, function)(**arguments)
        assert out.any()

    @each_writing_function
    def test_rejected_call_writes_nothing(self, function):
        out = torch.full(OUT_SHAPES[function], 7.0)
        bad = {"epsilon": math.nan} if function == "linf_step" else {"p": math.nan}
        with pytest.raises(ValueError, match="got nan"):
            getattr(kernels, function)(**{**VALID_CALLS[function], **bad, "out": out})
        assert (out == 7).all()


def test_unavailable_instruction_set():
    with (
        pytest.raises(ValueError, match=r"^name: got 'abacus', wanted one of .*scalar"),
        kernels.use_isa("abacus"),
    ):
        pass
    assert kernels.current_isa() == kernels.available_isas()[0]
