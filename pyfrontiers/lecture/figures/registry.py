"""The registry of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

__all__ = ["FIGURES", "Figure", "Svg", "figure"]


@dataclass(frozen=True, slots=True)
class Svg:
    """A drawing whose colours are the CSS variables ``--pf-...`` of the page.

    Attributes:
        markup: The ``<svg>`` element, with a ``viewBox`` and without a fixed size.
        alt: Text alternative: what the drawing shows.
    """

    markup: str
    alt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before it is drawn.

    Attributes:
        description: Text alternative: what the figure shows.
        draw: Computes the data and returns the chart or drawing.
    """

    description: str
    draw: Callable[[], alt.TopLevelMixin | Svg]


FIGURES: dict[str, Figure] = {}
"""Figures by name, registered when the modules of this package are imported."""


def figure(
    name: str, description: str
) -> Callable[
    [Callable[[], alt.TopLevelMixin | Svg]],
    Callable[[], alt.TopLevelMixin | Svg],
]:
    """Register the decorated function as the figure ``name``.

    Args:
        name: Name by which slides refer to the figure.
        description: Text alternative: what the figure shows.

    Raises:
        ValueError: The name is taken.
    """

    def register(
        draw: Callable[[], alt.TopLevelMixin | Svg],
    ) -> Callable[[], alt.TopLevelMixin | Svg]:
        if name in FIGURES:
            raise ValueError(f"name {name!r} is already used by another figure; choose a new one.")
        FIGURES[name] = Figure(description, draw)
        return draw

    return register
