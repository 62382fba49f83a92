"""However a batch is split, its parts draw the bits of the whole at their first_element."""

import pytest
import torch

from pyfrontiers.kernels import dropout, dropout_mask, dropout_mask_reference, mc_dropout

SEED = 0x9999AAAABBBBCCCC
CUTS = [(1,), (2, 3), (1, 2, 4)]
# 35 and 105 elements, then 3 and 1,050: no part begins with a block. 384: every part does.
SHAPES = [(6, 5, 7, 3), (6, 3, 350), (6, 384)]

each_granularity = pytest.mark.parametrize("granularity", ["element", "channel"])


def bits_per_image(x, granularity):
    """Number of mask bits per image."""
    return x.shape[1] if granularity == "channel" else x[0].numel()


def starts(x, cuts, granularity):
    return [start * bits_per_image(x, granularity) for start in (0, *cuts)]


@each_granularity
@pytest.mark.parametrize("cuts", CUTS, ids=str)
def test_dropout_of_parts_matches_the_whole(isa, laid_out, cuts, granularity):
    for shape in ((6, 5, 7, 3), (6, 70, 9, 50)):
        x = laid_out(torch.rand(shape) + 1)
        whole = dropout(x, 0.3, seed=SEED, sample=3, granularity=granularity)
        parts = [
            dropout(part, 0.3, seed=SEED, sample=3, first_element=first, granularity=granularity)
            for part, first in zip(x.tensor_split(cuts), starts(x, cuts, granularity), strict=True)
        ]
        assert torch.cat(parts).equal(whole)


@each_granularity
@pytest.mark.parametrize("cuts", CUTS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_mc_dropout_of_parts_matches_the_whole(threads, shape, cuts, granularity):
    x = torch.rand(shape) + 1
    whole = mc_dropout(x, 0.4, 3, seed=SEED, first_sample=5, granularity=granularity)
    parts = [
        mc_dropout(
            part, 0.4, 3, seed=SEED, first_sample=5, first_element=first, granularity=granularity
        )
        for part, first in zip(x.tensor_split(cuts), starts(x, cuts, granularity), strict=True)
    ]
    assert torch.cat(parts, 1).equal(whole)


@pytest.mark.parametrize("first", [0, 1, 31, 127, 128, 1000, 16_384, 20_001, (1 << 39) + 77])
@pytest.mark.parametrize("packed", [False, True], ids=["bool", "packed"])
def test_mask_at_any_first_element(isa, first, packed):
    n = 20_003
    drawn = dropout_mask(n, 0.37, seed=SEED, sample=1, first_element=first, packed=packed)
    assert drawn.equal(
        dropout_mask_reference(n, 0.37, seed=SEED, sample=1, first_element=first, packed=packed)
    )
    if first <= n:
        whole = dropout_mask(first + n, 0.37, seed=SEED, sample=1)
        unpacked = drawn if not packed else (drawn[:, None] >> torch.arange(8) & 1).flatten()[:n]
        assert unpacked.bool().equal(whole[first:])


def test_large_parts_with_several_threads(threads):
    x = torch.ones(700_001)
    whole = dropout(x, 0.25, seed=SEED)
    for cut in (333, 128 * 999, 600_000):
        parts = (
            dropout(x[:cut], 0.25, seed=SEED),
            dropout(x[cut:], 0.25, seed=SEED, first_element=cut),
        )
        assert torch.cat(parts).equal(whole)


@each_granularity
def test_gradient_of_a_part_uses_its_mask(granularity):
    x = torch.randn(4, 3, 5, dtype=torch.float64, requires_grad=True)
    for function, extra in ((dropout, ()), (mc_dropout, (4,))):
        part = function(x[1:], 0.5, *extra, seed=1, first_element=15, granularity=granularity)
        weights = torch.randn_like(part)
        (gradient,) = torch.autograd.grad((part * weights).sum(), x)
        ones = torch.ones(3, 3, 5, dtype=torch.float64)
        masks = function(ones, 0.5, *extra, seed=1, first_element=15, granularity=granularity)
        wanted = masks * weights
        torch.testing.assert_close(gradient[1:], wanted.sum(0) if extra else wanted)


@pytest.mark.parametrize(
    "call",
    [
        lambda first: dropout(torch.ones(4), 0.5, seed=0, first_element=first),
        lambda first: mc_dropout(torch.ones(4), 0.5, 2, seed=0, first_element=first),
        lambda first: dropout_mask(4, 0.5, seed=0, first_element=first),
    ],
    ids=["dropout", "mc_dropout", "dropout_mask"],
)
def test_first_element_out_of_range(call):
    with pytest.raises(
        ValueError, match=r"first_element must .*an integer in \[0, 2\^62.*, got -1"
    ):
        call(-1)
    with pytest.raises(ValueError, match=r"first_element must .*got 4611686018427387904"):
        call(1 << 62)
    with pytest.raises(TypeError, match=r"first_element must .*an integer.*, got float"):
        call(1.0)
