"""C6: a maximum-likelihood fit is good where there are data, and nowhere else."""

from __future__ import annotations

import math
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.approximation import GaussianFits

__all__ = ["CLAIM", "study"]

_ACTIVATIONS = ("relu", "tanh", "sine")
_SEEDS: dict[Profile, int] = {"quick": 5, "full": 20}
_POINTS = 400
_RANGE = (0.0, 1.0)
#: Half a unit on either side of the training range.
_OUTSIDE = ((-0.5, 0.0), (1.0, 1.5))
_COVERAGE, _TOLERANCE = 0.95, 0.04
_LEAST_RATIO = 5.0
#: Student's t at 97.5 % for 4 and 19 degrees of freedom.
_T: dict[Profile, float] = {"quick": 2.776, "full": 2.093}


def study(*, seeds: int, seed: int, report: Report) -> dict[str, dict[str, list[float]]]:
    """Fit noisy data on [0, 1] with six kinds of network; evaluate inside and outside the range.

    Args:
        seeds: Fits per kind, each with its own observations and initial weights.
        seed: 64-bit seed; the observations of fit k have the seed `fold_in(seed, k)`.
        report: Progress callback.

    Returns:
        ``"tanh, varying noise"`` and so on -> lists with one number per fit: ``error_inside``,
        ``error_outside``, ``covered_inside``, ``covered_outside``.

    """
    from pyfrontiers.approximation import fit_likelihood, observe
    from pyfrontiers.kernels import fold_in

    low, high = _RANGE
    data = [observe(_POINTS, low, high, seed=fold_in(seed, run)) for run in range(seeds)]
    kinds = [(name, varying) for name in _ACTIVATIONS for varying in (True, False)]
    found = {}
    for index, (activation, varying) in enumerate(kinds):
        label = f"{activation}, {'varying' if varying else 'constant'} noise"

        def within(
            fraction: float, message: str = "", index: int = index, label: str = label
        ) -> None:
            report((index + fraction) / len(kinds), f"{label}: {message}")

        fits = fit_likelihood(
            data,
            low=low,
            high=high,
            varying=varying,
            activation=activation,
            seeds=seeds,
            seed=seed,
            report=within,
        )
        found[label] = _qualities(fits)
    return found


def _qualities(fits: GaussianFits) -> dict[str, list[float]]:
    inside, outside = fits.quality(_RANGE), fits.quality(*_OUTSIDE)
    return {
        "error_inside": inside.error.tolist(),
        "error_outside": outside.error.tolist(),
        "covered_inside": inside.coverage.tolist(),
        "covered_outside": outside.coverage.tolist(),
    }


def _pictures(seed: int) -> list[dict[str, Any]]:
    """Compute the fits that the page shows before a live run."""
    from pyfrontiers.approximation import extrapolate

    return [
        extrapolate(*_RANGE, activation=activation, varying=varying, seed=seed).as_json()
        for activation in _ACTIVATIONS
        for varying in (True, False)
    ]


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.approximation import median_of

    found = study(seeds=_SEEDS[profile], seed=seed, report=report)
    far, near = _worst(found)
    inside = found[far]["covered_inside"]
    coverage, half = fmean(inside), _T[profile] * stdev(inside) / math.sqrt(len(inside))
    ratio = median_of(_ratios(found[near]), seed=seed)
    holds = abs(coverage - _COVERAGE) <= _TOLERANCE and ratio.value > _LEAST_RATIO
    return Measurement(
        value={"coverage inside": coverage, "error outside / inside": ratio.value},
        interval={
            "coverage inside": (coverage - half, coverage + half),
            "error outside / inside": (ratio.low, ratio.high),
        },
        status="pass" if holds else "fail",
        details={"fits": found, "pictures": _pictures(seed) if profile == "full" else []},
    )


def _ratios(runs: dict[str, list[float]]) -> list[float]:
    pairs = zip(runs["error_outside"], runs["error_inside"], strict=True)
    return [outside / inside for outside, inside in pairs]


def _worst(fits: dict[str, dict[str, list[float]]]) -> tuple[str, str]:
    """Return the kinds with the coverage inside farthest from 95 % and the smallest error ratio."""
    return (
        max(fits, key=lambda kind: abs(fmean(fits[kind]["covered_inside"]) - _COVERAGE)),
        min(fits, key=lambda kind: median(_ratios(fits[kind]))),
    )


def _describe(measured: Measurement) -> Finding:
    value, interval, fits = measured.value, measured.interval, measured.details["fits"]
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    far, near = _worst(fits)
    outside = [fmean(runs["covered_outside"]) for runs in fits.values()]
    return Finding(
        "Outside the training range, the error is at least "
        f"**{number(value['error outside / inside'])} times larger**, and the 95 % band covers "
        f"**{span((min(outside), max(outside)), scale=100, unit=' %')}** of new observations.",
        (
            Figure(
                "Coverage inside, farthest from 95 %",
                f"{percent(value['coverage inside'], 3)}, {far}",
                span(interval["coverage inside"], scale=100, unit=" %"),
            ),
            Figure(
                "Error outside / inside, smallest ratio",
                f"{number(value['error outside / inside'])}, {near}",
                span(interval["error outside / inside"]),
            ),
            Figure("Fits per kind of network", f"{len(fits[far]['covered_inside'])}"),
        ),
    )


CLAIM = Claim(
    id="C6",
    section="function-approximators",
    statement="Outside the range of its training data, a network's predictions have no guarantee.",
    paper=(
        "A maximum-likelihood fit estimates mean and variance where there are data (Nix and "
        "Weigend 1994)."
    ),
    rule=(
        "the 95 % band of a Gaussian fit covers 95 ± 4 % of new observations inside the training "
        "range, and the error is more than 5 times larger within half a unit outside it, for ReLU, "
        "tanh and sine units, with varying and with constant noise"
    ),
    measure=_measure,
    describe=_describe,
)
