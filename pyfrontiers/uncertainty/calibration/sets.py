"""Conformal prediction sets: classes that hold the true one with a guaranteed probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from pyfrontiers.arguments import Seed, Share, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.uncertainty.calibration.conformal import threshold
from pyfrontiers.uncertainty.metrics.inputs import ClassRows, Labels, Scores, class_probabilities

__all__ = ["ConformalSets", "SetMethod", "fit_conformal_sets"]

SetMethod = Literal["lac", "aps"]
"""Least ambiguous sets, or adaptive prediction sets."""

# Streams of the seed: held-out and new examples must not share their random numbers.
_FIT, _PREDICT = range(2)


@dataclass(frozen=True, slots=True)
class ConformalSets:
    """Sets of classes; calling it with probabilities returns them.

    Attributes:
        threshold: largest nonconformity of a class in a set.
        level: least probability with which a set holds the true class.
        method: `"lac"` or `"aps"`.
        examples: number of held-out examples.
        randomised: whether the sets of `"aps"` are randomised.
        seed: 64-bit seed of the randomisation.
    """

    threshold: float
    level: float
    method: SetMethod
    examples: int
    randomised: bool
    seed: int

    @checked
    def __call__(
        self,
        probabilities: ClassRows,
        *,
        outputs: Scores = "probabilities",
    ) -> Tensor:
        """Return which classes are in the set of each example.

        Args:
            probabilities: (N, K) class probabilities; (N,) or (N, 1) holds those of class 1 of two.
            outputs: whether `probabilities` are that, or logits.

        Returns:
            Bool (N, K). A set may be empty. Randomised sets depend on the place of an example in
            the batch.

        Raises:
            ValueError: a row is no distribution, or a shape is wrong.
        """
        nothing = torch.zeros(len(probabilities), dtype=torch.int64, device=probabilities.device)
        found = class_probabilities("probabilities", probabilities, nothing, outputs)
        seed = fold_in(self.seed, _PREDICT) if self.randomised else None
        return _nonconformity(found, self.method, seed) <= self.threshold


@checked
def fit_conformal_sets(
    probabilities: ClassRows,
    labels: Labels,
    *,
    level: Share = 0.9,
    method: SetMethod = "lac",
    outputs: Scores = "probabilities",
    randomised: bool = True,
    seed: Seed = 0,
) -> ConformalSets:
    """Calibrate prediction sets on held-out examples (split conformal prediction).

    A class is in the set if its nonconformity is at most the threshold: the ceil((n + 1) level)-th
    smallest of the n held-out labels. For exchangeable examples, a set holds the true class with
    probability at least `level`, for any network; without ties at most `level` + 1 / (n + 1).

        lac:  s(k) = 1 - p(k)
        aps:  s(k) = sum_{j before k} p(j) + u p(k),  u uniform in [0, 1)

    where the classes are in the order of descending probability.

    LAC has the smallest sets on average. APS adapts their size to how hard an example is.

    Args:
        probabilities: (N, K) class probabilities of examples that the network was not trained on;
            (N,) or (N, 1) holds those of class 1 of two.
        labels: (N,) classes from 0 to K - 1.
        level: probability that a set holds the true class, in (0, 1), at most n / (n + 1).
        method: `"lac"` or `"aps"`.
        outputs: whether `probabilities` are that, or logits.
        randomised: for `"aps"`, draw u; otherwise u = 1, and the sets are larger than needed.
        seed: 64-bit seed of u.

    Returns:
        The calibrated sets. Call it with the probabilities of new examples.

    Raises:
        ValueError: there are too few examples for `level`, a row is no distribution, a label is
            out of range, or a shape is wrong.
        TypeError: an argument is of another kind.

    Source:
        Sadinle, Lei and Wasserman, Least Ambiguous Set-Valued Classifiers, JASA 2019, for LAC;
        Romano, Sesia and Candès, Classification with Valid and Adaptive Coverage, NeurIPS 2020,
        for APS.
    """
    found = class_probabilities("probabilities", probabilities, labels, outputs)
    random = randomised and method == "aps"
    scores = _nonconformity(found, method, fold_in(seed, _FIT) if random else None)
    own = scores.gather(1, labels.long()[:, None])[:, 0]
    return ConformalSets(threshold(own, level), level, method, len(own), random, seed)


def _nonconformity(probabilities: Tensor, method: SetMethod, seed: int | None) -> Tensor:
    """Return the nonconformity (N, K) of every class."""
    if method == "lac":
        return 1 - probabilities
    ordered, order = probabilities.sort(dim=1, descending=True, stable=True)
    before = torch.zeros_like(ordered).scatter_(1, order, ordered.cumsum(1) - ordered)
    if seed is None:
        return before + probabilities
    share = uniform((len(probabilities), 1), dtype=torch.float64, seed=seed)
    return before + share.to(before.device) * probabilities
