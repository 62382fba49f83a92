"""Bias against a group that is rare in the training data, and the effect of reweighting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.digits import DigitNet
from pyfrontiers.kernels import fold_in
from pyfrontiers.limitations.disparity import disparity, gap
from pyfrontiers.limitations.subgroups import GROUPS, held_out, writers
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.limitations.training import fit
from pyfrontiers.reports import silent

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["REMEDIES", "SHARES", "bias_study", "group_weights"]

#: Shares of slanted digits in the training data that the page compares.
SHARES = (0.01, 0.03, 0.1, 0.3, 0.5)
#: Remedies compared: none, or equal total weight for both groups.
REMEDIES = ("none", "reweighted")
_BATCH = 64
_DROPOUT = 0.25
_DATA, _WEIGHTS, _BATCHES = range(3)


def group_weights(slanted: Tensor) -> Tensor:
    """Return example weights that give both groups the same total weight.

    Args:
        slanted: (N,) bool, membership of the second group; both groups have members.

    Returns:
        (N,) weights that sum to 1.

    Source:
        Kamiran and Calders, Data preprocessing techniques for classification without
        discrimination, Knowledge and Information Systems 33, 2012, sec. 5.2.
    """
    few = int(slanted.sum())
    return torch.where(slanted, 0.5 / few, 0.5 / (len(slanted) - few))


@checked
@one_thread()
def bias_study(
    *,
    shares: Sequence[float] = (0.03,),
    seeds: Count = 3,
    steps: Count = 400,
    seed: Seed = 0,
    report: Callable[..., None] = silent,
) -> dict[str, Any]:
    """Measure the errors of both groups for each share of the rare one, with and without a remedy.

    Args:
        shares: Shares of slanted digits in the training data, each in (0, 1).
        seeds: Number of repetitions, at least 1.
        steps: Optimiser steps of each training run, at least 1.
        seed: 64-bit seed of the data, weights and batches.
        report: Called with the fraction done, a message, and the results so far.

    Returns:
        ``groups``, ``seeds``, ``steps`` and ``shares``. Each entry of ``shares`` holds ``share``,
        the number of ``slanted`` training digits, for each remedy the errors of the groups and
        their gap with 95 % intervals (see :func:`disparity`), and the ``reduction`` of the gap by
        reweighting with its interval.

    Raises:
        ValueError: There is no share, a share is out of range, or ``seeds`` is not positive.

    Source:
        Buolamwini and Gebru, Gender Shades, FAT* 2018, for reporting errors by subgroup.
    """
    if not shares:
        raise ValueError("shares must hold at least one share, got none")
    test = held_out()
    done: list[dict[str, Any]] = []
    found = {"groups": list(GROUPS), "seeds": seeds, "steps": steps, "shares": done}
    for place, share in enumerate(shares):
        predictions: dict[str, list[Tensor]] = {remedy: [] for remedy in REMEDIES}
        for number in range(seeds):
            fraction = (place + number / seeds) / len(shares)
            report(fraction, f"{share:.0%} slanted, repetition {number + 1} of {seeds}", found)
            for remedy, predicted in _predict(share, steps, fold_in(seed, number)).items():
                predictions[remedy].append(predicted)
        tables = {remedy: torch.stack(rows) for remedy, rows in predictions.items()}
        gaps = {
            remedy: disparity(test.labels, table, test.slanted, seed=seed)
            for remedy, table in tables.items()
        }
        mistakes = {remedy: (table != test.labels).double() for remedy, table in tables.items()}
        reduction = gap(mistakes["none"] - mistakes["reweighted"], test.slanted, seed=seed)
        slanted = int(writers(share, seed=fold_in(seed, _DATA)).slanted.sum())
        done.append({"share": share, "slanted": slanted, **gaps, "reduction": reduction})
    report(1.0, "done", found)
    return found


def _predict(share: float, steps: int, seed: int) -> dict[str, Tensor]:
    """Train with each remedy from the same initial weights and predict the test digits, (N,)."""
    train, test = writers(share, seed=fold_in(seed, _DATA)), held_out()
    predictions = {}
    for remedy in REMEDIES:
        model = DigitNet(p=_DROPOUT, seed=fold_in(seed, _WEIGHTS))
        weights = group_weights(train.slanted) if remedy == "reweighted" else None
        fit(
            model,
            train.images,
            train.labels,
            steps=steps,
            seed=fold_in(seed, _BATCHES),
            batch=_BATCH,
            weights=weights,
        )
        with torch.no_grad():
            predictions[remedy] = model(test.images).argmax(1)
    return predictions
