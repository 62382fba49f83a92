"""The attack methods and their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["METHODS", "Method"]


@dataclass(frozen=True, slots=True)
class Method:
    """The defaults of an attack method.

    Attributes:
        steps: default number of steps.
        step_share: step size as a multiple of epsilon / steps.
        random_start: whether to start at a random point of the ball.
        fixed: whether the number of steps is part of the method's definition.
    """

    steps: int
    step_share: float
    random_start: bool
    fixed: bool = False


METHODS: Final[dict[str, Method]] = {
    # Goodfellow et al. 2015, section 4: a single step of size epsilon.
    "fgsm": Method(steps=1, step_share=1.0, random_start=False, fixed=True),
    # Madry et al. 2018, section 2.1 and appendix: with steps of 2.5 epsilon / steps, a sample can
    # reach any corner of the ball from any start and still move along the surface.
    "pgd": Method(steps=40, step_share=2.5, random_start=True),
}
"""Attack methods by name."""
