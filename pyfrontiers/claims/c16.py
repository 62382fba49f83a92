"""C16: the posterior is intractable, and sampling approximates it."""

from __future__ import annotations

import math
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding, number, percent, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.uncertainty.study import Distance

__all__ = ["CLAIM", "study"]

_AGAIN = "HMC again"
#: The methods of one data set take 17 s of processor time.
_DATA_SETS: dict[Profile, tuple[str, ...]] = {
    "quick": ("gap",),
    "full": ("gap", "wave", "moons", "corners"),
}
#: Chains, draws and warm-up of the reference and of the runs it is compared with.
_RUNS: dict[Profile, dict[str, Any]] = {
    "quick": {"chains": 24, "draws": 60, "warmup": 60},
    "full": {"chains": 32, "draws": 120, "warmup": 100},
}
_REPEATS: dict[Profile, int] = {"quick": 1, "full": 2}
_MOST_R_HAT, _MOST_APART = 1.05, 0.1
#: Student's t at 97.5 % for the full profile's eight values, less one degree of freedom.
_T = 2.365


def study(*, profile: Profile, seed: int, report: Report) -> dict[str, Any]:
    """Compare every method, and a second HMC run, with a reference by HMC on each data set.

    Args:
        profile: decides the data sets, the length of the chains and the repetitions.
        seed: 64-bit seed; repetition r on data set d has the seed fold_in(fold_in(seed, d), r).
        report: progress callback.

    Returns:
        ``distances``: method -> lists of ``mean``, ``spread`` and ``bias``, one figure for each
        data set and repetition; ``r_hat``, ``None`` if infinite, and ``effective_samples`` of the
        references by data set; ``divergences`` and ``draws`` of all of them.

    """
    from pyfrontiers.kernels import fold_in
    from pyfrontiers.uncertainty.study import (
        DATA_SETS,
        compare_methods,
        distance,
        sample_posterior,
    )

    names, repeats, run = _DATA_SETS[profile], _REPEATS[profile], _RUNS[profile]
    distances: dict[str, dict[str, list[float]]] = {}
    mixing: dict[str, Any] = {"r_hat": {}, "effective_samples": {}, "divergences": 0, "draws": 0}

    def add(method: str, found: Distance) -> None:
        lists = distances.setdefault(method, {"mean": [], "spread": [], "bias": []})
        for name, values in lists.items():
            values.append(round(float(getattr(found, name)), 5))

    for place, name in enumerate(names):
        points, start = DATA_SETS[name], fold_in(seed, place)
        reference = sample_posterior(points, seed=fold_in(start, repeats), **run)
        # None for infinity, which JSON lacks: every chain is stuck where it began.
        finite = math.isfinite(reference.r_hat)
        mixing["r_hat"][name] = round(reference.r_hat, 4) if finite else None
        mixing["effective_samples"][name] = round(reference.effective_samples)
        mixing["divergences"] += reference.divergences
        mixing["draws"] += reference.draws
        for repeat in range(repeats):
            report((place + (repeat + 0.2) / repeats) / len(names), f"{name}, run {repeat + 1}")
            own = fold_in(start, repeat)
            again = sample_posterior(points, seed=own, **run)
            add(_AGAIN, distance(again.functions, reference.functions))
            for method, one in compare_methods(points, reference.functions, seed=own).items():
                add(method, one.distance)
    return {"distances": distances, **mixing}


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    found = study(profile=profile, seed=seed, report=report)
    spreads = {method: lists["spread"] for method, lists in found["distances"].items()}
    value = {method: fmean(values) for method, values in spreads.items()}
    others = [figure for method, figure in value.items() if method != _AGAIN]
    holds = (
        _largest(found["r_hat"]) < _MOST_R_HAT
        and max(spreads[_AGAIN]) < _MOST_APART
        and min(others) > value[_AGAIN]
    )
    return Measurement(
        value=value,
        # One run has none.
        interval={method: _interval(values) for method, values in spreads.items()}
        if profile == "full"
        else None,
        status="pass" if holds else "fail",
        details=found,
    )


def _largest(r_hat: dict[str, float | None]) -> float:
    return max(math.inf if each is None else each for each in r_hat.values())


def _interval(values: list[float]) -> tuple[float, float]:
    half = _T * stdev(values) / math.sqrt(len(values))
    return max(fmean(values) - half, 0.0), fmean(values) + half


def _describe(measured: Measurement) -> Finding:
    value, interval, found = measured.value, measured.interval, measured.details
    assert isinstance(value, dict)
    assert isinstance(interval, dict | None)
    others = {method: figure for method, figure in value.items() if method != _AGAIN}
    r_hat = _largest(found["r_hat"])
    near, far = min(others, key=others.__getitem__), max(others, key=others.__getitem__)
    return Finding(
        f"Two independent HMC runs differ by **{percent(value[_AGAIN])}** in predictive standard "
        f"deviation; the approximations by **{percent(value[near])}** ({near}) to "
        f"**{percent(value[far])}** ({far}).",
        (
            *(
                Figure(
                    f"Spread off by, {method}",
                    percent(figure),
                    span(interval[method], scale=100, unit=" %") if interval else "",
                )
                for method, figure in value.items()
            ),
            *(
                Figure(
                    f"Mean off by, in reference standard deviations, {method}",
                    number(fmean(lists["mean"])),
                )
                for method, lists in found["distances"].items()
            ),
            Figure("Largest split R-hat", number(r_hat, 4) if r_hat < math.inf else "infinite"),
            Figure(
                "Smallest effective sample size", f"{min(found['effective_samples'].values()):,}"
            ),
            Figure("Draws of the references", f"{found['draws']:,}"),
            Figure("Divergent trajectories", f"{found['divergences']}"),
            Figure("Data sets", f"{len(found['r_hat'])}"),
        ),
    )


CLAIM = Claim(
    id="C16",
    section="bayesian-neural-networks",
    statement="The posterior over the weights is intractable; sampling approximates it.",
    paper=None,
    rule=(
        "for a network of 31 or 41 weights, two independent HMC runs with split R-hat below 1.05 "
        "differ by less than 10 % in predictive standard deviation on every data set, and every "
        "other method differs by more on average"
    ),
    measure=_measure,
    describe=_describe,
)
