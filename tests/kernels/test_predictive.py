"""Uncertainties from logits in one read match the formulas in float64 and their identities."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfrontiers.kernels import predictive, predictive_reference

SHAPES = ((1, 1, 1), (1, 4, 3), (5, 1, 16), (4, 7, 17), (9, 3, 128), (6, 2, 300), (3, 33, 10))


def logits(shape, dtype=torch.float32, seed=0, scale=3.0):
    generator = torch.Generator().manual_seed(seed)
    return (scale * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)


def tolerance(dtype):
    return 1e-14 if dtype == torch.float64 else 2e-6


def assert_close(ours, wanted, dtype):
    for one, other in zip(ours, wanted, strict=True):
        assert one.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
        torch.testing.assert_close(one, other, rtol=0, atol=tolerance(dtype))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_matches_reference(isa, dtype, shape):
    x = logits(shape, dtype)
    assert_close(predictive(x), predictive_reference(x), dtype)


def test_thousand_classes_within_tolerance(dtype):
    x = logits((20, 3, 1000), dtype)
    assert_close(predictive(x), predictive_reference(x), dtype)


# Orders of passes, classes and positions: (dim, class_dim) of a five-dimensional array.
DIMENSIONS = ((0, -1), (0, 2), (1, 0), (4, 2), (2, 4), (3, 1))


@pytest.mark.parametrize("dims", DIMENSIONS, ids=str)
def test_independent_of_layout(isa, dtype, dims):
    passes_first = logits((6, 3, 2, 4, 21), dtype)  # (T, positions ..., C)
    wanted = predictive(passes_first)
    dim, class_dim = dims[0] % 5, dims[1] % 5
    rest = [d for d in range(5) if d not in (dim, class_dim)]
    order = [0] * 5
    order[dim], order[class_dim] = 0, 4
    for target, source in zip(rest, (1, 2, 3), strict=True):
        order[target] = source
    moved = passes_first.permute(order)
    for x in (moved, moved.contiguous(), moved.contiguous().repeat_interleave(2, 3)[..., ::2, :]):
        given = predictive(x, dim, class_dim=class_dim)
        within = class_dim - (class_dim > dim)
        for one, other in zip(given[:2], wanted[:2], strict=True):
            assert one.is_contiguous()
            assert one.movedim(within, -1).equal(other)
        for one, other in zip(given[2:], wanted[2:], strict=True):
            assert one.equal(other)


def test_bit_identical_across_isas_and_threads(isa, dtype, threads):
    x = logits((7, 301, 37), dtype)
    torch.set_num_threads(1)
    alone = predictive(x)
    torch.set_num_threads(threads)
    assert all(a.equal(b) for a, b in zip(predictive(x), alone, strict=True))


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(*(st.integers(1, 40) for _ in range(3))),
    scale=st.sampled_from((0.0, 0.1, 5.0, 1000.0)),
    seed=st.integers(0, 99),
)
def test_entropy_identities(shape, scale, seed):
    mean, variance, entropy, expected, information = predictive(
        logits(shape, seed=seed, scale=scale)
    )
    classes = shape[-1]
    assert ((mean.sum(-1) - 1).abs() <= 2e-6).all()
    assert (variance >= 0).all()
    assert (variance <= 0.25 + 1e-6).all()  # the maximum for a number in [0, 1]
    assert (information >= 0).all()
    assert (expected >= -1e-6).all()
    assert (entropy <= math.log(classes) + 1e-6).all()
    # Jensen, up to rounding: the passes are on average less uncertain than their mean.
    assert (entropy >= expected - 1e-6).all()
    torch.testing.assert_close(information, (entropy - expected).clamp_min(0), rtol=0, atol=1e-6)


def test_equal_passes_have_zero_mutual_information(isa, dtype):
    x = logits((1, 50, 100), dtype).repeat(9, 1, 1)
    for passes in (x, x[:1]):
        _, variance, entropy, expected, information = predictive(passes)
        assert not variance.any()
        assert not information.any()
        assert entropy.equal(expected)


def test_confident_but_different_passes_have_only_mutual_information():
    x = 200.0 * torch.eye(4).reshape(4, 1, 4)  # pass t is certain of class t
    mean, variance, entropy, expected, information = predictive(x)
    assert mean.tolist() == [[0.25] * 4]
    torch.testing.assert_close(variance, torch.full((1, 4), 0.25 * 0.75))
    assert expected.tolist() == [0.0]
    torch.testing.assert_close(entropy, torch.tensor([math.log(4)]))
    assert information.equal(entropy)


def test_invariant_to_shifting_a_pass():
    x = logits((5, 9, 12), torch.float64)
    shifted = x + logits((5, 9, 1), torch.float64, seed=1, scale=100.0)
    for one, other in zip(predictive(shifted), predictive(x), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("offset", [1e4, -1e4])
def test_large_logits_do_not_overflow(dtype, offset):
    x = torch.tensor([[[offset, offset, 0.0]]], dtype=dtype)
    mean, *_, information = predictive(x)
    assert mean.sum().item() == pytest.approx(1.0)
    assert information.item() == 0.0


def test_logit_of_minus_infinity_is_probability_zero(isa):
    x = torch.zeros(3, 2, 5)
    x[:, :, 3] = -math.inf
    mean, _, entropy, _, _ = predictive(x)
    assert mean[:, 3].tolist() == [0.0, 0.0]
    torch.testing.assert_close(entropy, torch.full((2,), math.log(4)))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_nan_and_infinity_affect_their_position_only(isa, dtype, bad):
    x = logits((4, 5, 20), dtype)
    clean = predictive(x)
    x[2, 1, 7] = bad
    x[1, 3] = -math.inf
    others = torch.tensor([0, 2, 4])
    for one, other in zip(predictive(x), clean, strict=True):
        assert one[[1, 3]].isnan().all()
        assert one[others].equal(other[others])


def test_no_positions():
    results = predictive(torch.zeros(3, 0, 5))
    assert [tuple(each.shape) for each in results] == [(0, 5), (0, 5), (0,), (0,), (0,)]


def test_keeps_no_probabilities():
    x = logits((64, 128, 50))
    with torch.profiler.profile(profile_memory=True) as profile:
        predictive(x)
    taken = sum(max(event.self_cpu_memory_usage, 0) for event in profile.events())
    assert 0 < taken <= 4 * (2 * 128 * 50 + 3 * 128)  # the returned float32 tensors


class TestGradient:
    @pytest.mark.parametrize("output", range(5))
    def test_gradcheck(self, output):
        x = logits((4, 2, 3), torch.float64).requires_grad_()
        assert torch.autograd.gradcheck(lambda x: predictive(x)[output], x)

    def test_gradient_along_other_dimensions(self):
        x = logits((2, 3, 4, 5), torch.float64).requires_grad_()
        weights = [torch.rand_like(each) for each in predictive(x, 2, class_dim=1)]

        def weighed(function):
            results = function(x, 2, class_dim=1)
            return sum((r * w).sum() for r, w in zip(results, weights, strict=True))

        ours, wanted = (
            torch.autograd.grad(weighed(function), x)[0]
            for function in (predictive, predictive_reference)
        )
        torch.testing.assert_close(ours, wanted)

    def test_second_derivatives(self):
        x = logits((3, 2, 3), torch.float64).requires_grad_()
        assert torch.autograd.gradgradcheck(lambda x: predictive(x).mutual_information, x)

    def test_probability_zero_has_zero_gradient(self):
        x = torch.tensor([[[0.0, 1.0, -math.inf]]] * 2).requires_grad_()
        sum(each.sum() for each in predictive(x)[2:]).backward()
        assert x.grad.isfinite().all()
        assert not x.grad[..., 2].any()

    def test_half_precision(self):
        x = logits((4, 3, 5), torch.float16).requires_grad_()
        predictive(x).entropy.sum().backward()
        assert x.grad.dtype == torch.float16


class TestBadInput:
    def test_no_passes(self):
        with pytest.raises(
            ValueError, match="logits must have at least 1 pass, got none along dimension 0"
        ):
            predictive(torch.ones(0, 3, 2))

    def test_no_classes(self):
        with pytest.raises(
            ValueError, match="logits must have at least 1 class, got none along dimension 2"
        ):
            predictive(torch.ones(2, 3, 0))

    @pytest.mark.parametrize("name", ["dim", "class_dim"])
    def test_dimension_out_of_range(self, name):
        with pytest.raises(
            ValueError, match=rf"{name} must be a dimension of logits, which has 3, got 3"
        ):
            predictive(torch.ones(2, 3, 4), **{name: 3})

    def test_same_dimension_twice(self):
        with pytest.raises(
            ValueError, match="class_dim must differ from the dimension of the passes, got 0"
        ):
            predictive(torch.ones(2, 3), class_dim=-2)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"logits must .*got .*torch\.int64"):
            predictive(torch.ones(3, 3, 3, dtype=torch.int64))
