"""The search for an L1 projection is bit-identical for every implementation of its rounds."""

import math

import pytest
import torch

from pyfrontiers.kernels import l1_step, project

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
SIZES = [1, 5, 17, 171, 1365]
FROZEN = torch.tensor(0.7).double()
ONE_TILE = 8192


def per_channel(*bounds):
    """One bound of the box per channel."""
    return torch.tensor(bounds, dtype=torch.float64).reshape(1, -1, 1)


def just_above(dtype):
    """A number that no value of the dtype equals; the next lower value is near 0.7."""
    return float(FROZEN.to(dtype).double()) * (1 + 2**-30)


def boxes(dtype):
    value = just_above(dtype)
    return {
        "none": None,
        "one": (0.0, 1.0),
        "channels": (per_channel(0.0, 0.2, -1.0), per_channel(1.0, 0.9, 3.0)),
        "infinite": (per_channel(-math.inf, 0.2, -1.0), per_channel(1.0, math.inf, 0.9)),
        "frozen": (per_channel(0.0, value, 0.0), per_channel(1.0, value, 1.0)),
    }


def batch(size, dtype, seed):
    """Samples (2, 3, size), origins within all boxes, and gradients."""
    generator = torch.Generator().manual_seed(seed)

    def drawn(function):
        return function(2, 3, size, generator=generator, dtype=torch.float64)

    origin = (0.2 + 0.7 * drawn(torch.rand)).to(dtype).clamp(0.25, 0.875)
    origin[:, 1] = FROZEN.to(dtype)
    return drawn(torch.randn).to(dtype), origin, drawn(torch.randn).to(dtype)


def padded(x):
    """The samples followed by channels of zeros, so that they exceed one tile."""
    more = ONE_TILE // x.shape[2] + 1
    return torch.cat((x, x.new_zeros(2, more, x.shape[2])), dim=1)


def padded_box(box, size):
    if box is None or isinstance(box[0], float):
        return box
    more = ONE_TILE // size + 1
    low, high = (torch.full((1, more, 1), value, dtype=torch.float64) for value in (-1.0, 1.0))
    return torch.cat((box[0], low), 1), torch.cat((box[1], high), 1)


@pytest.mark.parametrize("box", ["none", "one", "channels", "infinite", "frozen"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_trailing_zeros_change_no_bit(isa, dtype, size, box):
    """Zeros change no sum, but samples of more than one tile are not precomputed."""
    box = boxes(dtype)[box]
    x, origin, grad = batch(size, dtype, seed=size)
    longer = padded_box(box, size)
    for epsilon in (1e-3, 0.5, 9.0, 40.0):
        options = {"norm": "l1", "epsilon": epsilon}
        own = project(x, origin, bounds=box, **options)
        wanted = project(padded(x), padded(origin), bounds=longer, **options)[:, :3]
        assert torch.equal(own.double(), wanted.double())
        change = (own.double() - origin.double()).abs().sum((1, 2))
        assert (change <= epsilon).all()
        # Selects as many components as in the padded sample.
        step = {"step": 0.5, "epsilon": epsilon}
        own = l1_step(x, grad, origin, bounds=box, share=1e-9, **step)
        wanted = l1_step(*map(padded, (x, grad, origin)), bounds=longer, share=1e-9, **step)
        assert torch.equal(own.double(), wanted[:, :3].double())
