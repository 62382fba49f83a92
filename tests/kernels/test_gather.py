"""A layer computed on its kept channels equals the masked layer."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from pyfrontiers.kernels import (
    dropout_mask,
    gather_conv2d,
    gather_conv2d_reference,
    gather_linear,
    gather_linear_reference,
)

DOUBLE = {"rtol": 1e-12, "atol": 1e-12}
GEOMETRIES = {
    "plain": {},
    "padded": {"padding": 1},
    "strided": {"stride": (2, 1), "padding": (0, 2)},
    "dilated": {"dilation": 2, "padding": "same"},
    "grouped": {"groups": 2, "padding": 1},
    "depthwise": {"groups": 6},
}


def kept_indices(size, p, seed):
    """Indices of the channels a pass keeps."""
    return dropout_mask(size, p, seed=seed).nonzero()[:, 0]


def numbers(*shape, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


@pytest.fixture(params=[0.0, 0.3, 0.8, 1.0], ids=lambda p: f"p={p}")
def p(request):
    """Keeps all, some, few or no channels."""
    return request.param


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("spread", [1, 4])
def test_linear_matches_masked_layer(isa, p, with_bias, spread):
    weight = numbers(7, 20, spread) if spread > 1 else numbers(7, 20)
    x, bias = numbers(5, 20 * spread, seed=1), numbers(7, seed=2) if with_bias else None
    kept = {"inputs": kept_indices(20, p, 1), "outputs": kept_indices(7, p, 2)}
    wanted = gather_linear_reference(x, weight, bias, **kept)
    torch.testing.assert_close(gather_linear(x, weight, bias, **kept), wanted, **DOUBLE)
    packed = x.unflatten(1, (20, spread))[:, kept["inputs"]].flatten(1)
    torch.testing.assert_close(gather_linear(packed, weight, bias, **kept), wanted, **DOUBLE)


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES)
def test_convolution_matches_masked_layer(isa, p, geometry):
    groups = geometry.get("groups", 1)
    weight, bias = numbers(12, 6 // groups, 3, 3), numbers(12, seed=2)
    x = numbers(2, 6, 8, 9, seed=1)
    kept = {"inputs": kept_indices(6, p, 3), "outputs": kept_indices(12, p, 4)}
    wanted = gather_conv2d_reference(x, weight, bias, **kept, **geometry)
    torch.testing.assert_close(gather_conv2d(x, weight, bias, **kept, **geometry), wanted, **DOUBLE)
    packed = gather_conv2d(x[:, kept["inputs"]], weight, **kept, **geometry)
    unbiased = wanted - bias[kept["outputs"]].reshape(-1, 1, 1)
    torch.testing.assert_close(packed, unbiased, **DOUBLE)


def test_layouts_and_dtypes(isa, dtype, laid_out, monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    x, weight = laid_out(numbers(2, 6, 7, 5, dtype=dtype, seed=1)), numbers(9, 6, 3, 3, dtype=dtype)
    kept = {"inputs": kept_indices(6, 0.4, 3), "outputs": kept_indices(9, 0.4, 4)}
    y = gather_conv2d(x, weight, **kept, padding=1)
    wanted = gather_conv2d_reference(x.double(), weight.double(), **kept, padding=1)
    tolerance = {torch.float16: 2e-2, torch.bfloat16: 2e-1, torch.float32: 1e-5}.get(dtype, 1e-12)
    torch.testing.assert_close(y.double(), wanted, rtol=tolerance, atol=tolerance)
    assert y.dtype == dtype
    in_order = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else None
    if in_order:
        assert y.is_contiguous(memory_format=in_order)


@pytest.mark.parametrize("given", ["inputs", "outputs"])
def test_only_one_index(given):
    x, weight, kept = numbers(3, 8), numbers(8, 8, seed=1), {given: kept_indices(8, 0.5, 5)}
    torch.testing.assert_close(
        gather_linear(x, weight, **kept), gather_linear_reference(x, weight, **kept), **DOUBLE
    )


def test_without_indices_matches_torch(normal_images):
    x, weight = normal_images(), numbers(4, 5, 3, 3, dtype=torch.float32)
    assert gather_conv2d(x, weight, padding=1).equal(F.conv2d(x, weight, padding=1))
    assert gather_linear(x[0, 0], weight[:, 0, :, 0].repeat(1, 3)[:, :7]).equal(
        F.linear(x[0, 0], weight[:, 0, :, 0].repeat(1, 3)[:, :7])
    )


def test_dropped_channels_are_neither_read_nor_multiplied():
    x, weight = numbers(2, 10, 6, 6), numbers(12, 10, 3, 3)
    inputs, outputs = kept_indices(10, 0.5, 7), kept_indices(12, 0.5, 8)
    dropped_in = torch.ones(10, dtype=torch.bool).index_fill(0, inputs, False)
    dropped_out = torch.ones(12, dtype=torch.bool).index_fill(0, outputs, False)
    wanted = gather_conv2d(x, weight, inputs=inputs, outputs=outputs)
    x[:, dropped_in], weight[:, dropped_in], weight[dropped_out] = math.nan, math.nan, math.inf
    with FlopCounterMode(display=False) as counter:
        assert gather_conv2d(x, weight, inputs=inputs, outputs=outputs).equal(wanted)
    assert counter.get_total_flops() == 2 * 2 * 16 * len(inputs) * len(outputs) * 9


def test_many_rows_with_several_threads(threads):
    x, weight = numbers(3000, 70, dtype=torch.float32), numbers(5, 70, dtype=torch.float32)
    inputs = kept_indices(70, 0.5, 9)
    packed = F.linear(x[:, inputs].contiguous(), weight[:, inputs].contiguous())
    assert gather_linear(x, weight, inputs=inputs).equal(packed)


def test_numpy_in_numpy_out():
    x, weight, inputs = np.ones((2, 4)), np.ones((3, 4)), np.array([0, 3])
    y = gather_linear(x, weight, inputs=inputs)
    assert isinstance(y, np.ndarray)
    np.testing.assert_array_equal(y, np.full((2, 3), 2.0))


class TestGradient:
    def test_linear(self):
        x, weight, bias = numbers(2, 6), numbers(5, 6), numbers(5)
        kept = {"inputs": kept_indices(6, 0.5, 1), "outputs": kept_indices(5, 0.4, 2)}
        for tensor in (x, weight, bias):
            tensor.requires_grad_()
        call = lambda *tensors: gather_linear(*tensors, **kept)  # noqa: E731
        assert torch.autograd.gradcheck(call, (x, weight, bias))
        assert torch.autograd.gradgradcheck(call, (x, weight, bias))

    @pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last], ids=str)
    def test_convolution(self, layout):
        x = numbers(2, 4, 4, 3).contiguous(memory_format=layout).requires_grad_()
        weight, bias = numbers(5, 4, 3, 3).requires_grad_(), numbers(5).requires_grad_()
        kept = {"inputs": kept_indices(4, 0.5, 1), "outputs": kept_indices(5, 0.4, 2)}
        assert torch.autograd.gradcheck(
            lambda *tensors: gather_conv2d(*tensors, **kept, padding=1), (x, weight, bias)
        )

    def test_dropped_weights_have_zero_gradient(self):
        weight = numbers(4, 6).requires_grad_()
        kept = {"inputs": torch.tensor([1, 4]), "outputs": torch.tensor([0, 2])}
        gather_linear(numbers(3, 6), weight, **kept).sum().backward()
        touched = weight.grad.nonzero().tolist()
        assert touched == [[0, 1], [0, 4], [2, 1], [2, 4]]


class TestBadInput:
    x, weight = torch.ones(2, 6), torch.ones(5, 6)

    @pytest.mark.parametrize(
        ("index", "message"),
        [([1, 1], "got 1 at position 1"), ([2, 0], "got 0 at position 1"),
         ([6], "got 6 at position 0"), ([-1], "got -1 at position 0")],
        ids=str,
    )  # fmt: skip
    def test_index_out_of_range_or_order(self, isa, index, message):
        if isa.startswith("cuda"):
            pytest.skip("with CUDA indices are not checked: that would need a synchronisation")
        with pytest.raises(
            ValueError, match=rf"inputs must hold ascending indices in \[0, 6\), {message}"
        ):
            gather_linear(self.x, self.weight, inputs=torch.tensor(index))

    def test_cuda_does_not_read_out_of_bounds(self, emulated_cuda):
        y = gather_linear(self.x, self.weight, outputs=torch.tensor([-1, 3, 1 << 40]))
        assert y.equal(torch.tensor([[0.0, 6.0, 0.0]] * 2))

    def test_wrong_type_of_index(self):
        with pytest.raises(TypeError, match=r"outputs must .*got .*torch\.bool and 1 dimension"):
            gather_linear(self.x, self.weight, outputs=torch.ones(5, dtype=torch.bool))
        with pytest.raises(TypeError, match=r"outputs must .*an int64 tensor.*, got list"):
            gather_linear(self.x, self.weight, outputs=[1])
        with pytest.raises(ValueError, match=r"outputs must .*at most 5.*, got 9"):
            gather_linear(self.x, self.weight, outputs=torch.arange(9))

    def test_mismatched_shapes(self):
        with pytest.raises(ValueError, match=r"x must .*4 channel.* of the weights.*, got 6"):
            gather_linear(self.x, torch.ones(5, 4))
        with pytest.raises(
            ValueError,
            match="x must have all 7 channel\\(s\\) of the weights or the 2 kept ones, got",
        ):
            gather_linear(self.x, torch.ones(5, 7), inputs=torch.tensor([0, 1]))
        with pytest.raises(ValueError, match=r"bias must .*\(5,\).*, got \(4,\)"):
            gather_linear(self.x, self.weight, torch.ones(4))
        with pytest.raises(ValueError, match=r"x must .*4.*, got 2"):
            gather_conv2d(self.x, torch.ones(5, 6, 1, 1))
        with pytest.raises(ValueError, match=r"weight must .*2 or 3.*, got 4"):
            gather_linear(self.x, torch.ones(5, 6, 1, 1))
        with pytest.raises(ValueError, match=r"groups must divide .*, got 2"):
            gather_conv2d(torch.ones(1, 6, 2, 2), torch.ones(5, 3, 1, 1), groups=2)

    def test_mixed_dtypes(self):
        with pytest.raises(TypeError, match=r"weight must .*torch\.flo.*, got torch\.float64"):
            gather_linear(self.x, self.weight.double())
        with pytest.raises(TypeError, match=r"weight must .*a torch tensor.*, got NoneType"):
            gather_linear(self.x, None)
