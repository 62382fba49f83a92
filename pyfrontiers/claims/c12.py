"""C12: deep networks are costly to train and to run."""

from __future__ import annotations

from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM"]

#: Seconds that each model trains to be measured.
_SECONDS: dict[Profile, float] = {"quick": 0.6, "full": 3.0}
#: A training has to cost this many answers at least, in operations and in seconds.
_LEAST_ANSWERS = 1000
#: Operations of a training step for those of an answer: once forward, at most twice backward.
_STEP = (2.0, 3.0)
_TOLERANCE = 0.01


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.limitations.cost import costs
    from pyfrontiers.limitations.models import MODELS

    rows = costs(MODELS, seconds=_SECONDS[profile], report=report)
    cheapest = min(rows, key=_answers)
    largest = max(rows, key=lambda row: row["train"]["flops"])
    value: dict[str, float] = {"models": len(rows)}
    for row in rows:
        value[f"{row['name']}: GFLOP of the training"] = row["train"]["flops"] / 1e9
    return Measurement(
        value=value,
        interval=None,
        status="pass" if all(map(_holds, rows)) else "fail",
        summary=(
            f"training costs from {_answers(cheapest):,.0f} answers on ({cheapest['name']}) up to "
            f"{largest['train']['flops']:.1e} operations, about "
            f"{largest['train']['seconds'] / 3600:.0f} hours of one core and, as estimated, "
            f"{largest['train']['joules'] / 3.6e6:.1f} kWh ({largest['name']}, "
            f"{largest['training']}); {len(rows)} models"
        ),
        details={"models": rows, "seconds each": _SECONDS[profile], "cores": 1},
    )


def _answers(row: dict[str, Any]) -> float:
    """How many answers a training costs, in operations or in seconds, whichever is fewer."""
    return min(float(row["train"][unit] / row["answer"][unit]) for unit in ("flops", "seconds"))


def _holds(row: dict[str, Any]) -> bool:
    from pyfrontiers.limitations.models import MODELS

    shown = next(entry.shown for entry in MODELS if entry.name == row["name"])
    step = row["train"]["flops"] / (shown * row["answer"]["flops"])
    return (
        abs(row["answer"]["flops"] / row["worked_out"] - 1) <= _TOLERANCE
        and _STEP[0] <= step <= _STEP[1]
        and _answers(row) >= _LEAST_ANSWERS
        and row["train"]["joules"] > 0
    )


CLAIM = Claim(
    id="C12",
    section="limitations-summary",
    statement="Deep networks are costly to train and to run.",
    paper="A search for one architecture trained 12,800 networks (Zoph and Le 2017).",
    rule=(
        "of every model of this app operations, seconds and energy are found: the operations of an "
        "answer are within 1 % of those worked out from the layers' shapes, a training step takes "
        "2 to 3 times as many, and a training costs at least 1,000 answers. The energy is an "
        "estimate and only has to be there."
    ),
    measure=_measure,
)
