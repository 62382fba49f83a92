"""A group that is rare in the training data is served worse, and what reweighting does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.digits import DigitNet
from pyfrontiers.kernels import fold_in
from pyfrontiers.limitations.disparity import disparity, gap
from pyfrontiers.limitations.subgroups import GROUPS, held_out, writers
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.limitations.training import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

__all__ = ["REMEDIES", "SHARES", "bias_study", "group_weights"]

#: Shares of slanted digits in the training data that the page compares.
SHARES = (0.01, 0.03, 0.1, 0.3, 0.5)
#: What is done about it: nothing, or equal total weight for both groups.
REMEDIES = ("none", "reweighted")
_BATCH = 64
_DROPOUT = 0.25
_DATA, _WEIGHTS, _BATCHES = range(3)


def _silent(fraction: float, message: str = "", data: Any = None) -> None:
    """Report to nobody."""


def group_weights(slanted: Tensor) -> Tensor:
    """Weigh examples so that both groups weigh the same in all: (N,) bool -> (N,), sum 1.

    Source:
        Kamiran and Calders, Data preprocessing techniques for classification without
        discrimination, Knowledge and Information Systems 33, 2012, sec. 5.2.
    """
    few = int(slanted.sum())
    return torch.where(slanted, 0.5 / few, 0.5 / (len(slanted) - few))


@one_thread()
def bias_study(
    *,
    shares: Sequence[float] = (0.03,),
    seeds: int = 3,
    steps: int = 400,
    seed: int = 0,
    report: Callable[..., None] = _silent,
) -> dict[str, Any]:
    """Train with each share of the rare group, with and without the remedy, and compare the groups.

    Args:
        shares: Shares of slanted digits in the training data, each inside (0, 1).
        seeds: Repetitions, at least 1.
        steps: Steps of each training.
        seed: 64-bit stream of everything.
        report: Told the fraction, a message, and the shares that are done.

    Returns:
        ``groups``, ``seeds``, ``steps`` and ``shares``: for each share its ``share``, the number of
        ``slanted`` training digits, for each remedy the groups' errors and the gap with 95 %
        intervals (:func:`disparity`), and ``reduction`` of the gap with its interval.

    Raises:
        ValueError: No share, a share out of range, or ``seeds`` is not positive.

    Source:
        Buolamwini and Gebru, Gender Shades, FAT* 2018, for reporting errors by subgroup.
    """
    if seeds < 1 or not shares:
        raise ValueError(f"seeds is {seeds} and shares is {list(shares)}; wanted at least one each")
    test = held_out()
    done: list[dict[str, Any]] = []
    found = {"groups": list(GROUPS), "seeds": seeds, "steps": steps, "shares": done}
    for place, share in enumerate(shares):
        mistakes: dict[str, list[Tensor]] = {remedy: [] for remedy in REMEDIES}
        answers: dict[str, list[Tensor]] = {remedy: [] for remedy in REMEDIES}
        for number in range(seeds):
            fraction = (place + number / seeds) / len(shares)
            report(fraction, f"{share:.0%} slanted, repetition {number + 1} of {seeds}", found)
            for remedy, given in _answers(share, steps, fold_in(seed, number)).items():
                answers[remedy].append(given)
                mistakes[remedy].append(given != test.labels)
        tables = {remedy: torch.stack(rows) for remedy, rows in mistakes.items()}
        gaps = {
            remedy: disparity(test.labels, torch.stack(rows), test.slanted, seed=seed)
            for remedy, rows in answers.items()
        }
        saved = tables["none"].double() - tables["reweighted"].double()
        less = gap(saved, test.slanted, seed=seed)
        slanted = int(writers(share, seed=fold_in(seed, _DATA)).slanted.sum())
        done.append({"share": share, "slanted": slanted, **gaps, "reduction": less})
    report(1.0, "done", found)
    return found


def _answers(share: float, steps: int, seed: int) -> dict[str, Tensor]:
    """Train with each remedy from the same start; what each answers to the test digits, (N,)."""
    train, test = writers(share, seed=fold_in(seed, _DATA)), held_out()
    answers = {}
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
            answers[remedy] = model(test.images).argmax(1)
    return answers
