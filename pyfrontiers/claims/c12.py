"""C12: deep networks are expensive to train and to run."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Seconds for which each model is trained.
_SECONDS: dict[Profile, float] = {"quick": 0.6, "full": 3.0}
#: Training must cost at least this many predictions, in operations and in seconds.
_LEAST_PREDICTIONS = 1000
#: Operations of a training step relative to a prediction: one forward, at most two backward.
_STEP = (2.0, 3.0)
_TOLERANCE = 0.01


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.limitations.cost import costs
    from pyfrontiers.limitations.models import MODELS

    rows = costs(MODELS, seconds=_SECONDS[profile], report=report)
    value: dict[str, float] = {"models": len(rows)}
    for row in rows:
        value[f"{row['name']}: training GFLOP"] = row["train"]["flops"] / 1e9
    return Measurement(
        value=value,
        interval=None,
        status="pass" if all(map(_holds, rows)) else "fail",
        details={"models": rows, "seconds each": _SECONDS[profile], "cores": 1},
    )


def _predictions(row: dict[str, Any]) -> float:
    """Return the cost of training in predictions, by operations or seconds, whichever is less."""
    return min(float(row["train"][unit] / row["answer"][unit]) for unit in ("flops", "seconds"))


def _holds(row: dict[str, Any]) -> bool:
    from pyfrontiers.limitations.models import MODELS

    shown = next(entry.shown for entry in MODELS if entry.name == row["name"])
    step = row["train"]["flops"] / (shown * row["answer"]["flops"])
    return (
        abs(row["answer"]["flops"] / row["worked_out"] - 1) <= _TOLERANCE
        and _STEP[0] <= step <= _STEP[1]
        and _predictions(row) >= _LEAST_PREDICTIONS
        and row["train"]["joules"] > 0
    )


def _describe(measured: Measurement) -> Finding:
    rows = measured.details["models"]
    largest = max(rows, key=lambda row: row["train"]["flops"])
    cheapest = min(map(_predictions, rows))
    return Finding(
        f"Training {largest['name']} takes about **{_duration(largest['train']['seconds'])}** on "
        f"one core ({largest['training']}). Training any of the {len(rows)} models costs at least "
        f"**{number(cheapest)} predictions**.",
        (
            *(
                Figure(
                    f"{row['name'][0].upper()}{row['name'][1:]}: {row['training']}",
                    _cost(row["train"]),
                )
                for row in rows
            ),
            Figure("Energy", "estimated"),
        ),
    )


def _cost(train: dict[str, float]) -> str:
    energy = (
        f"{number(train['joules'])} J"
        if train["joules"] < 1e5
        else f"{number(train['joules'] / 3.6e6)} kWh"
    )
    return f"{number(train['flops'] / 1e9)} GFLOP, {_duration(train['seconds'])}, {energy}"


def _duration(seconds: float) -> str:
    return f"{number(seconds / 3600)} hours" if seconds >= 7200 else f"{number(seconds)} s"


CLAIM = Claim(
    id="C12",
    section="limitations-summary",
    statement="Deep networks are expensive to train and to run.",
    paper="The search for one architecture trained 12,800 networks (Zoph and Le 2017).",
    rule=(
        "the operations of a prediction are within 1 % of the count derived from the layers' "
        "shapes, a training step takes 2 to 3 times as many, training costs at least 1,000 "
        "predictions, and there is an estimate of the energy, for every model in this app"
    ),
    measure=_measure,
    describe=_describe,
)
