"""The protocol of every method, and the prediction that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Protocol, runtime_checkable

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Sample, Seed, Values, checked, described
from pyfrontiers.uncertainty.passes import check_inputs, check_numbers
from pyfrontiers.uncertainty.prediction import AnyOutputs, Prediction, join
from pyfrontiers.uncertainty.summary import Summary, warn_of_invalid

__all__ = ["Posterior", "predict"]


@runtime_checkable
class Posterior(Protocol):
    """Networks drawn from an approximate posterior over the weights.

    A pass is the output of one of them. Pass number s is a function of (seed, s) alone: it does not
    depend on how many passes are asked for, how they are divided into chunks, or the rest of the
    batch.
    """

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...).

        Args:
            x: (N, ...) inputs.
            samples: number of passes.
            seed: 64-bit seed.
            first_sample: number of the first pass.
        """
        ...


@checked
def predict(
    posterior: Posterior,
    x: Annotated[Tensor, Values("N", "...")],
    *,
    samples: Count = 50,
    seed: Seed = 0,
    outputs: AnyOutputs = "logits",
    first_sample: Sample = 0,
    batch_size: Count | None = None,
    keep_samples: bool = False,
    report: Callable[[float], None] | None = None,
) -> Prediction:
    """Predict mean, variance and uncertainty from T networks of a posterior.

    The predictive distribution of an input is the mean over the posterior,

        p(y | x, data) = integral p(y | x, w) p(w | data) dw ~ (1 / T) sum_t p(y | x, w_t).

    Passes are summed up chunk by chunk, so memory does not grow with T.

    Args:
        posterior: any method: `DropoutPosterior`, or the result of a fit.
        x: (N, ...) inputs.
        samples: number of passes T, at least 1.
        seed: 64-bit seed of the draws. A longer run starts with the passes of a shorter one.
        outputs: kind of the model's output: `"logits"` (softmax is applied over dimension 1),
            `"probabilities"`, `"values"` for regression, or `"gaussian"` for regression with 2K
            outputs, first the K values and then the logarithms of their variances. One logit or
            probability per input, (N,) or (N, 1, ...), is that of class 1 of a binary classifier.
        first_sample: number of the first pass, to continue a previous run.
        batch_size: split the inputs into batches to limit memory; the draws stay the same.
        keep_samples: whether to return all T outputs in `Prediction.samples`.
        report: called with the fraction done.

    Returns:
        The predictive distribution. Its `kept_channels` is None.

    Raises:
        ValueError: an argument is out of range, or the posterior yields passes of another number
            or shape.
        TypeError: an argument is of another kind.

    Warns:
        RuntimeWarning: a pass is NaN or infinite, or looks like probabilities where logits are
            expected.
    """
    check_inputs(x)
    check_numbers(samples, first_sample)
    batches = torch.split(x, batch_size or len(x))
    parts = []
    for number, batch in enumerate(batches):
        summary = Summary(outputs, keep_samples)
        for chunk in posterior.sample(batch, samples, seed=seed, first_sample=first_sample):
            _check_chunk(chunk, len(batch), samples - summary.passes)
            with torch.inference_mode(False), torch.no_grad():
                summary.add(chunk.detach())
            if report:
                report((number + summary.passes / samples) / len(batches))
        if summary.passes != samples:
            raise ValueError(f"posterior must yield {samples} passes, got {summary.passes}")
        parts.append(summary.prediction(kept_channels=None))
    prediction = join(parts)
    warn_of_invalid(prediction)
    return prediction


def _check_chunk(chunk: Tensor, inputs: int, most: int) -> None:
    if not isinstance(chunk, Tensor):
        raise TypeError(f"posterior must yield tensors, got {described(chunk)}")
    shape = tuple(chunk.shape)
    if len(shape) < 2 or shape[1] != inputs or 0 in shape:
        raise ValueError(
            f"posterior must yield outputs (t, N, K, ...) for each of the {inputs} inputs, "
            f"got shape {shape}"
        )
    if shape[0] > most:
        raise ValueError(f"posterior must yield at most {most} more passes, got {shape[0]}")
