"""Predictive mean and uncertainty of T passes of a classifier, in one read of their logits."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import batch_first
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.operators import define, direct, new_empty
from pyfrontiers.kernels.positions import Positions, check_dimensions

__all__ = ["PredictiveSummary", "predictive", "predictive_reference"]

_LEAST = -1000.0  # a logarithm of a p that is 0; p * log p must not be NaN
_IN_REGISTERS = 128  # predictive_registers in csrc/include/frontiers/predictive.hpp


class PredictiveSummary(NamedTuple):
    """Predictive mean and uncertainty of T passes of a classifier, in nats.

    Attributes:
        mean_probability: mean of the passes' softmax; sums to one over the classes.
        variance: mean squared deviation of each probability from its mean (divided by T).
        entropy: entropy of the mean: the total uncertainty.
        expected_entropy: mean of the passes' entropies: the aleatoric part, which would remain if
            the weights were known.
        mutual_information: entropy - expected_entropy >= 0: the epistemic part, on which the passes
            disagree.
    """

    mean_probability: Tensor
    variance: Tensor
    entropy: Tensor
    expected_entropy: Tensor
    mutual_information: Tensor


@adopts_arrays
def predictive(logits: Tensor, dim: int = 0, *, class_dim: int = -1) -> PredictiveSummary:
    """Summarise T passes of a classifier: mean probability, variance, entropies, disagreement.

    With p_t = softmax(logits of pass t) over the classes and H[p] = -sum_c p(c) ln p(c),

        mean = sum_t p_t / T,                     variance = sum_t (p_t - mean)^2 / T,
        entropy = H[mean],                        expected_entropy = sum_t H[p_t] / T,
        mutual_information = entropy - expected_entropy, never below 0.

    The logits are read once and in place, without storing probabilities or any other temporary of
    their size; only a layout with more than three groups of strides over the positions is copied.
    `Predictive` takes the passes in chunks.

    Args:
        logits: float32, float64, float16 or bfloat16 tensor with T >= 1 passes along `dim` and
            C >= 1 classes along `class_dim`, such as (T, N, C), of any layout. -infinity is a
            probability of 0.
        dim: dimension of the passes.
        class_dim: dimension of the classes, not `dim`.

    Returns:
        (mean_probability, variance, entropy, expected_entropy, mutual_information), contiguous, in
        nats: float64 for float64 logits, float32 for all others. The first two have the shape of
        `logits` without `dim`, the others also without `class_dim`. Exponentials are float32
        (float64 for float64), sums over the passes float64: all five are within 2e-6 (1e-14) of
        the formulas up to 1,000 classes. Where all passes have the same probabilities, variance
        and mutual information are exactly 0. Bit-identical on every instruction set, for any number
        of threads, any layout and any chunking of the passes. NaN or +infinity, or a pass that is
        -infinity throughout, makes the results of its position NaN, and no others. Gradients flow
        to the logits; that of the mutual information ignores the clamp at 0. The backward pass
        allocates temporaries of the logits' size.

    Raises:
        TypeError: wrong dtype.
        ValueError: a dimension out of range, the same one twice, no passes or no classes.

    Source:
        Depeweg, Hernández-Lobato, Doshi-Velez, Udluft, Decomposition of uncertainty in Bayesian
        deep learning, ICML 2018, sec. 3; Gal, Uncertainty in deep learning, 2016, sec. 3.3.1.
    """
    if not is_compiling():
        done = _core.predictive_directly(logits, dim, class_dim)
        if done is not None:
            return PredictiveSummary(*done)
    check_tensor("logits", logits)
    dim, class_dim = check_dimensions(logits, dim, class_dim)
    if direct(logits):
        return PredictiveSummary(*_predictive(logits, dim, class_dim))
    return PredictiveSummary(*torch.ops.pyfrontiers.predictive(logits, dim, class_dim))


def result_type(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype of results for logits of a dtype."""
    return torch.float64 if dtype == torch.float64 else torch.float32


Five = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def _predictive(logits: Tensor, dim: int, class_dim: int) -> Five:
    positions = Positions(logits.resolve_neg(), dim, class_dim)
    source = positions.logits
    results = empty_results(positions, logits)
    core, where = devices.execution(source, 2 * source.nbytes)
    state = _state(positions, source, where)
    core.predictive(
        source.data_ptr(),
        DTYPE_CODES[source.dtype],
        *positions.geometry,
        tuple(result.data_ptr() for result in results),
        0 if state is None else state.data_ptr(),
        where,
    )
    return positions.shaped(results)


def _state(positions: Positions, source: Tensor, where: devices.Execution) -> Tensor | None:
    """Return memory for the sums of many classes with CUDA; the CPU kernel has its workspace."""
    if isinstance(where, int) or positions.classes <= _IN_REGISTERS:
        return None
    size = 2 * positions.count * positions.classes
    return torch.empty(size, dtype=torch.float64, device=source.device)


