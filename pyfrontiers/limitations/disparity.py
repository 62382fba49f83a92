"""The error rates of two groups and the gap between them, with bootstrap intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.limitations.subgroups import GROUPS
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

#: Bootstrap resamples of the gap.
_RESAMPLES = 1000
#: Bootstrap resamples of a MetricFrame; fewer, because each takes some milliseconds.
_FRAME_RESAMPLES = 200
_QUANTILES = (0.025, 0.975)


def disparity(labels: Tensor, answers: Tensor, slanted: Tensor, *, seed: int = 0) -> dict[str, Any]:
    """Measure the error of each group with fairlearn's ``MetricFrame``, and the gap between them.

    Args:
        labels: (N,) true classes.
        answers: (S, N) predicted classes of S networks.
        slanted: (N,) bool, membership of the second group.
        seed: 64-bit seed of the resampling.

    Returns:
        Maps each group and ``"gap"`` to ``value``, ``low`` and ``high``, the ends of a 95 %
        bootstrap interval. Errors are shares in [0, 1], resampled over predictions; the gap is the
        second group's error minus the first's, resampled over networks and digits.

    Raises:
        ValueError: A group is empty, or the shapes are inconsistent.

    """
    if answers.ndim != 2 or labels.shape != slanted.shape or answers.shape[1] != len(labels):
        raise ValueError(
            "labels, answers and slanted must have the shapes (N,), (S, N) and (N,), got "
            f"{tuple(labels.shape)}, {tuple(answers.shape)} and {tuple(slanted.shape)}"
        )
    if not slanted.any() or slanted.all():
        raise ValueError("slanted must mark some but not all examples, got one empty group")
    # Imported here because it takes a second, and pages that show the record do not need it.
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import zero_one_loss

    seeds = len(answers)
    frame = MetricFrame(
        metrics=zero_one_loss,
        y_true=labels.repeat(seeds).numpy(),
        y_pred=answers.flatten().numpy(),
        sensitive_features=[GROUPS[int(one)] for one in slanted.tolist()] * seeds,
        n_boot=_FRAME_RESAMPLES,
        ci_quantiles=list(_QUANTILES),
        random_state=fold_in(seed, 0) % 2**32,  # limited to 32 bits
    )
    low, high = frame.by_group_ci
    found = {
        group: {
            "value": float(frame.by_group[group]),
            "low": float(low[group]),
            "high": float(high[group]),
        }
        for group in GROUPS
    }
    return {**found, "gap": gap(answers != labels, slanted, seed=seed)}


@one_thread()
def gap(mistakes: Tensor, slanted: Tensor, *, seed: int = 0) -> dict[str, float]:
    """Return the error rate of the second group minus that of the first.

    Given the mistakes without a remedy minus the mistakes with it, the result is the paired
    reduction of the gap by the remedy.

    Args:
        mistakes: (S, N) mistakes of S networks, 1 for a mistake; or differences of such tables.
        slanted: (N,) bool, membership of the second group.
        seed: 64-bit seed of the resampling.

    Returns:
        ``value``, and ``low`` and ``high``, the ends of a 95 % bootstrap interval over networks and
        digits.

    """
    table = mistakes.double()
    networks = _drawn(_RESAMPLES, len(table), fold_in(seed, 0))
    rates = []
    for number, group in enumerate((slanted, ~slanted)):
        part = table[:, group]
        digits = _drawn(_RESAMPLES, part.shape[1], fold_in(seed, 1 + number))
        each = torch.stack([row[digits].mean(1) for row in part], 1)  # (B, S)
        rates.append(each.gather(1, networks).mean(1))
    low, high = (
        (rates[0] - rates[1])
        .quantile(torch.tensor(_QUANTILES, dtype=torch.float64, device="cpu"))
        .tolist()
    )
    value = float(table[:, slanted].mean() - table[:, ~slanted].mean())
    return {"value": value, "low": low, "high": high}


def _drawn(times: int, count: int, seed: int) -> Tensor:
    """Draw (times, count) indices in [0, count) with replacement."""
    return (
        (uniform((times, count), dtype=torch.float32, seed=seed) * count)
        .long()
        .clamp_max(count - 1)
    )
