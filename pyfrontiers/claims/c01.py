"""C1: one hidden layer suffices, and how its error falls with the width."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM", "study"]

_WIDTHS: dict[Profile, tuple[int, ...]] = {
    "quick": (32, 64, 128, 256),
    "full": (32, 64, 128, 256, 512, 1024),
}
#: Construction -> slope that the theorem gives for smooth targets, and how near it has to come.
_WANTED = {"steps": (-1.0, 0.15), "relu": (-2.0, 0.2)}
_WORDS = {"steps": "step pairs", "relu": "ReLU knots"}


def study(*, widths: tuple[int, ...], report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    """Measure the largest error on [0, 1] of constructed networks against their number N.

    Args:
        widths: The numbers N.
        report: Told the fraction and what is going on.

    Returns:
        Target -> construction -> ``errors`` (one for each N), ``slope``, ``low``, ``high``.

    """
    from pyfrontiers.approximation import CONSTRUCTIONS, TARGETS, errors_by_width, rate_of

    found: dict[str, dict[str, dict[str, Any]]] = {}
    for number, (name, target) in enumerate(TARGETS.items()):
        report(number / len(TARGETS), f"constructing {name}")
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
        value[_WORDS[kind]] = farthest["slope"]
        interval[_WORDS[kind]] = (farthest["low"], farthest["high"])
        near &= abs(farthest["slope"] - wanted) <= tolerance
    corner, jump = (found[name]["relu"]["slope"] for name in ("absolute", "step"))
    return Measurement(
        value=value,
        interval=interval,
        status="pass" if near else "fail",
        summary=(
            f"the error falls as N to the power {value['step pairs']:.2f} with N step pairs and "
            f"{value['ReLU knots']:.2f} with N ReLU knots, on the least favourable of four smooth "
            f"functions; with ReLU knots {corner:.2f} at a corner and {jump:.2f} at a jump, where "
            "the theorem promises less or nothing"
        ),
        details={"widths": list(widths), "functions": found, "judged": list(SMOOTH)},
    )


CLAIM = Claim(
    id="C1",
    section="universal-approximation",
    statement="One hidden layer suffices to approximate any continuous function.",
    paper=(
        "A proof of existence on compact sets, for any sigmoidal unit (Cybenko 1989; Hornik, "
        "Stinchcombe and White 1989)."
    ),
    rule=(
        "the largest error on [0, 1] of networks built by hand falls with N with a log-log slope "
        "of -1 ± 0.15 for N step pairs and -2 ± 0.2 for N ReLU knots, for each of four smooth "
        "functions"
    ),
    measure=_measure,
)
