"""What a figure is, and the table of all of them."""

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
        alt: What the drawing shows, for readers who do not see it.
    """

    markup: str
    alt: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before it is drawn.

    Attributes:
        description: What the figure shows, for readers who do not see it.
        draw: Computes the data and returns the chart or the drawing.
    """

    description: str
    draw: Callable[[], alt.TopLevelMixin | Svg]


FIGURES: dict[str, Figure] = {}
"""Every figure by name, filled as the modules of this package are imported."""


def figure(
    name: str, description: str
) -> Callable[
    [Callable[[], alt.TopLevelMixin | Svg]],
    Callable[[], alt.TopLevelMixin | Svg],
]:
    """Register the decorated function as the figure ``name``.

    Args:
        name: What a slide calls the figure.
        description: What the figure shows, for readers who do not see it.

    Raises:
        ValueError: Two figures carry the same name.
    """

    def register(
        draw: Callable[[], alt.TopLevelMixin | Svg],
    ) -> Callable[[], alt.TopLevelMixin | Svg]:
        if name in FIGURES:
            raise ValueError(f"name {name!r} is taken by another figure; choose a new one.")
        FIGURES[name] = Figure(description, draw)
        return draw

    return register
