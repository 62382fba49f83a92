"""The fused mean equals the mean of the passes: counts are exact."""

import math
import resource

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import dropout_mask, mc_dropout, mc_dropout_mean, mc_dropout_mean_reference

SEED = 0x1111222233334444


@pytest.mark.parametrize("granularity", ["element", "channel"])
def test_matches_reference(isa, dtype, laid_out, granularity, normal_images):
    x = laid_out(normal_images(dtype))
    arguments = {"seed": SEED, "first_sample": 4, "first_element": 77, "granularity": granularity}
    wanted = mc_dropout_mean_reference(x, 0.3, 7, **arguments)
    assert mc_dropout_mean(x, 0.3, 7, **arguments).equal(wanted)


def test_every_number_of_binary_digits(isa):
    """Numbers of passes at which a count gains a digit, strings stay unpaired, or CUDA loops."""
    x = torch.linspace(1, 2, 300, dtype=torch.float64)
    masks = torch.stack([dropout_mask(300, 0.5, seed=SEED, sample=t) for t in range(600)])
    for samples in (1, 2, 3, 5, 31, 32, 33, 63, 64, 217, 218, 247, 248, 249, 255, 256, 500, 600):
        wanted = x * (masks[:samples].double().sum(0) * 2 / samples)
        assert mc_dropout_mean(x, 0.5, samples, seed=SEED).equal(wanted), samples


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.97, 1.0])
def test_equals_mean_of_passes_up_to_rounding(isa, p):
    x = torch.randn(3000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    passes = mc_dropout(x, p, 24, seed=SEED, first_sample=3)
    mean = mc_dropout_mean(x, p, 24, seed=SEED, first_sample=3)
    torch.testing.assert_close(mean, passes.mean(0), rtol=1e-14, atol=0)


def test_independent_of_threads(size, threads):
    x = torch.linspace(-1, 2, size)
    wanted = mc_dropout_mean_reference(x, 0.4, 5, seed=SEED)
    assert mc_dropout_mean(x, 0.4, 5, seed=SEED).equal(wanted)


def test_p_of_zero_and_one(isa, dtype):
    x = torch.tensor([1.5, -0.0, math.inf, math.nan, 3e-5]).repeat(50).to(dtype)
    for samples in (1, 3, 49, 63):
        kept = mc_dropout_mean(x, 0.0, samples, seed=SEED)
        torch.testing.assert_close(kept, x, rtol=0, atol=0, equal_nan=True)
        dropped = mc_dropout_mean(x, 1.0, samples, seed=SEED)
        assert dropped.equal(torch.zeros_like(x))
        assert not dropped.signbit().any()


def test_converges_to_x():
    """The error is |x| sqrt(p / (q T)): four times the passes halve it, and none is six times.

    False alarms: 6 standard deviations of a binomial with 4,096 trials on 5,000 elements, < 1e-4.
    """
    x, p = torch.ones(5000, dtype=torch.float64), 0.3
    errors = []
    for samples in (64, 256, 1024, 4096):
        error = mc_dropout_mean(x, p, samples, seed=SEED) - x
        sigma = math.sqrt(p / ((1 - p) * samples))
        assert error.abs().max() < 6 * sigma
        errors.append(error.square().mean().sqrt().item() / sigma)
    # Root mean squares of 5,000 elements have a standard deviation of about 1 %.
    assert all(0.94 < error < 1.06 for error in errors)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_mean_is_unbiased(p):
    """The kept share of 4 M lanes is binomial; a bound of 5 standard deviations, 6e-7 each."""
    n, samples = 1 << 16, 64
    total = mc_dropout_mean(torch.ones(n, dtype=torch.float64), p, samples, seed=SEED).sum().item()
    sigma = math.sqrt(p / ((1 - p) * n * samples))
    assert abs(total / n - 1) < 5 * sigma


def test_counts_match_the_masks():
    x = torch.ones(999, dtype=torch.float64)
    masks = [dropout_mask(999, 0.5, seed=SEED, sample=t, first_element=5) for t in range(10, 74)]
    mean = mc_dropout_mean(x, 0.5, 64, seed=SEED, first_sample=10, first_element=5)
    assert mean.equal(torch.stack(masks).double().sum(0) / 32)


def test_batch_may_be_split(normal_images):
    x = normal_images()
    whole = mc_dropout_mean(x, 0.4, 9, seed=SEED)
    rest = mc_dropout_mean(x[1:], 0.4, 9, seed=SEED, first_element=x[0].numel())
    assert whole[1:].equal(rest)


class TestOut:
    def test_in_place_and_out(self, isa, laid_out, normal_images):
        x = laid_out(normal_images()).clone()
        wanted = mc_dropout_mean_reference(x, 0.4, 4, seed=SEED)
        for out in (torch.empty(x.shape), torch.empty(*x.shape, 2)[..., 0], x):
            assert mc_dropout_mean(x, 0.4, 4, seed=SEED, out=out) is out
            assert out.equal(wanted)

    def test_overlap(self):
        memory = torch.ones(101)
        with pytest.raises(ValueError, match=r"out must .*got memory that overlaps x"):
            mc_dropout_mean(memory[1:], 0.5, 4, seed=1, out=memory[:-1])

    def test_read_only(self):
        out = np.empty(10, dtype=np.float32)
        out.flags.writeable = False
        with pytest.raises(ValueError, match=r"out must .*got a read-only NumPy array"):
            mc_dropout_mean(torch.ones(10), 0.5, 4, seed=1, out=out)

    def test_input_requires_grad(self):
        x = torch.ones(10, requires_grad=True)
        with pytest.raises(ValueError, match="while x requires a gradient"):
            mc_dropout_mean(x, 0.5, 4, seed=1, out=torch.empty(10))


def test_allocates_no_pass():
    """Peak memory grows by far less than the bits of 64 masks (8 MB), let alone 64 passes."""
    x, out = torch.ones(1 << 20), torch.ones(1 << 20)
    mc_dropout_mean(x, 0.3, 2, seed=1, out=out)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mc_dropout_mean(x, 0.3, 64, seed=1, out=out)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 4 << 10  # KiB


class TestGradient:
    @pytest.mark.parametrize("granularity", ["element", "channel"])
    def test_gradcheck(self, granularity):
        x = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(
            lambda x: mc_dropout_mean(x, 0.3, 3, seed=SEED, granularity=granularity), x
        )

    def test_saves_no_tensor_for_backward(self):
        saved = []
        x = torch.randn(1000, requires_grad=True)
        with torch.autograd.graph.saved_tensors_hooks(saved.append, lambda packed: packed):
            mc_dropout_mean(x, 0.5, 4, seed=SEED)
        assert saved == []


class TestBadInput:
    @pytest.mark.parametrize("samples", [0, -3])
    def test_fewer_than_one_pass(self, samples):
        with pytest.raises(ValueError, match=f"samples must .*at least 1.*, got {samples}"):
            mc_dropout_mean(torch.ones(4), 0.5, samples, seed=0)

    def test_samples_not_an_integer(self):
        with pytest.raises(TypeError, match=r"samples must .*an integer.*, got float"):
            mc_dropout_mean(torch.ones(4), 0.5, 2.0, seed=0)

    def test_too_many_passes(self):
        with pytest.raises(
            ValueError, match=r"samples must .*at most 4294967295.*, got 4294967296"
        ):
            mc_dropout_mean(torch.ones(4), 0.5, 1 << 32, seed=0)

    def test_sample_numbers_beyond_32_bits(self):
        with pytest.raises(ValueError, match=r"must keep all sample numbers below 2\^32"):
            mc_dropout_mean(torch.ones(4), 0.5, 2, seed=0, first_sample=(1 << 32) - 1)

    def test_p_outside_zero_to_one(self):
        with pytest.raises(ValueError, match=r"p must .*a probability.*, got 2"):
            mc_dropout_mean(torch.ones(4), 2, 2, seed=0)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"x must .*got .*torch\.bool"):
            mc_dropout_mean(torch.ones(4, dtype=torch.bool), 0.5, 2, seed=0)