def empty_results(positions: Positions, like: Tensor) -> Five:
    """Return the kernel's five outputs, uninitialised: one row or number per position."""
    dtype = result_type(like.dtype)
    rows = (positions.count, positions.classes)
    mean, variance = new_empty(rows, like, dtype), new_empty(rows, like, dtype)
    numbers = (new_empty((positions.count,), like, dtype) for _ in range(3))
    return (mean, variance, *numbers)  # type: ignore[return-value]  # three numbers follow


def _fake(logits: Tensor, dim: int, class_dim: int) -> Five:
    dtype = result_type(logits.dtype)
    of_pass = [size for i, size in enumerate(logits.shape) if i != dim]
    rest = [size for i, size in enumerate(logits.shape) if i not in (dim, class_dim)]
    shapes = (of_pass, of_pass, rest, rest, rest)
    return tuple(logits.new_empty(shape, dtype=dtype) for shape in shapes)  # type: ignore[return-value]  # five of them


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Five) -> None:
    logits, ctx.dim, ctx.class_dim = inputs
    ctx.save_for_backward(logits, output[0])


def _backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
    """Differentiate mean, variance and entropies by p, then the softmax by the logits."""
    logits, mean = ctx.saved_tensors
    dim, classes = ctx.dim, ctx.class_dim
    of_mean, of_variance, of_entropy, of_expected, of_information = gradients
    log_p = logits.to(mean.dtype).log_softmax(classes)
    p = log_p.exp()
    within = classes - (classes > dim)
    # d H[p] / d p = -(ln p + 1); the 1 has no effect on logits, whose p sum to one.
    log_mean = mean.log().clamp_min(_LEAST)
    to_mean = of_mean - (of_entropy + of_information).unsqueeze(within) * log_mean
    to_p = to_mean.unsqueeze(dim)
    to_p = to_p + 2.0 * of_variance.unsqueeze(dim) * (p - mean.unsqueeze(dim))
    through_passes = (of_expected - of_information).unsqueeze(within).unsqueeze(dim)
    to_p = to_p - through_passes * log_p.clamp_min(_LEAST)
    slope = p * (to_p - (p * to_p).sum(classes, keepdim=True)) / logits.shape[dim]
    return slope.to(logits.dtype), None, None


def _jvp(ctx: Any, tangent: Tensor) -> Five:
    logits, mean = ctx.saved_tensors
    dim, classes = ctx.dim, ctx.class_dim
    within = classes - (classes > dim)
    log_p = logits.to(mean.dtype).log_softmax(classes)
    p = log_p.exp()
    change = tangent.to(mean.dtype)
    of_p = p * (change - (p * change).sum(classes, keepdim=True))
    of_mean = of_p.mean(dim)
    of_variance = 2.0 * ((p - mean.unsqueeze(dim)) * of_p).mean(dim)
    of_entropy = -(of_mean * mean.log().clamp_min(_LEAST)).sum(within)
    of_expected = -(of_p * log_p.clamp_min(_LEAST)).sum(classes).mean(dim - (dim > classes))
    return of_mean, of_variance, of_entropy, of_expected, of_entropy - of_expected


def _batch(
    info: Any, in_dims: tuple[int | None, ...], logits: Tensor, dim: int, class_dim: int
) -> tuple[Five, tuple[int, ...]]:
    logits = batch_first(logits, in_dims[0], info.batch_size)
    return torch.ops.pyfrontiers.predictive(logits, dim + 1, class_dim + 1), (0,) * 5


define(
    "predictive(Tensor logits, int dim, int class_dim) -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
    _predictive,
    _fake,
    derivative=Derivative(
        by=("logits",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=_batch,
)


def predictive_reference(logits: Tensor, dim: int = 0, *, class_dim: int = -1) -> PredictiveSummary:
    """Compute `predictive` in plain torch and float64, in several reads."""
    dim, class_dim = check_dimensions(logits, dim, class_dim)
    log_p = logits.double().log_softmax(class_dim)
    p = log_p.exp()
    mean = p.mean(dim, keepdim=True)
    variance = (p - mean).square().mean(dim)
    entropy = torch.special.entr(mean).sum(class_dim, keepdim=True).squeeze(dim)
    expected = torch.special.entr(p).sum(class_dim, keepdim=True).mean(dim)
    within = class_dim - (class_dim > dim)
    information = (entropy - expected).clamp_min(0.0)
    dtype = result_type(logits.dtype)
    return PredictiveSummary(
        mean.squeeze(dim).to(dtype),
        variance.to(dtype),
        *(each.squeeze(within).to(dtype) for each in (entropy, expected, information)),
    )
