"""Whether confidence matches accuracy: reliability bins and the expected calibration error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Sample, Seed, checked
from pyfrontiers.uncertainty.metrics.estimate import Estimate, estimate
from pyfrontiers.uncertainty.metrics.inputs import ClassRows, Labels, Scores, class_probabilities

__all__ = ["Binning", "Reliability", "expected_calibration_error", "reliability"]

Binning = Literal["width", "mass"]
"""Bins of equal width in [0, 1], or adaptive bins with equally many examples."""

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Confidence against accuracy in bins of confidence; empty bins are left out.

    Attributes:
        count: (B,) int64, examples in each bin.
        confidence: (B,) mean confidence, float64.
        accuracy: (B,) share of right predictions.
        low, high: (B,) 95 % interval of the accuracy (Wilson's).
        least, most: (B,) smallest and largest confidence in the bin.
    """

    count: Tensor
    confidence: Tensor
    accuracy: Tensor
    low: Tensor
    high: Tensor
    least: Tensor
    most: Tensor

    @property
    def error(self) -> float:
        """The expected calibration error of these bins."""
        gaps = (self.accuracy - self.confidence).abs()
        return float((self.count * gaps).sum() / self.count.sum())


@checked
def reliability(
    probabilities: ClassRows,
    labels: Labels,
    *,
    bins: Count = 15,
    binning: Binning = "width",
    outputs: Scores = "probabilities",
) -> Reliability:
    """Return accuracy against confidence, the data of a reliability diagram.

    The confidence of an example is its largest probability.

    Args:
        probabilities: (N, K) class probabilities; (N,) or (N, 1) holds those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        bins: number of bins, at least 1.
        binning: `"width"`: bins ((b - 1) / B, b / B]. `"mass"`: as many examples in each bin as
            ties allow, since equal confidences share a bin.
        outputs: whether `probabilities` are that, or logits.

    Raises:
        ValueError: a row is no distribution, a label is out of range, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
        sec. 2; Nguyen and O'Connor, EMNLP 2015, for bins of equal mass.
    """
    confidence, right = _confidence(probabilities, labels, outputs)
    place = _bins(confidence[None], bins, binning)[0]
    count = torch.bincount(place, minlength=bins)
    full = count > 0
    n = count[full]
    sums = (torch.bincount(place, column, minlength=bins)[full] for column in (confidence, right))
    mean, accuracy = (total / n for total in sums)
    centre = (accuracy + _Z95**2 / (2 * n)) / (1 + _Z95**2 / n)
    half = _Z95 * (accuracy * (1 - accuracy) / n + _Z95**2 / (4 * n**2)).sqrt() / (1 + _Z95**2 / n)
    ends = [
        torch.zeros(bins, dtype=torch.float64, device=place.device).scatter_reduce_(
            0, place, confidence, how, include_self=False
        )[full]
        for how in ("amin", "amax")
    ]
    low, high = (centre - half).clamp_min(0.0), (centre + half).clamp_max(1.0)
    return Reliability(n, mean, accuracy, low, high, *ends)


@checked
def expected_calibration_error(
    probabilities: ClassRows,
    labels: Labels,
    *,
    bins: Count = 15,
    binning: Binning = "width",
    outputs: Scores = "probabilities",
    resamples: Sample = 0,
    seed: Seed = 0,
) -> Estimate:
    """Return the mean gap between confidence and accuracy over bins of confidence.

        ECE = sum_b (n_b / N) |accuracy_b - confidence_b|

    The absolute value makes it biased upwards: a calibrated classifier has an ECE of the order
    sqrt(B / N), and so has every resample. Compare methods on the same examples, and with
    `binning="mass"` where most confidences are close to 1.

    Args:
        probabilities: (N, K) class probabilities; (N,) or (N, 1) holds those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        bins: number of bins B, at least 1.
        binning: `"width"` or `"mass"`, as in `reliability`.
        outputs: whether `probabilities` are that, or logits.
        resamples: number of bootstrap resamples for the interval; 0 for none.
        seed: 64-bit seed of the resampling.

    Returns:
        The error, in [0, 1].

    Raises:
        ValueError: a row is no distribution, a label is out of range, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian
        Binning, AAAI 2015; for bins of equal mass Nixon et al., Measuring Calibration in Deep
        Learning, CVPR workshops 2019.
    """
    confidence, right = _confidence(probabilities, labels, outputs)

    def error(confidences: Tensor, rights: Tensor) -> Tensor:
        place = _bins(confidences, bins, binning)
        sums = confidences.new_zeros(len(confidences), bins)
        return sums.scatter_add_(1, place, rights - confidences).abs().sum(1) / rights.shape[1]

    return estimate(error, ((confidence, right),), resamples, seed)


def _confidence(rows: Tensor, labels: Tensor, kind: Scores) -> tuple[Tensor, Tensor]:
    """Return the confidences (N,) and whether they were right (N,), in float64."""
    found = class_probabilities("probabilities", rows, labels, kind)
    confidence, guess = found.max(1)
    return confidence, (guess == labels).double()


def _bins(confidence: Tensor, bins: int, binning: Binning) -> Tensor:
    """Return the bin of each confidence (B, N), from 0 to bins - 1."""
    rows, count = confidence.shape
    if binning == "width":
        inner = torch.arange(1, bins, dtype=torch.float64, device=confidence.device) / bins
        edges = inner.expand(rows, -1).contiguous()
    else:
        # The largest confidence of bin b is that of rank ceil(b N / bins).
        ranks = (torch.arange(1, bins, device=confidence.device) * count + bins - 1) // bins
        edges = confidence.sort(1).values[:, ranks - 1]
    return torch.searchsorted(edges.contiguous(), confidence.contiguous())
