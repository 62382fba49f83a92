"""C5: the more random the labels, the worse the test; the training score stays perfect."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.generalization import Fit, ImageData

__all__ = ["CLAIM", "study"]

_LEVELS: dict[Profile, tuple[float, ...]] = {
    "quick": (0.0, 0.5, 1.0),
    "full": (0.0, 0.25, 0.5, 0.75, 1.0),
}
#: Seeds of each level, and of the last: chance has a standard deviation of 2.5 points from run to
#: run, so that the mean of three leaves 10 ± 4 % once in 150 times by itself.
_SEEDS: dict[Profile, int] = {"quick": 1, "full": 3}
_SEEDS_AT_CHANCE = 3
#: Most training and test images of the user's own data.
_MOST: dict[Profile, tuple[int, int]] = {"quick": (1000, 500), "full": (50_000, 10_000)}
#: A run ends when every label has been known for so many epochs in a row.
_PATIENCE = 3
_LEAST_TRAIN = 0.999
_LEAST_TEST = 0.97
_TOLERANCE = 0.04
#: Student's t at 97.5 % for 2 degrees of freedom: three seeds.
_T = 4.303


def study(data: ImageData, plan: Sequence[tuple[float, int]], *, report: Report) -> list[Fit]:
    """Train one network after another until it knows every label.

    Args:
        data: Images and labels.
        plan: For each run the share of the labels that is thrown anew, and the seed of dice,
            weights and shuffles.
        report: Told the fraction and what is going on.

    Returns:
        The runs in the order of the plan.

    """
    from pyfrontiers.generalization import fit

    runs = []
    for number, (level, seed) in enumerate(plan):

        def within(done: float, message: str, _: Any, number: int = number) -> None:
            level, _seed = plan[number]
            report((number + done) / len(plan), f"{100 * level:.0f} % random labels, {message}")

        runs.append(fit(data, share=level, seed=seed, patience=_PATIENCE, report=within))
    return runs


def _measure(
    *, profile: Profile, seed: int, report: Report, data: str | None = None
) -> Measurement:
    from pyfrontiers.generalization import digit_data, read_data, selection

    images = (
        digit_data() if data is None else selection(read_data(data), *_MOST[profile], seed=seed)
    )
    levels = _LEVELS[profile]
    plan = [
        (level, (seed + run) % 2**64)
        for level in levels
        for run in range(_SEEDS_AT_CHANCE if level == levels[-1] else _SEEDS[profile])
    ]
    runs = study(images, plan, report=report)
    return _judged(runs, images, own=data is not None)


def _judged(runs: list[Fit], images: ImageData, *, own: bool) -> Measurement:
    levels = sorted({run.share for run in runs})
    test = {level: [run.test_accuracy for run in runs if run.share == level] for level in levels}
    means = [fmean(test[level]) for level in levels]
    least = min(run.train_accuracy for run in runs)
    chance = 1 / len(images.classes)
    passes = (
        least >= _LEAST_TRAIN
        and all(after < before for before, after in pairwise(means))
        and (own or means[0] >= _LEAST_TEST)
        and abs(means[-1] - chance) <= _TOLERANCE
    )
    falls = ", ".join(f"{100 * mean:.1f} %" for mean in means)
    names = [f"test accuracy at {100 * level:.0f} % random labels" for level in levels]
    at = ", ".join(f"{100 * level:.0f}" for level in levels)
    return Measurement(
        value={"lowest training accuracy": least, **dict(zip(names, means, strict=True))},
        interval={names[-1]: _interval(test[levels[-1]])},
        status="pass" if passes else "fail",
        summary=(
            f"at least {100 * least:.2f} % of the training labels are known at every level; test "
            f"accuracy {falls} at {at} % random labels ({images.name}, {runs[0].train_count} "
            f"images, {len(runs)} runs){_told(images.notes)}"
        ),
        details={
            "runs": [_row(run) for run in runs],
            "data": images.name,
            "classes": len(images.classes),
            "notes": list(images.notes),
            "parameters": runs[0].parameters,
            "epochs": runs[0].epochs,
            "device": runs[0].device,
            "interval": "95 %, Student's t over the three seeds of the last level",
        },
    )


def _told(notes: tuple[str, ...]) -> str:
    return "".join("; " + note.rstrip(".") for note in notes)


def _row(run: Fit) -> dict[str, Any]:
    return {
        "share": run.share,
        "seed": run.seed,
        "train": run.train_accuracy,
        "test": run.test_accuracy,
        "thrown": run.redrawn_count,
        "fitted after epoch": run.fitted,
        "seconds": round(run.seconds, 2),
    }


def _interval(accuracies: list[float]) -> tuple[float, float]:
    middle = fmean(accuracies)
    half = _T * stdev(accuracies) / math.sqrt(len(accuracies))
    return max(0.0, middle - half), min(1.0, middle + half)


CLAIM = Claim(
    id="C5",
    section="rethinking-generalization",
    statement=(
        "Test accuracy falls as labels become random, and training accuracy stays at 100 %."
    ),
    paper=(
        "CIFAR-10, train / test: Inception 100 / 89.05 %, with random labels 100 / 9.78 % (Zhang "
        "et al. 2017, Table 1)."
    ),
    rule=(
        "a convolutional network on the digits knows at least 99.9 % of its training labels at "
        "every share of random labels and every seed, and its mean test accuracy falls strictly "
        "from at least 97 % at 0 % to 10 ± 4 % at 100 %."
    ),
    own_data_rule=(
        "a convolutional network knows at least 99.9 % of its training labels at every share of "
        "random labels and every seed, and its mean test accuracy falls strictly, to one in the "
        "number of classes ± 4 points at 100 %."
    ),
    measure=_measure,
)
