"""Every bad argument of every kernel is refused by name, and nothing is written."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers import kernels

X = torch.rand((2, 3, 4), generator=torch.Generator().manual_seed(0))
GRAD, ORIGIN = X - 0.5, X * 0.9
LABELS = torch.arange(10)

# One good call of each function; a test changes one argument of it.
GOOD = {
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


def taking(*names):
    """Each function that takes an argument of one of these names, with the name."""
    pairs = [(f, name) for f, good in GOOD.items() for name in names if name in good]
    return pytest.mark.parametrize(("function", "name"), pairs)


def refuse(function, error, **changed):
    (name, *_) = changed
    with pytest.raises(error, match=rf"^{name}: got .*(wanted|for a tensor|overlap)"):
        getattr(kernels, function)(**{**GOOD[function], **changed})


@pytest.mark.parametrize("function", GOOD)
def test_the_good_calls_are_good(function):
    getattr(kernels, function)(**GOOD[function])


class TestNumbers:
    @taking("seed")
    @pytest.mark.parametrize("value", [-1, 2**64, 2**70])
    def test_seed_outside_64_bits(self, function, name, value):
        refuse(function, ValueError, **{name: value})

    @taking("seed")
    @pytest.mark.parametrize("value", [1.0, "1", None, True, math.nan])
    def test_seed_that_is_no_integer(self, function, name, value):
        refuse(function, TypeError, **{name: value})

    @taking("p", "share")
    @pytest.mark.parametrize("value", [-1e-9, 1.0000001, math.nan, math.inf, -math.inf])
    def test_p_that_is_no_probability(self, function, name, value):
        refuse(function, ValueError, **{name: value})

    @taking("p", "share")
    @pytest.mark.parametrize("value", ["0.5", None, True, [0.5]])
    def test_p_that_is_no_number(self, function, name, value):
        refuse(function, TypeError, **{name: value})

    @pytest.mark.parametrize("value", [0, -1])
    def test_no_samples(self, value):
        refuse("mc_dropout", ValueError, samples=value)

    @pytest.mark.parametrize("value", [2.0, "2", None, True])
    def test_samples_that_are_no_integer(self, value):
        refuse("mc_dropout", TypeError, samples=value)

    @pytest.mark.parametrize("function", ["dropout_mask", "dropout"])
    @pytest.mark.parametrize("value", [-1, 2**32])
    def test_sample_outside_32_bits(self, function, value):
        refuse(function, ValueError, sample=value)

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    @pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, torch.tensor([0.1, math.nan])])
    def test_step_and_epsilon_that_are_no_length(self, name, value):
        refuse("linf_step", ValueError, **{name: value})

    @pytest.mark.parametrize("name", ["step", "epsilon"])
    @pytest.mark.parametrize("value", ["0.1", None, True])
    def test_step_and_epsilon_that_are_no_number(self, name, value):
        refuse("linf_step", TypeError, **{name: value})

    @pytest.mark.parametrize("value", [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
    def test_bounds_that_are_crossed_or_nan(self, value):
        refuse("linf_step", ValueError, bounds=value)


class TestTensors:
    @taking("x", "grad", "origin", "samples")
    @pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64])
    def test_dtype(self, function, name, dtype):
        if isinstance(GOOD[function][name], torch.Tensor):
            refuse(function, TypeError, **{name: torch.zeros(2, 3, 4).to(dtype)})

    @taking("x", "grad", "origin", "labels")
    @pytest.mark.parametrize("value", [[0.5], 0.5, None, np.float32(0.5)])
    def test_what_is_no_tensor(self, function, name, value):
        refuse(function, TypeError, **{name: value})

    @taking("x", "grad", "origin", "labels")
    def test_device(self, function, name):
        dtype = GOOD[function][name].dtype
        refuse(function, ValueError, **{name: torch.zeros(2, 3, 4, dtype=dtype, device="meta")})

    @pytest.mark.parametrize("name", ["grad", "origin"])
    def test_shape_and_dtype_must_be_those_of_x(self, name):
        refuse("linf_step", ValueError, **{name: torch.zeros(2, 3, 5)})
        refuse("linf_step", ValueError, **{name: torch.zeros(1, 3, 4)})
        refuse("linf_step", TypeError, **{name: torch.zeros(2, 3, 4, dtype=torch.float64)})

    @taking("shape")
    @pytest.mark.parametrize("device", ["meta", torch.device("meta", 0)])
    def test_device_of_what_is_drawn(self, function, name, device):
        refuse(function, ValueError, device=device)

    @taking("shape")
    def test_shape_of_what_is_drawn(self, function, name):
        refuse(function, ValueError, shape=(2, -3))
        refuse(function, TypeError, shape=(2, 3.0))


SHAPES = {"dropout": (2, 3, 4), "mc_dropout": (3, 2, 3, 4), "linf_step": (2, 3, 4)}
writing = pytest.mark.parametrize("function", SHAPES)


def read_only(shape):
    array = np.zeros(shape, dtype=np.float32)
    array.flags.writeable = False
    return array


class TestOut:
    @writing
    def test_another_shape(self, function):
        refuse(function, ValueError, out=torch.zeros(SHAPES[function][1:]))

    @writing
    def test_another_dtype(self, function):
        refuse(function, TypeError, out=torch.zeros(SHAPES[function], dtype=torch.float64))
        refuse(function, TypeError, out=torch.zeros(SHAPES[function], dtype=torch.int32))

    @writing
    def test_another_device(self, function):
        refuse(function, ValueError, out=torch.zeros(SHAPES[function], device="meta"))

    @writing
    def test_what_cannot_be_written(self, function):
        refuse(function, ValueError, out=read_only(SHAPES[function]))
        refuse(function, TypeError, out=[0.0])

    @writing
    def test_elements_that_overlap_each_other(self, function):
        refuse(function, ValueError, out=torch.zeros(1).expand(SHAPES[function]))

    @pytest.mark.parametrize("name", ["x", "grad", "origin"])
    def test_a_step_into_shifted_memory_of_an_input(self, name):
        memory = torch.zeros(25)
        arguments = {name: memory[:24].view(2, 3, 4), "out": memory[1:].view(2, 3, 4)}
        with pytest.raises(ValueError, match=f"^out: got memory that overlaps {name}"):
            kernels.linf_step(**{**GOOD["linf_step"], **arguments})
        assert not memory.any()

    @writing
    @pytest.mark.parametrize("needing", ["x", "out"])
    def test_a_gradient_through_memory_that_is_written(self, function, needing):
        x, out = X.clone(), torch.zeros(SHAPES[function])
        (x if needing == "x" else out).requires_grad_()
        arguments = {**GOOD[function], "x": x, "out": out}
        with pytest.raises(ValueError, match=f"^out: .* while {needing} requires a gradient"):
            getattr(kernels, function)(**arguments)
        assert not out.any()
        with torch.no_grad():
            getattr(kernels, function)(**arguments)
        assert out.any()

    @writing
    def test_a_refused_call_writes_nothing(self, function):
        out = torch.full(SHAPES[function], 7.0)
        bad = {"epsilon": math.nan} if function == "linf_step" else {"p": math.nan}
        with pytest.raises(ValueError, match="got nan"):
            getattr(kernels, function)(**{**GOOD[function], **bad, "out": out})
        assert (out == 7).all()


def test_an_instruction_set_that_is_not_there():
    with (
        pytest.raises(ValueError, match=r"^name: got 'abacus', wanted one of .*scalar"),
        kernels.use_isa("abacus"),
    ):
        pass
    assert kernels.current_isa() == kernels.available_isas()[0]
