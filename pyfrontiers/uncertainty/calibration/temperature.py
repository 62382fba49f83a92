"""Temperature scaling: one number that corrects the confidence of a classifier."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pyfrontiers.arguments import checked
from pyfrontiers.outputs import (
    is_binary,
    two_class_logits,
    two_class_probabilities,
    warn_of_probabilities,
)
from pyfrontiers.uncertainty.metrics.inputs import (
    ClassRows,
    Labels,
    Scores,
    check_classes,
    class_log_probabilities,
)

__all__ = ["Temperature", "fit_temperature"]

_ITERATIONS = 200
_PRECISION = 1e-12


@dataclass(frozen=True, slots=True)
class Temperature:
    """A temperature T > 0; calling it returns calibrated probabilities, softmax(z / T).

    Above 1 it lowers every confidence, below 1 it raises them. The largest class stays the same.

    Attributes:
        value: T.
        before, after: negative log-likelihood of the held-out examples in nats, without and with T.
        outputs: whether the scores are logits or probabilities.
    """

    value: float
    before: float
    after: float
    outputs: Scores = "logits"

    @checked
    def __call__(self, scores: ClassRows) -> Tensor:
        """Return calibrated probabilities.

        Args:
            scores: (N, K) logits or probabilities, as in the fit; (N,) or (N, 1) for two classes.

        Returns:
            (N, K), of the dtype of the scores; (N, 2) for one score.

        Raises:
            ValueError: a shape is wrong, or a row is NaN.
        """
        if scores.ndim not in (1, 2) or not scores.numel():
            raise ValueError(f"scores must have shape (N, K) or (N,), got {tuple(scores.shape)}")
        check_classes("scores", scores, self.outputs)
        logits = _as_logits(scores, self.outputs)
        return (logits / self.value).softmax(1).to(scores.dtype)


@checked
def fit_temperature(
    scores: ClassRows,
    labels: Labels,
    *,
    outputs: Scores = "logits",
) -> Temperature:
    """Find the temperature under which held-out labels are most probable.

        T = argmin_T -(1 / N) sum_n log softmax(z_n / T)(y_n)

    The negative log-likelihood is convex in 1 / T, and Newton's method with bisection as its
    safeguard finds the minimum. There is none if every label has the largest logit (T would be 0),
    or if the logits say no more of the labels than chance (T would be infinite).

    For the mean of dropout passes, pass `Prediction.mean` with `outputs="probabilities"`: the
    logarithms of the probabilities serve as logits.

    Args:
        scores: (N, K) logits of examples that the network was not trained on; (N,) or (N, 1) holds
            those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        outputs: whether the scores are logits or probabilities.

    Returns:
        The temperature. Call it with scores to calibrate them.

    Raises:
        ValueError: the likelihood has no maximum, a row is NaN, a label is out of range, or a shape
            is wrong.
        TypeError: an argument is of another kind.

    Warns:
        RuntimeWarning: the scores look like probabilities where logits are expected.

    Source:
        Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
        sec. 4.2; for means of passes Rahaman and Thiery, Uncertainty Quantification and Deep
        Ensembles, NeurIPS 2021, "pool-then-calibrate".
    """
    logs = class_log_probabilities("scores", scores, labels, outputs)
    if outputs == "logits":
        warn_of_probabilities(
            _as_logits(scores, outputs),
            subject="scores seem to be",
            consequence="makes the temperature meaningless",
        )
    at = labels.long()[:, None]
    of_label = logs.gather(1, at)[:, 0]
    if of_label.isinf().any():
        raise ValueError(
            "scores must give every label a probability above 0, got 0 for "
            f"{int(of_label.isinf().sum())} of {len(of_label)} labels"
        )
    # Relative to the label; a class of probability 0 stays that at every temperature.
    gaps = logs - of_label[:, None]
    beta = _minimum(gaps)
    before, after = float(gaps.logsumexp(1).mean()), float((beta * gaps).logsumexp(1).mean())
    return Temperature(1.0 / beta, before, after, outputs)


def _as_logits(scores: Tensor, outputs: Scores) -> Tensor:
    wide = scores.detach().double()
    if outputs == "probabilities":
        return (two_class_probabilities(wide) if is_binary(wide) else wide).log()
    return two_class_logits(wide) if is_binary(wide) else wide


def _minimum(gaps: Tensor) -> float:
    """Return the 1 / T > 0 that minimises mean log sum_k exp(gap_k / T).

    Raises:
        ValueError: there is none.
    """
    known = torch.where(gaps.isinf(), 0.0, gaps)
    if float(gaps.max()) <= 0:
        raise ValueError(
            "labels must include one whose score is not the largest, got none: their likelihood "
            "grows all the way to temperature 0; use more held-out examples"
        )
    slope, _ = _derivatives(gaps, known, 0.0)
    if slope >= 0:
        raise ValueError(
            "scores must predict the labels better than chance, got a likelihood that grows all "
            "the way to an infinite temperature"
        )
    low, high = 0.0, 1.0
    while _derivatives(gaps, known, high)[0] < 0:
        low, high = high, 2 * high
    beta = (low + high) / 2
    for _ in range(_ITERATIONS):
        slope, curvature = _derivatives(gaps, known, beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        step = beta - slope / curvature if curvature > 0 else low
        new = step if low < step < high else (low + high) / 2
        if abs(new - beta) <= _PRECISION * beta:
            return new
        beta = new
    return beta


def _derivatives(gaps: Tensor, known: Tensor, beta: float) -> tuple[float, float]:
    """Return the first and second derivative in 1 / T: mean and variance of the gaps."""
    weights = torch.where(gaps.isinf(), -torch.inf, beta * known).softmax(1)
    mean = (weights * known).sum(1)
    variance = (weights * known.square()).sum(1) - mean.square()
    return float(mean.mean()), float(variance.mean())
