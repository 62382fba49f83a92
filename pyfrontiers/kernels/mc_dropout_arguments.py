"""Common parts of `mc_dropout` and `mc_dropout_mean`: arguments and the call of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.dropout_mask import keep_threshold
from pyfrontiers.kernels.number_arguments import (
    check_first_element,
    check_granularity,
    check_probability,
    check_samples,
    check_unsigned,
)
from pyfrontiers.kernels.operators import layout_of, unsigned

if TYPE_CHECKING:
    from torch import Tensor

Draws = tuple[float, int, int, int, int, str]
"""Parameters of the masks: p, samples, seed, first sample, first element, granularity."""

SCHEMA = (
    "(Tensor x, float p, SymInt samples, SymInt seed, SymInt first_sample, "
    "SymInt first_element, str granularity) -> Tensor"
)
"""The operators' signature in torch's schema language."""


def check_draws(x: Tensor, draws: Draws) -> Draws:
    """Check the arguments that both kernels take, and return them as Python numbers.

    Raises:
        TypeError: wrong dtype, or a number of the wrong kind.
        ValueError: an argument is out of range, or x is on a device without kernels.
    """
    p, samples, seed, first_sample, first_element, granularity = draws
    check_tensor("x", x)
    p = check_probability(p)
    seed = check_unsigned("seed", seed, 64)
    samples, first_sample = check_samples(samples, first_sample)
    first_element = check_first_element(first_element)
    check_granularity(granularity, x.dim())
    return p, samples, seed, first_sample, first_element, granularity


def call_core(kernel: str, x: Tensor, out: Tensor, draws: Draws, bytes_moved: int) -> None:
    """Run a kernel of the compiled core on dense tensors.

    Args:
        kernel: "mc_dropout" or "mc_dropout_mean".
        x: the input, contiguous or channels-last.
        out: the output, in the same layout.
        draws: parameters of the masks.
        bytes_moved: an estimate of the work, which determines the number of threads.
    """
    p, samples, seed, first_sample, first_element, granularity = draws
    by_channel = granularity == "channel"
    core, where = devices.execution(out, bytes_moved)
    getattr(core, kernel)(
        x.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[x.dtype],
        *layout_of(x, rows=by_channel),
        by_channel,
        samples,
        first_element,
        keep_threshold(p),
        unsigned(seed),
        first_sample,
        where,
    )


def save_draws(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    """Save the parameters of the masks for the backward pass."""
    ctx.draws = inputs[1:]
