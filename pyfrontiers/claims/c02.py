"""C2: no width suits every function."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

__all__ = ["CLAIM", "study"]

_FREQUENCIES: dict[Profile, tuple[int, ...]] = {
    "quick": (1, 2, 4, 8, 16, 32),
    "full": (1, 2, 3, 4, 6, 8, 12, 16, 24, 32),
}
_TOLERANCE = 0.01


def study(*, frequencies: tuple[int, ...], report: Report) -> list[dict[str, Any]]:
    """Search the width that brings the error of sin(2 pi f x) on [0, 1] down to 0.01.

    Args:
        frequencies: The frequencies f, rising.
        report: Told the fraction and what is going on.

    Returns:
        A row for each: ``f``, ``relu`` (ReLU knots) and ``steps`` (step pairs) for a largest error
        of 0.01, ``rms`` (root-mean-square error of those ReLU knots), ``constant`` (Barron's C),
        ``bound`` (what his bound promises at that width) and ``barron`` (the width at which it
        promises a root-mean-square error of 0.01).

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
    for number, frequency in enumerate(frequencies):
        report(number / len(frequencies), f"frequency {frequency}")
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
            "power of f": rate.slope,
        },
        interval={"power of f": (rate.low, rate.high)},
        status="pass" if grows else "fail",
        summary=(
            f"sin(2πfx) within {_TOLERANCE} takes {first['relu']} ReLU units at f = {first['f']} "
            f"and {last['relu']} at f = {last['f']}, growing as f to the power {rate.slope:.2f}; "
            f"with step pairs {first['steps']:,} and {last['steps']:,}; Barron's bound allows up "
            f"to {first['barron']:,.0f} and {last['barron']:,.0f} sigmoids"
        ),
        details={"rows": rows, "tolerance": _TOLERANCE},
    )


CLAIM = Claim(
    id="C2",
    section="universal-approximation",
    statement="The theorem sets no bound on the number of hidden units.",
    paper=(
        "Squared error at most of order C²/N with N units, where C is the first moment of the "
        "function's Fourier spectrum (Barron 1993)."
    ),
    rule=(
        "the least width that reaches an error of 0.01 for sin(2πfx) grows with every step of f "
        "from 1 to 32, for ReLU knots and for step pairs"
    ),
    measure=_measure,
)
