"""Monte-Carlo dropout: the predictive distribution over T draws of the weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor, nn

from pyfrontiers.arguments import Count, Sample, Seed, Share, Values, checked
from pyfrontiers.uncertainty.dropout.differentiable import with_gradients
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.prepared import prepared_passes
from pyfrontiers.uncertainty.dropout.run import Run
from pyfrontiers.uncertainty.passes import check_inputs, check_numbers, next_chunk
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
    differentiable: bool = False,
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
        p: drop probability of all layers in (0, 1], or None to use each layer's own.
        outputs: kind of the model's output: `"logits"` (softmax is applied over dimension 1),
            `"probabilities"`, or `"values"` for regression. One logit or probability per input,
            (N,) or (N, 1, ...), is that of class 1 of a binary classifier.
        first_sample: number of the first pass, to continue a previous run.
        batch_size: split the inputs into batches to limit memory; does not change the result.
        keep_samples: whether to return all T outputs in `Prediction.samples`.
        kept_channels: True requires dropped channels to be skipped, False runs the model normally,
            and None chooses the fastest way. For small inputs that is one batch of all passes,
            including dropped channels.
        differentiable: whether the figures, but not the stored samples, have gradients with respect
            to `x` and the parameters, to attack or train through the prediction. The backward pass
            draws the masks again and recomputes each pass, so memory does not grow with T. It can
            be differentiated once.
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
    check_run(x, samples, first_sample, p, batch_size, outputs)
    parts = []
    batches = torch.split(x, batch_size or len(x))
    for number, batch in enumerate(batches):
        masks = DrawnMasks(seed)
        with prepared_passes(model, batch, masks, p, kept_channels) as prepared:
            summary = Summary(outputs, keep_samples)
            while (done := summary.passes) < samples:
                count = next_chunk(done, samples, summary.elements)
                summary.add(prepared.passes(first_sample + done, count))
                if report:
                    report((number + summary.passes / samples) / len(batches))
            part = summary.prediction(kept_channels=prepared.skips_channels)
        if differentiable:
            run = Run.on(
                batch.device, model, masks=masks, p=p, prepared=prepared,
                first_sample=first_sample, samples=samples, outputs=outputs,
            )  # fmt: skip
            part = with_gradients(part, batch, run)
        parts.append(part)
    prediction = join(parts)
    warn_of_invalid(prediction)
    return prediction


def check_run(
    x: Tensor,
    samples: int,
    first_sample: int,
    p: float | None,
    batch_size: int | None,
    outputs: Outputs,
) -> None:
    """Check the arguments of a run; see `mc_dropout`."""
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
