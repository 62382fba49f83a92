"""Monte-Carlo dropout: T draws of the weights, one predictive distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from pyfrontiers.uncertainty.dropout.kept import small
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks, MaskSource
from pyfrontiers.uncertainty.dropout.plan import after_prefix
from pyfrontiers.uncertainty.dropout.replay import Replay, left_as_found, taken_over
from pyfrontiers.uncertainty.prediction import Outputs, Prediction, Summary, join

#: Draws raw outputs of passes `first` to `first + count - 1`: (first, count) -> (count, N, K, ...).
Passes = Callable[[int, int], Tensor]

_CHUNK_ELEMENTS = 1 << 20  # outputs held at a time, so that memory does not grow with T
_CHUNK_PASSES = 64


def mc_dropout(
    model: nn.Module,
    x: Tensor,
    *,
    samples: int = 50,
    seed: int = 0,
    p: float | None = None,
    outputs: Outputs = "logits",
    first_sample: int = 0,
    batch_size: int | None = None,
    keep_samples: bool = False,
    kept_channels: bool | None = None,
    report: Callable[[float], None] | None = None,
) -> Prediction:
    """Predict with T draws of the weights: mean, variance and what they say about uncertainty.

    Pass t multiplies the input of each dropout layer by mask(seed, layer, t) / q, one mask for the
    whole batch, because a mask on a layer's channels is a mask on its filters: one pass is one draw
    of the weights. What comes before the first dropout is computed once. In a `Sequential` of
    convolutions and linear layers the dropped channels are not computed; any other module runs as
    it is, with its dropout layers taken over. Everything else works as in evaluation mode. The
    model, its flags and torch's generators are left as they were.

    Args:
        model: returns one tensor (N, K, ...); has Dropout, Dropout1d/2d/3d or MCDropout layers.
        x: (N, ...) inputs.
        samples: number of passes T, at least 1.
        seed: 64-bit seed; equal seeds give equal masks; a longer run begins with a shorter one.
        p: drop probability in [0, 1] for every layer, or None for each layer's own.
        outputs: `"logits"` (softmax over dimension 1 is taken), `"probabilities"`, or `"values"` of
            a regression.
        first_sample: number of the first pass, to go on where another run ended.
        batch_size: split the inputs, to bound memory; the masks do not depend on it.
        keep_samples: hold all T results in `Prediction.samples`.
        kept_channels: True insists on leaving dropped channels out, False runs the model as it is,
            None takes the fastest that is possible; for small inputs that is one batch of all
            passes, dropped channels included.
        report: called with the fraction done.

    Returns:
        The predictive distribution.

    Raises:
        ValueError: no dropout fires (the variance would be zero and mean nothing), or an argument
            is out of its range.
        TypeError: `x` is not a tensor, or the model does not return one.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016, sec. 4; whole filters as
        in Gal and Ghahramani, Bayesian CNNs with Bernoulli Approximate Variational Inference, 2015.
    """
    _check(x, samples, first_sample, p, batch_size, outputs)
    parts = []
    batches = torch.split(x, batch_size or len(x))
    for number, batch in enumerate(batches):
        with drawing(model, batch, DrawnMasks(seed), p, kept_channels) as (passes, leaves_out):
            summary = Summary(outputs, keep_samples)
            for first, count in _chunks(first_sample, samples, summary):
                summary.add(passes(first, count))
                if report:
                    report((number + summary.passes / samples) / len(batches))
            parts.append(summary.prediction(kept_channels=leaves_out))
    return join(parts)


@contextmanager
def drawing(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, kept_channels: bool | None
) -> Iterator[tuple[Passes, bool]]:
    """Prepare passes over one batch; the model and the generators are put back at the end.

    Yields:
        The function that draws passes, and whether it leaves dropped channels out.
    """
    with left_as_found(model, x) as x:
        if kept_channels is not False and (found := _planned(model, x, masks, p, kept_channels)):
            yield found
            return
        if kept_channels:
            raise ValueError(
                "kept_channels is True, but the model is not a Sequential whose dropped "
                "channels feed a convolution or linear layer; leave kept_channels at None"
            )
        with taken_over(Replay(model, masks, p)) as replay:
            _require_dropout(replay, x)
            yield lambda first, count: replay.passes(x, first, count), False


def _planned(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, insist: bool | None
) -> tuple[Passes, bool] | None:
    """Compute the prefix; pick between leaving channels out and stacking the passes."""
    planned = after_prefix(model, x, p)
    if planned is None:
        return None
    h, kept = planned
    leaves_out = bool(insist) or not small(h)
    if not leaves_out:
        return (lambda first, count: kept.stacked(h, masks, first, count)), False
    read, steps = kept.before_reading(h)
    return (lambda first, count: kept.passes(read, steps, masks, first, count)), True


def _require_dropout(replay: Replay, x: Tensor) -> None:
    """Run one pass, which also records the prefix."""
    replay.one_pass(x, 0)
    if not replay.fired:
        raise ValueError(
            "no dropout fires in this model: every pass would be the same and the variance zero. "
            "It needs a Dropout, Dropout1d/2d/3d or MCDropout layer with p > 0 (calls of "
            "torch.nn.functional.dropout are not seen); pass p= to override layers with p = 0"
        )


def _chunks(first_sample: int, samples: int, summary: Summary) -> Iterator[tuple[int, int]]:
    """Cut the passes into pieces: (first, count). The first one shows how large an output is."""
    done = 0
    while done < samples:
        room = _CHUNK_ELEMENTS // max(summary.elements, 1) if done else 1
        count = min(max(room, 1), _CHUNK_PASSES, samples - done)
        yield first_sample + done, count
        done += count


def _check(
    x: Tensor,
    samples: int,
    first_sample: int,
    p: float | None,
    batch_size: int | None,
    outputs: Outputs,
) -> None:
    if not isinstance(x, Tensor):
        raise TypeError(f"x is {type(x).__name__}; it must be a tensor of inputs (N, ...)")
    if x.ndim < 2 or len(x) == 0:
        raise ValueError(
            f"x has shape {tuple(x.shape)}; it must be (N, ...) with at least one input"
        )
    if samples < 1:
        raise ValueError(f"samples is {samples}; at least one pass is needed")
    if not 0 <= first_sample <= (1 << 32) - samples:
        raise ValueError(
            f"first_sample is {first_sample} and samples {samples}; pass numbers lie in [0, 2^32)"
        )
    if p is not None and not 0.0 <= p <= 1.0:
        raise ValueError(f"p is {p}; a drop probability lies in [0, 1]")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
    if outputs not in ("logits", "probabilities", "values"):
        raise ValueError(
            f'outputs is {outputs!r}; it must be "logits", "probabilities" or "values"'
        )
