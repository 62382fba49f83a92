"""Monte-Carlo dropout: the predictive distribution over T draws of the weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Sample, Seed, Share, Values, checked
from pyfrontiers.first_run import first_run
from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.kept import is_small
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks, MaskSource
from pyfrontiers.uncertainty.dropout.plan import after_prefix, drops_only_in_layers, is_plain
from pyfrontiers.uncertainty.dropout.pooling import pooled_early
from pyfrontiers.uncertainty.dropout.replay import Replay, deterministic
from pyfrontiers.uncertainty.dropout.survey import survey
from pyfrontiers.uncertainty.passes import Passes, check_inputs, check_numbers, next_chunk
from pyfrontiers.uncertainty.prediction import Outputs, Prediction, join
from pyfrontiers.uncertainty.summary import Summary, warn_of_invalid


@checked
def mc_dropout(
    model: nn.Module,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    samples: Count = 50,
    seed: Seed = 0,
    p: Share | None = None,
    outputs: Outputs = "logits",
    first_sample: Sample = 0,
    batch_size: Count | None = None,
    keep_samples: bool = False,
    kept_channels: bool | None = None,
    report: Callable[[float], None] | None = None,
) -> Prediction:
    """Predict mean, variance and uncertainty from T stochastic passes with dropout.

    Pass t multiplies the input of each dropout by mask(seed, layer, t) / q with keep probability
    q = 1 - p. All inputs share a mask, because masking channels is masking filters: a pass is one
    draw of the weights. Sampled is every dropout that the model would apply in training mode:
    layers, functions, dropout inside recurrent layers, attention and transformers, and masks that
    a module draws by hand, from generators seeded by (seed, call, t). Everything else behaves as in
    eval mode.

    Everything before the first active dropout is computed once. In a `Sequential` of convolutions
    and linear layers, dropped channels are not computed. The model, `x` and torch's generators are
    not written to, so several threads can use one model.

    Args:
        model: returns a tensor (N, K, ...), or a tuple, dict or object with one, or with `logits`.
        x: (N, ...) inputs.
        samples: number of passes T, at least 1.
        seed: 64-bit seed of the masks. A longer run starts with the passes of a shorter one.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.
        outputs: kind of the model's output: `"logits"` (softmax is applied over dimension 1),
            `"probabilities"`, or `"values"` for regression. One logit or probability per input,
            (N,) or (N, 1, ...), is that of class 1 of a binary classifier.
        first_sample: number of the first pass, to continue a previous run.
        batch_size: split the inputs into batches to limit memory; does not change the result.
        keep_samples: whether to return all T outputs in `Prediction.samples`.
        kept_channels: True requires dropped channels to be skipped, False runs the model normally,
            and None chooses the fastest way. For small inputs that is one batch of all passes,
            including dropped channels.
        report: called with the fraction done.

    Returns:
        The predictive distribution.

    Raises:
        ValueError: no dropout is active, so that the variance would be zero; dropout is hidden in
            TorchScript or a fused operator; or an argument is out of range.
        TypeError: `model` is not a module, `x` is not a tensor, or the model returns no tensor.

    Warns:
        RuntimeWarning: the model draws random numbers that cannot be sampled, returns NaN or
            infinity, or returns probabilities where logits are expected.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016, sec. 4; for filters, Gal
        and Ghahramani, Bayesian Convolutional Neural Networks with Bernoulli Approximate
        Variational Inference, 2015.
    """
    _check(x, samples, first_sample, p, batch_size, outputs)
    parts = []
    batches = torch.split(x, batch_size or len(x))
    for number, batch in enumerate(batches):
        with prepared_passes(model, batch, DrawnMasks(seed), p, kept_channels) as (
            passes,
            skips_channels,
        ):
            summary = Summary(outputs, keep_samples)
            while (done := summary.passes) < samples:
                count = next_chunk(done, samples, summary.elements)
                summary.add(passes(first_sample + done, count))
                if report:
                    report((number + summary.passes / samples) / len(batches))
            parts.append(summary.prediction(kept_channels=skips_channels))
    prediction = join(parts)
    warn_of_invalid(prediction)
    return prediction


@contextmanager
def prepared_passes(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, kept_channels: bool | None
) -> Iterator[tuple[Passes, bool]]:
    """Prepare passes over one batch. Neither the model nor `x` is written to.

    Args:
        model: as for `mc_dropout`.
        x: as for `mc_dropout`.
        masks: the mask source.
        p: as for `mc_dropout`.
        kept_channels: as for `mc_dropout`.

    Yields:
        The function that computes passes, and whether it skips dropped channels.
    """
    with deterministic():
        replica, found, planned = replicate(model), None, None
        with first_run(x):
            if not is_plain(replica.model):
                found = survey(model, x)
            if kept_channels is not False and drops_only_in_layers(replica, found):
                planned = _planned(replica.model, x.clone(), masks, p, kept_channels)
        if planned:
            yield _checked(planned[0], x), planned[1]
            return
        if kept_channels:
            raise ValueError(
                "kept_channels must be None or False unless the model is a Sequential whose "
                "dropped channels feed a convolution or linear layer, got True"
            )
        with first_run(x):
            replay = Replay(model, x, found or survey(model, x), masks, p)
            _require_dropout(replay)
        yield _checked(replay.passes, x), False


def _checked(passes: Passes, x: Tensor) -> Passes:
    """Check that each pass has outputs for every input."""
    size, ran = len(x), False

    def checked(first: int, count: int) -> Tensor:
        nonlocal ran
        with nullcontext() if ran else first_run(x):
            outputs = passes(first, count)
        ran = True
        shape = tuple(outputs.shape[1:])
        if shape[:1] != (size,) or 0 in shape:
            raise ValueError(
                f"model must return scores (N, K, ...) for each of the {size} inputs, "
                f"got shape {shape}"
            )
        return outputs

    return checked


def _planned(
    model: nn.Module, x: Tensor, masks: MaskSource, p: float | None, insist: bool | None
) -> tuple[Passes, bool] | None:
    """Compute the prefix, and choose between skipping channels and stacking the passes."""
    planned = after_prefix(model, x, p)
    if planned is None:
        return None
    h, kept = planned
    skips_channels = bool(insist) or not is_small(h)
    if not skips_channels:
        return (lambda first, count: kept.stacked(h, masks, first, count)), False
    start, steps = kept.until_first_layer(h)
    steps = pooled_early(steps)
    return (lambda first, count: kept.passes(start, steps, masks, first, count)), True


def _require_dropout(replay: Replay) -> None:
    """Run one pass to check that a dropout is active; this also records the prefix."""
    replay.one_pass(0)
    if not replay.fired:
        raise ValueError(
            "model must have an active dropout layer or call an active dropout function of torch, "
            "got none, so the variance would be zero; p= overrides layers with p = 0"
        )


def _check(
    x: Tensor,
    samples: int,
    first_sample: int,
    p: float | None,
    batch_size: int | None,
    outputs: Outputs,
) -> None:
    if not isinstance(x, Tensor):
        raise TypeError(f"x must be a tensor (N, ...), got {type(x).__name__}")
    check_inputs(x)
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    check_numbers(samples, first_sample)
    if p is not None and not 0.0 <= p <= 1.0:
        raise ValueError(f"p must be a probability in [0, 1], got {p}")
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    if outputs not in ("logits", "probabilities", "values"):
        raise ValueError(f"outputs must be 'logits', 'probabilities' or 'values', got {outputs!r}")
