"""The figures of the lecture, drawn from data computed where they are drawn.

Each is an Altair chart without colours of its own, or an SVG in the page's CSS variables, so that
both follow the visitor's theme. Import this subpackage only where Altair may be loaded.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from pyfrontiers.lecture.figures.registry import FIGURES, Figure, Svg
from pyfrontiers.lecture.nearest import hint

if TYPE_CHECKING:
    import altair as alt

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
        raise KeyError(f"name {name!r} is no figure of the lecture; {known}") from None


@cache
def draw(name: str) -> alt.TopLevelMixin | Svg:
    """Draw a figure.

    Args:
        name: One of :func:`names`.

    Returns:
        An Altair chart of the container's width, or an :class:`Svg`. It is computed once and
        shared: configure a copy.

    Raises:
        KeyError: There is no such figure; the message names the nearest one.
    """
    return _figure(name).draw()


def describe(name: str) -> str:
    """Return what a figure shows, in words.

    Args:
        name: One of :func:`names`.

    Returns:
        One to three sentences for readers who do not see the figure.

    Raises:
        KeyError: There is no such figure; the message names the nearest one.
    """
    return _figure(name).description
