"""linf_step stays in ball and box exactly for any numbers, checked in rational arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfrontiers import kernels

WORDS = {
    torch.float16: np.uint16,
    torch.bfloat16: np.uint16,
    torch.float32: np.uint32,
    torch.float64: np.uint64,
}

each_dtype = pytest.mark.parametrize("dtype", WORDS, ids=lambda d: str(d).removeprefix("torch."))
examples = settings(max_examples=50, deadline=None, derandomize=True)

lengths = st.one_of(
    st.sampled_from([0.0, 8 / 255, 1 / 3, 1.0, 5e-324, 1e-45, 1e-40, 6e-8, 65504.0, 3.5e38]),
    st.floats(0, 4, allow_subnormal=True),
    st.floats(0, 1e308),
)


def numbers(words, dtype):
    """Finite values of the dtype from bit patterns, so that all binades are equally likely."""
    kind = WORDS[dtype]
    patterns = np.array([word % (1 << 8 * kind(0).nbytes) for word in words], dtype=kind)
    signed = patterns.view(np.dtype(f"i{patterns.itemsize}"))
    return torch.nan_to_num(torch.from_numpy(signed.copy()).view(dtype))


@st.composite
def cases(draw, dtype):
    """x near origin or far away, with grad, step, epsilon and a box around every origin."""
    words = draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=24))
    origin = numbers(words, dtype)
    if draw(st.booleans()):
        origin = origin.clamp(-1, 1)
    near = draw(st.booleans())
    far = draw(st.lists(st.integers(0, 2**64 - 1), min_size=len(words), max_size=len(words)))
    x = numbers([w + f % 81 - 40 for w, f in zip(words, far, strict=True)] if near else far, dtype)
    grad = numbers(draw(st.permutations(far)), dtype) * draw(st.sampled_from([0.0, 1.0, -1.0]))
    step, epsilon = draw(lengths), draw(lengths)
    least, most = float(origin.double().min()), float(origin.double().max())
    low = least - draw(lengths) if draw(st.booleans()) else -math.inf
    high = most + draw(lengths) if draw(st.booleans()) else math.inf
    return x, grad, origin, {"step": step, "epsilon": epsilon, "bounds": (low, high)}


def on_every_instruction_set(x, grad, origin, **arguments):
    """The step, checked to be bit-identical on all instruction sets and to match the reference."""
    wanted = kernels.linf_step_reference(x, grad, origin, **arguments)
    for name in kernels.available_isas():
        with kernels.use_isa(name):
            assert torch.equal(kernels.linf_step(x, grad, origin, **arguments), wanted)
    assert not torch.signbit(wanted[wanted == 0]).any()
    return wanted


@each_dtype
@examples
@given(data=st.data())
def test_ball_and_box_hold_in_rational_arithmetic_and_in_the_dtype(dtype, data):
    x, grad, origin, arguments = data.draw(cases(dtype))
    epsilon, (low, high) = arguments["epsilon"], arguments["bounds"]
    moved = on_every_instruction_set(x, grad, origin, **arguments)
    for value, centre in zip(moved.tolist(), origin.tolist(), strict=True):
        assert abs(Fraction(value) - Fraction(centre)) <= Fraction(epsilon)
        assert low <= value <= high
    assert ((moved - origin).abs().double() <= epsilon).all()


@each_dtype
@examples
@given(data=st.data())
def test_projection_is_idempotent_and_keeps_interior_points(dtype, data):
    x, grad, origin, arguments = data.draw(cases(dtype))
    arguments["step"] = 0.0
    inside = kernels.linf_step(x, grad, origin, **arguments)
    assert torch.equal(on_every_instruction_set(inside, grad, origin, **arguments), inside)
    arguments["step"] = 1.0
    still = torch.zeros_like(grad)
    assert torch.equal(on_every_instruction_set(inside, still, origin, **arguments), inside)


@each_dtype
@examples
@given(data=st.data())
def test_descent_is_ascent_on_the_negated_gradient(dtype, data):
    x, grad, origin, arguments = data.draw(cases(dtype))
    down = kernels.linf_step(x, grad, origin, **arguments, ascend=False)
    assert torch.equal(down, kernels.linf_step(x, -grad, origin, **arguments, ascend=True))


@each_dtype
@examples
@given(data=st.data())
def test_result_is_monotone_in_step(dtype, data):
    x, grad, origin, arguments = data.draw(cases(dtype))
    longer = {**arguments, "step": 2 * arguments["step"]}
    if not math.isfinite(longer["step"]):
        return
    short = kernels.linf_step(x, grad, origin, **arguments).double()
    long = kernels.linf_step(x, grad, origin, **longer).double()
    assert ((long - short) * grad.double().sign() >= 0).all()


@each_dtype
@examples
@given(data=st.data())
def test_rows_with_parameters_match_single_rows(dtype, data):
    x, grad, origin, arguments = data.draw(cases(dtype))
    rows = [tensor.expand(3, 2, len(x)).contiguous() for tensor in (x, grad, origin)]
    steps = torch.tensor(data.draw(st.lists(lengths, min_size=3, max_size=3)), dtype=torch.float64)
    radii = torch.tensor(data.draw(st.lists(lengths, min_size=2, max_size=2)), dtype=torch.float64)
    arguments |= {"step": steps, "epsilon": radii[:, None]}
    together = kernels.linf_step(*rows, **arguments)
    for n in range(3):
        for c in range(2):
            alone = {**arguments, "step": float(steps[n]), "epsilon": float(radii[c])}
            assert torch.equal(together[n, c], kernels.linf_step(x, grad, origin, **alone))


@each_dtype
@pytest.mark.parametrize("where", [0, 1, 2], ids=["x", "grad", "origin"])
def test_nan_matches_reference(dtype, where):
    tensors = [torch.full((4,), value).to(dtype) for value in (0.5, -1.0, 0.25)]
    tensors[where][1] = math.nan
    for step in (kernels.linf_step, kernels.linf_step_reference):
        moved = step(*tensors, step=0.1, epsilon=0.2)
        assert moved.isnan().tolist() == [False, True, False, False]
