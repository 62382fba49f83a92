"""T passes in one call equal T single passes."""

import resource

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import dropout, mc_dropout, mc_dropout_reference

SEED = 0x5555666677778888


@pytest.mark.parametrize("granularity", ["element", "channel"])
def test_matches_reference(isa, dtype, laid_out, granularity, normal_images):
    x = laid_out(normal_images(dtype))
    wanted = mc_dropout_reference(x, 0.3, 3, seed=SEED, first_sample=4, granularity=granularity)
    drawn = mc_dropout(x, 0.3, 3, seed=SEED, first_sample=4, granularity=granularity)
    assert drawn.equal(wanted)


def test_pass_t_is_dropout_with_sample_t(size, threads):
    x = torch.linspace(1, 2, size)
    passes = mc_dropout(x, 0.4, 5, seed=SEED, first_sample=2)
    for t in range(5):
        assert passes[t].equal(dropout(x, 0.4, seed=SEED, sample=2 + t))


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_passes_may_be_split(cut):
    x = torch.randn(333)
    whole = mc_dropout(x, 0.5, 7, seed=SEED)
    parts = [
        mc_dropout(x, 0.5, cut, seed=SEED),
        mc_dropout(x, 0.5, 7 - cut, seed=SEED, first_sample=cut),
    ]
    assert torch.cat(parts).equal(whole)


def test_large_output_with_streaming_stores(isa):
    x = torch.ones(300_001)
    passes = mc_dropout(x, 0.1, 16, seed=SEED)
    for t in (0, 7, 15):
        assert passes[t].equal(dropout(x, 0.1, seed=SEED, sample=t))


@pytest.mark.parametrize("elements", [600_000, 600_001], ids=["alike", "each-aligned-otherwise"])
def test_passes_over_several_batches(isa, elements):
    # Bits are drawn one batch ahead of the stores, also across passes.
    x = torch.ones(elements)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    passes = mc_dropout(x, 0.1, 6, seed=SEED, first_sample=7)
    torch.set_num_threads(before)
    for t in range(6):
        assert passes[t].equal(dropout(x, 0.1, seed=SEED, sample=7 + t))


def test_channels_last_is_preserved(normal_images):
    x = normal_images().contiguous(memory_format=torch.channels_last)
    assert mc_dropout(x, 0.5, 2, seed=SEED)[1].is_contiguous(memory_format=torch.channels_last)


class TestOut:
    def test_out(self, laid_out, normal_images):
        x = laid_out(normal_images())
        wanted = mc_dropout_reference(x, 0.4, 4, seed=SEED)
        for out in (
            torch.empty(4, *x.shape),
            torch.stack([torch.empty_like(x)] * 4),
            torch.empty(*x.shape, 4).permute(4, 0, 1, 2, 3),
            torch.empty(8, *x.shape)[::2],
        ):
            assert mc_dropout(x, 0.4, 4, seed=SEED, out=out) is out
            assert out.equal(wanted)

    def test_overlap(self):
        memory = torch.ones(4, 100)
        with pytest.raises(ValueError, match=r"out must .*got memory that overlaps x"):
            mc_dropout(memory[0], 0.5, 4, seed=1, out=memory)

    def test_wrong_shape(self):
        with pytest.raises(ValueError, match=r"out must .*\(4, 10\).*, got \(4, 9\)"):
            mc_dropout(torch.ones(10), 0.5, 4, seed=1, out=torch.empty(4, 9))

    def test_read_only(self):
        out = np.empty((4, 10), dtype=np.float32)
        out.flags.writeable = False
        with pytest.raises(ValueError, match=r"out must .*got a read-only NumPy array"):
            mc_dropout(torch.ones(10), 0.5, 4, seed=1, out=out)

    def test_input_requires_grad(self):
        x = torch.ones(10, requires_grad=True)
        with pytest.raises(ValueError, match="while x requires a gradient"):
            mc_dropout(x, 0.5, 4, seed=1, out=torch.empty(4, 10))


def test_allocates_no_full_mask():
    """Peak memory grows by far less than a bool mask of the output (64 MB) would need."""
    x, out = torch.ones(1 << 20), torch.ones(64, 1 << 20)
    mc_dropout(x[:4096], 0.3, 2, seed=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mc_dropout(x, 0.3, 64, seed=1, out=out)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 16 << 10  # KiB


class TestGradient:
    def test_gradient_sums_over_passes(self):
        x = torch.randn(50, requires_grad=True)
        mc_dropout(x, 0.3, 6, seed=SEED).sum().backward()
        wanted = mc_dropout(torch.ones(50), 0.3, 6, seed=SEED).double().sum(0)
        torch.testing.assert_close(x.grad.double(), wanted)

    @pytest.mark.parametrize("granularity", ["element", "channel"])
    def test_gradcheck(self, granularity):
        x = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(
            lambda x: mc_dropout(x, 0.3, 3, seed=SEED, granularity=granularity), x
        )

    def test_saves_no_tensor_for_backward(self):
        saved = []
        x = torch.randn(1000, requires_grad=True)
        with torch.autograd.graph.saved_tensors_hooks(saved.append, lambda packed: packed):
            mc_dropout(x, 0.5, 4, seed=SEED)
        assert saved == []


class TestBadInput:
    @pytest.mark.parametrize("samples", [0, -3])
    def test_fewer_than_one_pass(self, samples):
        with pytest.raises(ValueError, match=f"samples must .*at least 1.*, got {samples}"):
            mc_dropout(torch.ones(4), 0.5, samples, seed=0)

    def test_samples_not_an_integer(self):
        with pytest.raises(TypeError, match=r"samples must .*an integer.*, got float"):
            mc_dropout(torch.ones(4), 0.5, 2.0, seed=0)

    def test_sample_numbers_beyond_32_bits(self):
        with pytest.raises(ValueError, match=r"must keep all sample numbers below 2\^32"):
            mc_dropout(torch.ones(4), 0.5, 2, seed=0, first_sample=(1 << 32) - 1)

    def test_p_outside_zero_to_one(self):
        with pytest.raises(ValueError, match=r"p must .*a probability.*, got 2"):
            mc_dropout(torch.ones(4), 2, 2, seed=0)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"x must .*got .*torch\.bool"):
            mc_dropout(torch.ones(4, dtype=torch.bool), 0.5, 2, seed=0)
