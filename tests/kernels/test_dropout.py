"""Dropout gives 0 or x / q for every layout, dtype, instruction set and number of threads."""

import math

import numpy as np
import pytest
import torch

from pyfrontiers.kernels import dropout, dropout_mask, dropout_reference

SEED = 0x1111222233334444


@pytest.mark.parametrize("granularity", ["element", "channel"])
def test_matches_reference(isa, dtype, laid_out, granularity, normal_images):
    x = laid_out(normal_images(dtype))
    wanted = dropout_reference(x, 0.3, seed=SEED, sample=2, granularity=granularity)
    assert dropout(x, 0.3, seed=SEED, sample=2, granularity=granularity).equal(wanted)


def test_every_size(isa, dtype, size):
    x = torch.linspace(-3, 3, size).to(dtype)
    assert dropout(x, 0.1, seed=SEED).equal(dropout_reference(x, 0.1, seed=SEED))


@pytest.mark.parametrize("granularity", ["element", "channel"])
@pytest.mark.parametrize("shape", [(2, 3, 50, 70), (1, 200, 70, 60), (40, 64, 5, 5), (2, 70, 1, 9)])
def test_channels_last_gives_the_same_values(isa, shape, granularity, threads):
    x = torch.arange(math.prod(shape), dtype=torch.float32).reshape(shape) + 1
    last = x.contiguous(memory_format=torch.channels_last)
    plain = dropout(x, 0.37, seed=SEED, granularity=granularity)
    other = dropout(last, 0.37, seed=SEED, granularity=granularity)
    assert other.equal(plain)
    assert other.stride() == last.stride()


def test_channels_last_over_several_tiles():
    x = torch.ones(1, 130, 60, 70).contiguous(memory_format=torch.channels_last)
    kept = dropout(x, 0.5, seed=SEED) != 0
    assert kept.equal(dropout_mask(x.shape, 0.5, seed=SEED))


def test_large_output_with_streaming_stores(isa, dtype):
    x = torch.ones(3_000_001, dtype=dtype)
    kept = dropout(x, 0.25, seed=SEED) != 0
    assert kept.equal(dropout_mask(x.shape, 0.25, seed=SEED))


@pytest.mark.parametrize("p", [0.1, 0.5, 1 / 3, 0.9])
def test_result_is_zero_or_x_over_q(p, dtype):
    x = torch.randn(5000, generator=torch.Generator().manual_seed(1)).to(dtype)
    y = dropout(x, p, seed=SEED)
    q = round((1 - p) * 2**32) / 2**32
    kept = dropout_mask(x.shape, p, seed=SEED)
    wanted, tiny = x.double() / q, torch.finfo(dtype).smallest_normal * torch.finfo(dtype).eps
    close = (y.double() - wanted).abs() <= wanted.abs() * torch.finfo(dtype).eps * 1.01 + tiny
    assert bool(torch.where(kept, close, y == 0).all())
    assert not bool(torch.signbit(y[~kept]).any())


def test_mean_is_exact():
    """The mean over 2,000 passes is within 5.5 standard errors: false alarm 4e-8."""
    x, p = torch.ones(1000, dtype=torch.float64), 0.1
    mean = sum(float(dropout(x, p, seed=5, sample=t).mean()) for t in range(2000)) / 2000
    assert abs(mean - 1) <= 5.5 * math.sqrt(p / (1 - p) / 2_000_000)


def test_p_of_zero_and_one(dtype):
    x = torch.tensor([1.5, -2.0, math.inf, math.nan, -0.0]).to(dtype)
    assert dropout(x, 1.0, seed=0).tolist() == [0.0] * 5
    kept = dropout(x, 0.0, seed=0)
    assert kept.nan_to_num(99).equal(x.nan_to_num(99))


def test_dropped_nan_is_zero_and_kept_nan_stays(isa, dtype):
    x = torch.full((1000,), math.nan, dtype=dtype)
    y, kept = dropout(x, 0.5, seed=SEED), dropout_mask(1000, 0.5, seed=SEED)
    assert y.isnan().equal(kept)
    assert bool((y[~kept] == 0).all())


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1, 1, 1, 1)])
def test_small_shapes(shape):
    x = torch.ones(shape)
    assert dropout(x, 0.5, seed=3).equal(dropout_reference(x, 0.5, seed=3))


def test_lazily_negated_input():
    x = torch.randn(100, dtype=torch.complex64).conj().imag
    assert x.is_neg()
    assert dropout(x, 0.5, seed=3).equal(dropout_reference(x.resolve_neg(), 0.5, seed=3))


