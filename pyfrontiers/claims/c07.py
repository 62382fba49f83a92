"""C7: a change too small to see turns a temple into an ostrich."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.finding import Figure, Finding
from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.vision import PhotographAttack

__all__ = ["CLAIM", "study"]

_TARGET = "ostrich"
_EPSILON = 4 / 255
_STEPS = 20
_LEAST_PROBABILITY = 0.97
_LEAST_SSIM = 0.95
#: Attacks from random starting points, in addition to the one that starts at the photograph.
_STARTS: dict[Profile, int] = {"quick": 0, "full": 20}


def study(*, starts: int, seed: int, report: Report) -> list[PhotographAttack]:
    """Attack the temple once from the photograph itself, then from random starting points.

    Args:
        starts: Number of random starts.
        seed: 64-bit seed; random start k has the seed `fold_in(seed, k)`.
        report: Progress callback.

    Returns:
        1 + `starts` attacks; the first starts at the photograph.

    """
    from pyfrontiers.kernels import fold_in
    from pyfrontiers.vision import attack_photograph, find_class, photograph, prepared_pixels

    pixels = prepared_pixels(photograph("temple"))
    found = []
    for run in range(1 + starts):

        def within(fraction: float, message: str = "", data: Any = None, run: int = run) -> None:
            report((run + fraction) / (1 + starts), message, data)

        found.append(
            attack_photograph(
                pixels=pixels,
                target=find_class(_TARGET),
                epsilon=_EPSILON,
                steps=_STEPS,
                seed=fold_in(seed, run),
                random_start=run > 0,
                report=within,
            )
        )
    return found


def _passes(run: PhotographAttack) -> bool:
    # Both pictures must pass: the attack's result, and the same rounded to 8 bits for a file.
    probability = min(run.after[run.target], run.saved_after[run.target])
    return (
        bool(probability >= _LEAST_PROBABILITY)
        and max(run.linf, run.saved_linf) <= _EPSILON
        and min(run.ssim, run.saved_ssim) >= _LEAST_SSIM
        and len(run.losses) - 1 <= _STEPS
    )


def _percent(probability: float) -> str:
    # Rounding must not turn 0.99999 into 100 %.
    return "more than 99.99 %" if probability > 0.9999 else f"{100 * probability:.2f} %"


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    import numpy as np

    from pyfrontiers.vision import top_classes

    runs = study(starts=_STARTS[profile], seed=seed, report=report)
    first, others = runs[0], runs[1:]
    probability = float(first.after[first.target])
    reached = [float(run.after[run.target]) for run in others]
    ends = np.quantile(reached, (0.025, 0.975)) if others else None
    return Measurement(
        value={
            f"P({_TARGET})": probability,
            "SSIM": first.ssim,
            "L-infinity in grey levels": first.linf * 255,
        },
        interval=None if ends is None else (float(ends[0]), float(ends[1])),
        status="pass" if all(map(_passes, runs)) else "fail",
        details={
            "before": top_classes(first.before.tolist()),
            "after": top_classes(first.after.tolist()),
            "saved as 8 bits": {
                f"P({_TARGET})": float(first.saved_after[first.target]),
                "SSIM": first.saved_ssim,
                "L-infinity in grey levels": first.saved_linf * 255,
            },
            "probability by step": list(first.probabilities),
            "loss by step": list(first.losses),
            "random starts": {
                "P": reached,
                "passing": sum(map(_passes, others)),
                "SSIM": [run.ssim for run in others],
                "interval": "2.5 % to 97.5 % quantile of P" if others else "none",
            },
        },
    )


def _describe(measured: Measurement) -> Finding:
    value, details = measured.value, measured.details
    assert isinstance(value, dict)
    saved, starts = details["saved as 8 bits"], details["random starts"]
    name, _, share = details["before"][0]
    change = f"{value['L-infinity in grey levels']:.3g}/255"
    figures = [
        Figure("Before the attack", f"{name}, {100 * share:.0f} %"),
        Figure("Largest change of a pixel value", change),
        Figure("Structural similarity (SSIM)", f"{value['SSIM']:.3f}"),
        Figure(
            "Rounded to 8 bits",
            f"{_TARGET}, {_percent(saved[f'P({_TARGET})'])}; SSIM {saved['SSIM']:.3f}",
        ),
    ]
    if starts["P"]:
        assert isinstance(measured.interval, tuple)
        low = math.floor(1e4 * measured.interval[0]) / 100
        passing = f"{starts['passing']} of {len(starts['P'])}"
        figures += [
            Figure("Random starts that pass", passing),
            Figure(f"P({_TARGET}) for 97.5 % of random starts", f"above {low:.2f} %"),
        ]
    steps = len(details["loss by step"]) - 1
    return Finding(
        f"In {steps} steps, changing each pixel value by at most {change} turns “{name}” into "
        f"**“{_TARGET}” with a probability of {_percent(value[f'P({_TARGET})'])}**.",
        tuple(figures),
    )


CLAIM = Claim(
    id="C7",
    section="adversarial-examples",
    statement="A temple becomes an ostrich, although it still looks the same to a person.",
    paper=None,
    rule=(
        "targeted PGD on a real photograph and a real ImageNet classifier reaches P(ostrich) of at "
        "least 0.97 within 20 steps, with L-infinity of at most 4/255 and SSIM of at least 0.95, "
        "before and after rounding to 8 bits, in the full profile also from 20 random starts"
    ),
    measure=_measure,
    describe=_describe,
)
