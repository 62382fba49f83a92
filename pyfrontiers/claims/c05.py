"""C5: random labels lower the test accuracy but not the training accuracy."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.generalization import Fit, ImageData

__all__ = ["CLAIM", "study"]

_LEVELS: dict[Profile, tuple[float, ...]] = {
    "quick": (0.0, 0.5, 1.0),
    "full": (0.0, 0.25, 0.5, 0.75, 1.0),
}
#: Seeds per level, and at 100 %: there, accuracy has a standard deviation of 2.5 points between
#: runs, so the mean of three leaves 10 ± 4 % by chance once in 150 times.
_SEEDS: dict[Profile, int] = {"quick": 1, "full": 3}
_SEEDS_AT_CHANCE = 3
#: Maximum number of training and test images taken from the user's own data.
_MAX_IMAGES: dict[Profile, tuple[int, int]] = {"quick": (1000, 500), "full": (50_000, 10_000)}
#: A run ends after this many consecutive epochs with every training label fitted.
_PATIENCE = 3
_LEAST_TRAIN = 0.999
_LEAST_TEST = 0.97
_TOLERANCE = 0.04
#: Student's t at 97.5 % for 2 degrees of freedom: three seeds.
_T = 4.303


def study(data: ImageData, plan: Sequence[tuple[float, int]], *, report: Report) -> list[Fit]:
    """Train one network per entry of a plan until it fits every label.

    Args:
        data: Images and labels.
        plan: For each run, the share of randomised labels and the seed of labels, weights and
            shuffles.
        report: Progress callback.

    Returns:
        The runs, in order.

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
    from pyfrontiers.kernels import fold_in

    images = (
        digit_data()
        if data is None
        else selection(read_data(data), *_MAX_IMAGES[profile], seed=seed)
    )
    levels = _LEVELS[profile]
    plan = [
        (level, fold_in(seed, run))
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
    names = [_at(level) for level in levels]
    return Measurement(
        value={"lowest training accuracy": least, **dict(zip(names, means, strict=True))},
        interval={names[-1]: _interval(test[levels[-1]])},
        status="pass" if passes else "fail",
        details={
            "runs": [_row(run) for run in runs],
            "data": images.name,
            "training images": runs[0].train_count,
            "classes": len(images.classes),
            "notes": list(images.notes),
            "parameters": runs[0].parameters,
            "epochs": runs[0].epochs,
            "device": runs[0].device,
            "interval": "95 %, Student's t over the three seeds of the last level",
        },
    )


def _at(level: float) -> str:
    return f"test accuracy at {100 * level:.0f} % random labels"


def _row(run: Fit) -> dict[str, Any]:
    return {
        "share": run.share,
        "seed": run.seed,
        "train": run.train_accuracy,
        "test": run.test_accuracy,
        "randomised": run.redrawn_count,
        "fitted after epoch": run.fitted,
        "seconds": round(run.seconds, 2),
    }


def _interval(accuracies: list[float]) -> tuple[float, float]:
    middle = fmean(accuracies)
    half = _T * stdev(accuracies) / math.sqrt(len(accuracies))
    return max(0.0, middle - half), min(1.0, middle + half)


def _describe(measured: Measurement) -> Finding:
    value, interval, details = measured.value, measured.interval, measured.details
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    least = value["lowest training accuracy"]
    test = {name: accuracy for name, accuracy in value.items() if name.startswith("test")}
    first, *_, last = test.values()
    moves = "falls" if last < first else "rises"
    return Finding(
        f"Even with random labels, the network fits at least **{percent(least, 4)}** of its "
        f"training labels, while test accuracy {moves} from **{percent(first, 3)}** to "
        f"**{percent(last, 3)}**.",
        (
            *(
                Figure(
                    name[0].upper() + name[1:],
                    percent(accuracy, 3),
                    span(interval[name], scale=100, unit=" %") if name in interval else "",
                )
                for name, accuracy in test.items()
            ),
            Figure("Data", f"{details['data']}, {details['training images']:,} training images"),
            Figure("Networks trained", f"{len(details['runs'])}"),
            *([Figure("Notes", " ".join(details["notes"]))] if details["notes"] else []),
        ),
    )


CLAIM = Claim(
    id="C5",
    section="rethinking-generalization",
    statement=(
        "Test accuracy falls as labels become random, while training accuracy stays at 100 %."
    ),
    paper=(
        "CIFAR-10, train / test: Inception 100 / 89.05 %, with random labels 100 / 9.78 % (Zhang "
        "et al. 2017, Table 1)."
    ),
    rule=(
        "a convolutional network fits at least 99.9 % of the training digits for every share of "
        "random labels and every seed, and its mean test accuracy falls strictly, from at least "
        "97 % without random labels to 10 ± 4 % with random labels only"
    ),
    own_data_rule=(
        "a convolutional network fits at least 99.9 % of the training images for every share of "
        "random labels and every seed, and its mean test accuracy falls strictly, to within 4 "
        "points of chance with random labels only"
    ),
    measure=_measure,
    describe=_describe,
)
