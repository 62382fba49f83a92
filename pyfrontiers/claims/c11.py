"""C11: deep networks are hungry for data."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Repetitions, and steps of each training.
_RUNS: dict[Profile, tuple[int, int]] = {"quick": (3, 100), "full": (6, 300)}
_LEAST_R_SQUARED = 0.9
#: Where the two curves are compared: the middle of the five sizes.
_COMPARED = 80


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.limitations.learning_curve import learning_curve

    seeds, steps = _RUNS[profile]
    found = learning_curve(seeds=seeds, steps=steps, seed=seed, report=report)
    alone, transfer = found["alone"], found["transfer"]
    value = {
        "exponent": alone["exponent"],
        "exponent with transfer": transfer["exponent"],
        "R squared": alone["r_squared"],
    }
    summary = (
        f"error falls as n to the power -{alone['exponent']:.2f} "
        f"[{alone['low']:.2f}, {alone['high']:.2f}] over {len(found['sizes'])} sizes and "
        f"{seeds} seeds"
    )
    if alone["exponent"] > 0:
        value["times the data for half the error"] = 2 ** (1 / alone["exponent"])
        value["times the data without transfer"] = _times_the_data(found)
        summary += (
            f": half the error takes {value['times the data for half the error']:.1f} times the "
            f"data; what {_COMPARED} examples reach with transfer takes "
            f"{value['times the data without transfer']:.1f} times as many without"
        )
    return Measurement(
        value=value,
        interval={
            "exponent": (alone["low"], alone["high"]),
            "exponent with transfer": (transfer["low"], transfer["high"]),
        },
        status=_judge(alone),
        summary=summary,
        details=found,
    )


def _judge(alone: dict[str, Any]) -> Any:
    if alone["low"] <= 0 <= alone["high"]:
        return "null"
    falls = alone["low"] > 0 and alone["r_squared"] >= _LEAST_R_SQUARED
    return "pass" if falls else "fail"


def _times_the_data(found: dict[str, Any]) -> float:
    """How many examples of its own replace one example where another task was learned before."""
    alone, transfer = found["alone"], found["transfer"]
    reached = transfer["level"] * _COMPARED ** -transfer["exponent"]
    return float((alone["level"] / reached) ** (1 / alone["exponent"]) / _COMPARED)


CLAIM = Claim(
    id="C11",
    section="limitations-summary",
    statement="Deep networks are hungry for data.",
    paper=(
        "The test error falls as a power of the number of training samples, in four domains "
        "(Hestness et al. 2017)."
    ),
    rule=(
        "the error on digits in random poses falls with the number of examples as a power law: "
        "over five sizes the 95 % interval of the exponent lies above 0 and the line on "
        "logarithmic axes explains at least 90 % of the variance."
    ),
    measure=_measure,
)
