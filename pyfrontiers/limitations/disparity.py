"""How differently two groups are served, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.limitations.subgroups import GROUPS
from pyfrontiers.limitations.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

_RESAMPLES = 1000
# A resample of a MetricFrame takes some milliseconds.
_FRAME_RESAMPLES = 200
_ENDS = (0.025, 0.975)


def disparity(labels: Tensor, answers: Tensor, slanted: Tensor, *, seed: int = 0) -> dict[str, Any]:
    """Measure the error of each group by fairlearn's ``MetricFrame``, and the gap between them.

    Args:
        labels: (N,) true classes.
        answers: (S, N) what each of S networks says.
        slanted: (N,) bool, the second group.
        seed: 64-bit stream of the resampling.

    Returns:
        A mapping of each group, and of ``gap``, to ``value``, ``low`` and ``high``. Errors are
        shares, with the interval over answers drawn with replacement; the gap is the second group's
        error less the first's, with the interval over networks and digits.

    Raises:
        ValueError: A group is empty or the shapes do not fit.

    """
    if answers.ndim != 2 or labels.shape != slanted.shape or answers.shape[1] != len(labels):
        raise ValueError(
            f"labels {tuple(labels.shape)}, answers {tuple(answers.shape)} and slanted "
            f"{tuple(slanted.shape)}: wanted (N,), (S, N) and (N,)"
        )
    if not slanted.any() or slanted.all():
        raise ValueError("slanted: one of the two groups is empty; a gap needs both")
    # Here and not above: it takes a second, and pages show what is recorded.
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import zero_one_loss

    seeds = len(answers)
    frame = MetricFrame(
        metrics=zero_one_loss,
        y_true=labels.repeat(seeds).numpy(),
        y_pred=answers.flatten().numpy(),
        sensitive_features=[GROUPS[int(one)] for one in slanted.tolist()] * seeds,
        n_boot=_FRAME_RESAMPLES,
        ci_quantiles=list(_ENDS),
        random_state=seed % 2**32,
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
    """Measure by how much more often the second group is mistaken than the first.

    With the mistakes before a remedy less those after it, it is by how much the remedy lowers the
    gap, network by network and digit by digit.

    Args:
        mistakes: (S, N) of S networks, 1 for a mistake.
        slanted: (N,) bool, the second group.
        seed: 64-bit stream of the resampling.

    Returns:
        ``value``, and ``low`` and ``high``, the ends of its 95 % interval over networks and digits
        drawn with replacement.

    """
    table = mistakes.double()
    networks = _drawn(_RESAMPLES, len(table), fold_in(seed, 0))
    rates = []
    for number, group in enumerate((slanted, ~slanted)):
        part = table[:, group]
        digits = _drawn(_RESAMPLES, part.shape[1], fold_in(seed, 1 + number))
        each = torch.stack([row[digits].mean(1) for row in part], 1)  # (B, S)
        rates.append(each.gather(1, networks).mean(1))
    low, high = (rates[0] - rates[1]).quantile(torch.tensor(_ENDS, dtype=torch.float64)).tolist()
    value = float(table[:, slanted].mean() - table[:, ~slanted].mean())
    return {"value": value, "low": low, "high": high}


def _drawn(times: int, count: int, seed: int) -> Tensor:
    """Draw positions below count with replacement, (times, count)."""
    return (uniform((times, count), seed=seed) * count).long().clamp_max(count - 1)
