"""The figures of the lecture, drawn from data that are computed in the same module.

Each is an Altair chart without fixed colours, or an SVG that uses the page's CSS variables, so that
both follow the visitor's theme. Importing this subpackage loads Altair.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

import altair as alt

from pyfrontiers.arguments import checked
from pyfrontiers.lecture.figures.registry import FIGURES, Figure, Svg
from pyfrontiers.lecture.nearest import hint

__all__ = ["Svg", "describe", "draw", "names"]

_MODULES = (
    "welcome",
    "progress_so_far",
    "universal_approximation",
    "hype_and_winters",
    "rethinking_generalization",
    "function_approximators",
    "adversarial_examples",
    "robust_adversarial_examples",
    "limitations_summary",
    "probability_and_uncertainty",
    "bayesian_neural_networks",
    "dropout_sampling",
    "depth_uncertainty",
    "multi_task_uncertainty",
    "learning_to_learn",
    "automl_controller",
    "child_networks",
    "automl_service",
    "toward_general_intelligence",
)
for _module in _MODULES:
    import_module(f"{__name__}.{_module}")


def names() -> tuple[str, ...]:
    """Return the names of all figures, in the order of the lecture."""
    return tuple(FIGURES)


def _figure(name: str) -> Figure:
    try:
        return FIGURES[name]
    except KeyError:
        known = hint(name, FIGURES)
        raise KeyError(f"name {name!r} is not a figure of the lecture; {known}") from None


@checked
@cache
def draw(name: str) -> alt.TopLevelMixin | Svg:
    """Draw a figure.

    Args:
        name: One of :func:`names`.

    Returns:
        An Altair chart that fills its container, or an :class:`Svg`. It is cached and shared, so
        only modify a copy.

    Raises:
        KeyError: There is no such figure; the message suggests a similar name.
    """
    return _figure(name).draw()


@checked
def describe(name: str) -> str:
    """Return the text alternative of a figure.

    Args:
        name: One of :func:`names`.

    Returns:
        One to three sentences that say what the figure shows.

    Raises:
        KeyError: There is no such figure; the message suggests a similar name.
    """
    return _figure(name).description
