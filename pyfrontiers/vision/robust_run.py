"""Two adversarial examples of a photograph and their survival under transforms, in one job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pyfrontiers.adversarial import AXES, Survival
from pyfrontiers.arguments import Count, Range, Seed, checked
from pyfrontiers.vision.labels import CLASS_NAMES
from pyfrontiers.vision.robust_examples import EPSILON, RobustExample, robust_example

__all__ = ["RobustRun", "robust_run"]

_ATTACKS = 0.7
"""Fraction of the time that the two attacks take."""


@dataclass(frozen=True, eq=False)
class RobustRun:
    """The examples and their curves.

    Attributes:
        example: the images.
        curves: result of `RobustExample.survival` by axis.
    """

    example: RobustExample
    curves: dict[str, Survival]


@checked
def robust_run(
    *,
    pixels: bytes,
    target: Annotated[int, Range(0, len(CLASS_NAMES) - 1)],
    steps: Count = 60,
    seed: Seed = 0,
    report: Callable[..., object] | None = None,
) -> RobustRun:
    """Attack a photograph twice and follow both examples along each axis of `AXES`.

    Args:
        pixels: as for `robust_example`.
        target: as for `robust_example`.
        steps: as for `robust_example`.
        seed: as for `robust_example`.
        report: called with the share done and a message.
    """

    def tell(share: float, message: str, *_: Any) -> None:
        if report is not None:
            report(share, message)

    example = robust_example(
        pixels=pixels,
        target=target,
        epsilon=EPSILON,
        steps=steps,
        seed=seed,
        report=lambda share, message, *_: tell(_ATTACKS * share, message),
    )
    curves = {}
    for place, axis in enumerate(AXES):
        tell(_ATTACKS + (1 - _ATTACKS) * place / len(AXES), f"Both attacks over {axis}")
        curves[axis] = example.survival(axis)
    return RobustRun(example, curves)