class TestOut:
    def test_out_and_in_place(self, laid_out, normal_images):
        x = laid_out(normal_images())
        wanted, out = dropout_reference(x, 0.4, seed=SEED), torch.empty_like(x.contiguous())
        assert dropout(x, 0.4, seed=SEED, out=out) is out
        assert out.equal(wanted)
        own = x.clone(memory_format=torch.preserve_format)
        assert dropout(own, 0.4, seed=SEED, out=own) is own
        assert own.equal(wanted)

    def test_strided_out(self, normal_images):
        x = normal_images()
        out = torch.zeros(3, 5, 9, 14)[..., ::2]
        assert dropout(x, 0.4, seed=SEED, out=out).equal(dropout_reference(x, 0.4, seed=SEED))

    def test_numpy_out(self):
        out = np.empty(100, dtype=np.float32)
        dropout(torch.ones(100), 0.5, seed=1, out=out)
        assert torch.from_numpy(out).equal(dropout(torch.ones(100), 0.5, seed=1))

    def test_autograd_detects_the_write(self):
        x, weight = torch.ones(4), torch.ones(4, requires_grad=True)
        product = (weight * x).sum()
        with torch.no_grad():
            dropout(x, 0.5, seed=1, out=x)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            product.backward()

    def test_read_only(self):
        out = np.empty(100, dtype=np.float32)
        out.flags.writeable = False
        with pytest.raises(ValueError, match=r"out must .*got a read-only NumPy array"):
            dropout(torch.ones(100), 0.5, seed=1, out=out)

    def test_overlap_with_input(self):
        memory = torch.ones(101)
        with pytest.raises(
            ValueError, match=r"out must .*not overlap an input, got memory that overlaps x"
        ):
            dropout(memory[:100], 0.5, seed=1, out=memory[1:])

    def test_self_overlap(self):
        with pytest.raises(ValueError, match=r"out must .*got an expanded or windowed tensor"):
            dropout(torch.ones(3, 4), 0.5, seed=1, out=torch.ones(1, 4).expand(3, 4))
        with pytest.raises(ValueError, match=r"out must .*got an expanded or windowed tensor"):
            dropout(torch.ones(3, 4), 0.5, seed=1, out=torch.ones(6).unfold(0, 4, 1))

    def test_non_overlapping_views_are_written(self):
        expected = dropout(torch.ones(3, 4), 0.5, seed=1)
        places = [torch.ones(4, 3).t(), torch.ones(6, 8)[::2, ::2], torch.ones(12).view(3, 4)]
        for out in places:
            assert torch.equal(dropout(torch.ones(3, 4), 0.5, seed=1, out=out), expected)

    def test_wrong_shape(self):
        with pytest.raises(ValueError, match=r"out must .*\(4,\).*, got \(3,\)"):
            dropout(torch.ones(4), 0.5, seed=1, out=torch.ones(3))

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"out must .*torch\.float32.*, got torch\.float64"):
            dropout(torch.ones(4), 0.5, seed=1, out=torch.ones(4, dtype=torch.float64))

    def test_wrong_type(self):
        with pytest.raises(TypeError, match=r"out must .*a torch tensor.*, got list"):
            dropout(torch.ones(4), 0.5, seed=1, out=[0.0] * 4)

    def test_input_requires_grad(self):
        x = torch.ones(4, requires_grad=True)
        with pytest.raises(ValueError, match="while x requires a gradient"):
            dropout(x, 0.5, seed=1, out=torch.empty(4))


class TestGradient:
    def test_gradient_uses_the_same_mask(self):
        x = torch.randn(2, 3, 4, 5, requires_grad=True)
        dropout(x, 0.3, seed=SEED, sample=7).sum().backward()
        assert x.grad.equal(dropout(torch.ones(2, 3, 4, 5), 0.3, seed=SEED, sample=7))

    @pytest.mark.parametrize("granularity", ["element", "channel"])
    def test_gradcheck(self, granularity):
        x = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)

        def function(x):
            return dropout(x, 0.3, seed=SEED, granularity=granularity)

        assert torch.autograd.gradcheck(function, x)
        assert torch.autograd.gradgradcheck(function, x)

    def test_saves_no_tensor_for_backward(self):
        saved = []
        x = torch.randn(1000, requires_grad=True)
        with torch.autograd.graph.saved_tensors_hooks(saved.append, lambda packed: packed):
            y = dropout(x, 0.5, seed=SEED)
        assert y.requires_grad
        assert saved == []


class TestBadInput:
    @pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
    def test_p_outside_zero_to_one(self, p):
        with pytest.raises(ValueError, match=r"p must .*a probability in \[0, 1\].*, got .*"):
            dropout(torch.ones(4), p, seed=0)

    def test_wrong_dtype(self):
        with pytest.raises(TypeError, match=r"x must .*float32, float64.*, got torch\.int64"):
            dropout(torch.ones(4, dtype=torch.int64), 0.5, seed=0)

    def test_not_a_tensor(self):
        with pytest.raises(TypeError, match=r"x must .*a torch tensor.*, got list"):
            dropout([1.0], 0.5, seed=0)

    def test_unsupported_device(self):
        with pytest.raises(ValueError, match=r"x must .*cpu or cuda.*, got meta"):
            dropout(torch.ones(4, device="meta"), 0.5, seed=0)

    def test_sparse(self):
        with pytest.raises(TypeError, match=r"x must .*got .*torch\.sparse_coo"):
            dropout(torch.ones(4).to_sparse(), 0.5, seed=0)

    def test_seed_outside_64_bits(self):
        with pytest.raises(ValueError, match=r"seed must .*got 18446744073709551616"):
            dropout(torch.ones(4), 0.5, seed=1 << 64)

    def test_channels_need_two_dimensions(self):
        with pytest.raises(ValueError, match='got "channel" for 1 dimension'):
            dropout(torch.ones(4), 0.5, seed=0, granularity="channel")
