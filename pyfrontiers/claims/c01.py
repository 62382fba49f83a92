"""C1: one hidden layer is enough, and how its error falls with the width."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM", "study"]

_WIDTHS: dict[Profile, tuple[int, ...]] = {
    "quick": (32, 64, 128, 256),
    "full": (32, 64, 128, 256, 512, 1024),
}
#: Construction -> the log-log slope in theory for smooth targets, and the tolerance.
_WANTED = {"steps": (-1.0, 0.15), "relu": (-2.0, 0.2)}
_NAMES = {"steps": "step pairs", "relu": "ReLU knots"}


def study(*, widths: tuple[int, ...], report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    """Measure the largest error on [0, 1] of constructed networks for several widths N.

    Args:
        widths: Numbers N of step pairs or ReLU knots.
        report: Progress callback.

    Returns:
        Target -> construction -> ``errors`` (one per N), ``slope``, ``low``, ``high``.

    """
    from pyfrontiers.approximation import CONSTRUCTIONS, TARGETS, errors_by_width, rate_of

    found: dict[str, dict[str, dict[str, Any]]] = {}
    for index, (name, target) in enumerate(TARGETS.items()):
        report(index / len(TARGETS), f"constructing {name}")
        found[name] = {}
        for kind in _WANTED:
            errors = errors_by_width(CONSTRUCTIONS[kind], target, widths)
            rate = rate_of(widths, errors)
            found[name][kind] = {
                "errors": list(errors),
                "slope": rate.slope,
                "low": rate.low,
                "high": rate.high,
            }
    report(1.0, "done")
    return found


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.approximation import SMOOTH

    widths = _WIDTHS[profile]
    found = study(widths=widths, report=report)
    value, interval, near = {}, {}, True
    for kind, (wanted, tolerance) in _WANTED.items():
        curves = [found[name][kind] for name in SMOOTH]
        farthest = max(curves, key=lambda curve: abs(curve["slope"] - wanted))
        value[_NAMES[kind]] = farthest["slope"]
        interval[_NAMES[kind]] = (farthest["low"], farthest["high"])
        near &= abs(farthest["slope"] - wanted) <= tolerance
    return Measurement(
        value=value,
        interval=interval,
        status="pass" if near else "fail",
        details={"widths": list(widths), "functions": found, "judged": list(SMOOTH)},
    )


def _describe(measured: Measurement) -> Finding:
    slope, interval, functions = measured.value, measured.interval, measured.details["functions"]
    assert isinstance(slope, dict)
    assert isinstance(interval, dict)
    power = {name: number(value, 3) for name, value in slope.items()}
    corner, jump = (functions[name]["relu"]["slope"] for name in ("absolute", "step"))
    return Finding(
        f"The largest error falls as N to the power **{power['step pairs']}** with N step pairs "
        f"and **{power['ReLU knots']}** with N ReLU knots, for the worst of "
        f"{len(measured.details['judged'])} smooth functions.",
        (
            *(Figure(f"Power of N, {name}", power[name], span(interval[name])) for name in slope),
            Figure("ReLU knots, function with a corner (not judged)", number(corner)),
            Figure("ReLU knots, function with a jump (not judged)", number(jump)),
        ),
    )


CLAIM = Claim(
    id="C1",
    section="universal-approximation",
    statement="One hidden layer is enough to approximate any continuous function.",
    paper=(
        "A proof of existence on compact sets, for any sigmoidal unit (Cybenko 1989; Hornik, "
        "Stinchcombe and White 1989)."
    ),
    rule=(
        "the largest error on [0, 1] of networks built by hand falls with a log-log slope of "
        "−1 ± 0.15 for N step pairs and −2 ± 0.2 for N ReLU knots, for each of four smooth "
        "functions"
    ),
    measure=_measure,
    describe=_describe,
)
