"""C11: deep networks need a lot of data."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Number of seeds, and training steps.
_RUNS: dict[Profile, tuple[int, int]] = {"quick": (3, 100), "full": (6, 300)}
_LEAST_R_SQUARED = 0.9
#: Number of examples at which the curves are compared: the middle of the five sizes.
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
    if alone["exponent"] > 0:
        value["data factor for half the error"] = 2 ** (1 / alone["exponent"])
        value["data factor without transfer"] = _factor_without_transfer(found)
    return Measurement(
        value=value,
        interval={
            "exponent": (alone["low"], alone["high"]),
            "exponent with transfer": (transfer["low"], transfer["high"]),
        },
        status=_judge(alone),
        details=found,
    )


def _judge(alone: dict[str, Any]) -> Any:
    if alone["low"] <= 0 <= alone["high"]:
        return "null"
    falls = alone["low"] > 0 and alone["r_squared"] >= _LEAST_R_SQUARED
    return "pass" if falls else "fail"


def _factor_without_transfer(found: dict[str, Any]) -> float:
    """Return how many times the data a network without transfer needs to match one with it."""
    alone, transfer = found["alone"], found["transfer"]
    reached = transfer["level"] * _COMPARED ** -transfer["exponent"]
    return float((alone["level"] / reached) ** (1 / alone["exponent"]) / _COMPARED)


def _describe(measured: Measurement) -> Finding:
    value, interval, details = measured.value, measured.interval, measured.details
    assert isinstance(value, dict)
    assert isinstance(interval, dict)
    figures = [
        _exponent("Exponent", value["exponent"], interval["exponent"]),
        _exponent(
            "Exponent with transfer",
            value["exponent with transfer"],
            interval["exponent with transfer"],
        ),
        Figure("R² on log-log axes", f"{value['R squared']:.3f}"),
        Figure(
            "Training sizes",
            f"{details['sizes'][0]} to {details['sizes'][-1]} examples, {details['seeds']} seeds",
        ),
    ]
    power = f"the error falls as n to the power {number(-value['exponent'])}"
    if "data factor for half the error" not in value:
        return Finding(f"With n examples, {power}.", tuple(figures))
    figures.append(
        Figure(
            f"Data to match {_COMPARED} examples without transfer",
            f"{number(value['data factor without transfer'])} times as much",
        )
    )
    factor = number(value["data factor for half the error"])
    return Finding(f"Halving the error takes **{factor} times the data**: {power}.", tuple(figures))


def _exponent(name: str, falls: float, ends: tuple[float, float]) -> Figure:
    """Return the exponent of n, of which the record has the negative."""
    return Figure(name, number(-falls), span((-ends[1], -ends[0])))


CLAIM = Claim(
    id="C11",
    section="limitations-summary",
    statement="Deep networks need a lot of data.",
    paper=(
        "Test error falls as a power of the number of training samples, in four domains "
        "(Hestness et al. 2017)."
    ),
    rule=(
        "the error on digits in random poses falls as a power of the number of examples: over five "
        "sizes, the 95 % interval of the exponent is below 0 and the line on log-log axes explains "
        "at least 90 % of the variance"
    ),
    measure=_measure,
    describe=_describe,
)
