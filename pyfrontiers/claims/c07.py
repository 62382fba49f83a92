"""C7: a temple becomes an ostrich by a change that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.claims.model import Claim, Measurement, Profile, Report

if TYPE_CHECKING:
    from pyfrontiers.vision import PhotographAttack

__all__ = ["CLAIM", "study"]

_TARGET = "ostrich"
_EPSILON = 4 / 255
_STEPS = 20
_LEAST_PROBABILITY = 0.97
_LEAST_SSIM = 0.95
#: Random starts beside the attack that starts at the photograph itself.
_STARTS: dict[Profile, int] = {"quick": 0, "full": 20}


def study(*, starts: int, seed: int, report: Report) -> list[PhotographAttack]:
    """Attack the temple once from the photograph itself, then from random starts around it.

    Args:
        starts: Random starts; their seeds are `seed`, `seed` + 1, ...
        seed: First of the seeds, taken modulo 2**64.
        report: Told the fraction and what is going on.

    Returns:
        1 + `starts` attacks, the one without a random start first.

    """
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
                seed=(seed + max(run - 1, 0)) % 2**64,
                random_start=run > 0,
                report=within,
            )
        )
    return found


def _passes(run: PhotographAttack) -> bool:
    # Both pictures have to pass: the attack's own, and the one that an 8-bit file can hold.
    probability = min(run.after[run.target], run.saved_after[run.target])
    return (
        bool(probability >= _LEAST_PROBABILITY)
        and max(run.linf, run.saved_linf) <= _EPSILON
        and min(run.ssim, run.saved_ssim) >= _LEAST_SSIM
        and len(run.losses) - 1 <= _STEPS
    )


def _percent(probability: float) -> str:
    # Rounding must not turn 0.99999 into certainty.
    return "more than 99.99 %" if probability > 0.9999 else f"{100 * probability:.2f} %"


def _measure(*, profile: Profile, seed: int, report: Report) -> Measurement:
    import numpy as np

    from pyfrontiers.vision import top_classes

    runs = study(starts=_STARTS[profile], seed=seed, report=report)
    first, others = runs[0], runs[1:]
    probability = float(first.after[first.target])
    reached = [float(run.after[run.target]) for run in others]
    ends = np.quantile(reached, (0.025, 0.975)) if others else None
    name, _, share = top_classes(first.before.tolist(), 1)[0]
    again = f"; {sum(map(_passes, others))} of {len(others)} random starts pass" if others else ""
    return Measurement(
        value={
            f"P({_TARGET})": probability,
            "SSIM": first.ssim,
            "L-infinity in grey levels": first.linf * 255,
        },
        interval=None if ends is None else (float(ends[0]), float(ends[1])),
        status="pass" if all(map(_passes, runs)) else "fail",
        summary=(
            f"{name} at {100 * share:.0f} % becomes {_TARGET} at {_percent(probability)} "
            f"with L-infinity {first.linf * 255:.2f}/255 and SSIM {first.ssim:.3f} "
            f"after {_STEPS} steps{again}"
        ),
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
                "SSIM": [run.ssim for run in others],
                "interval": "2.5 % to 97.5 % of P over the random starts" if others else "none",
            },
        },
    )


CLAIM = Claim(
    id="C7",
    section="adversarial-examples",
    statement="A temple becomes an ostrich, and to a person it still looks the same.",
    paper=None,
    rule=(
        "targeted PGD on a real photograph and a real ImageNet classifier reaches P(ostrich) of at "
        "least 0.97 at L-infinity of at most 4/255 within 20 steps with SSIM of at least 0.95, "
        "before and after the picture is rounded to 8 bits; full: from 20 random starts too."
    ),
    measure=_measure,
)
