"""C2: no width is enough for every function."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pyfrontiers.claims.finding import Figure, Finding, number, span
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM", "study"]

_FREQUENCIES: dict[Profile, tuple[int, ...]] = {
    "quick": (1, 2, 4, 8, 16, 32),
    "full": (1, 2, 3, 4, 6, 8, 12, 16, 24, 32),
}
_TOLERANCE = 0.01


def study(*, frequencies: tuple[int, ...], report: Report) -> list[dict[str, Any]]:
    """Find the smallest width with an error of at most 0.01 for sin(2 pi f x) on [0, 1].

    Args:
        frequencies: Frequencies f in ascending order.
        report: Progress callback.

    Returns:
        One row per frequency: ``f``; ``relu`` and ``steps``, the ReLU knots and step pairs needed
        for a largest error of 0.01; ``rms``, the root-mean-square error of these ReLU knots;
        ``constant``, Barron's C; ``bound``, Barron's bound at this width; and ``barron``, the width
        at which the bound guarantees a root-mean-square error of 0.01.

    """
    from pyfrontiers.approximation import (
        barron_bound,
        barron_width,
        least_width,
        relu_knots,
        rms_error,
        sine,
        sine_constant,
        step_pairs,
    )

    rows = []
    for index, frequency in enumerate(frequencies):
        report(index / len(frequencies), f"frequency {frequency}")
        target, constant = sine(frequency), sine_constant(frequency)
        relu = least_width(relu_knots, target, _TOLERANCE)
        steps = least_width(step_pairs, target, _TOLERANCE)
        assert relu is not None
        assert steps is not None
        rows.append(
            {
                "f": frequency,
                "relu": relu,
                "steps": steps,
                "rms": rms_error(relu_knots(target, relu), target),
                "constant": constant,
                "bound": barron_bound(constant, relu),
                "barron": barron_width(constant, _TOLERANCE),
            }
        )
    report(1.0, "done")
    return rows


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    from pyfrontiers.approximation import rate_of

    rows = study(frequencies=_FREQUENCIES[profile], report=report)
    grows = all(
        before[kind] < after[kind] for before, after in pairwise(rows) for kind in ("relu", "steps")
    )
    rate = rate_of([row["f"] for row in rows], [row["relu"] for row in rows])
    first, last = rows[0], rows[-1]
    return Measurement(
        value={
            f"units at f = {first['f']}": first["relu"],
            f"units at f = {last['f']}": last["relu"],
            "exponent of f": rate.slope,
        },
        interval={"exponent of f": (rate.low, rate.high)},
        status="pass" if grows else "fail",
        details={"rows": rows, "tolerance": _TOLERANCE},
    )


def _describe(measured: Measurement) -> Finding:
    rows, interval = measured.details["rows"], measured.interval
    assert isinstance(measured.value, dict)
    assert isinstance(interval, dict)
    first, last = rows[0], rows[-1]
    return Finding(
        f"Approximating sin(2πfx) to within {measured.details['tolerance']} takes "
        f"**{first['relu']} ReLU units** at f = {first['f']} and **{last['relu']}** at "
        f"f = {last['f']}.",
        (
            Figure(
                "Units grow as f to the power",
                number(measured.value["exponent of f"], 3),
                span(interval["exponent of f"]),
            ),
            Figure("Step pairs", f"{first['steps']:,} and {last['steps']:,}"),
            Figure(
                "Sigmoids that are enough by Barron's bound",
                f"{first['barron']:,.0f} and {last['barron']:,.0f}",
            ),
        ),
    )


CLAIM = Claim(
    id="C2",
    section="universal-approximation",
    statement="The theorem does not bound the number of hidden units.",
    paper=(
        "With N units the squared error is at most of order C²/N, where C is the first moment of "
        "the function's Fourier spectrum (Barron 1993)."
    ),
    rule=(
        "the smallest width that reaches an error of 0.01 for sin(2πfx) grows with every step of f "
        "from 1 to 32, for ReLU knots and for step pairs"
    ),
    measure=_measure,
    describe=_describe,
)
