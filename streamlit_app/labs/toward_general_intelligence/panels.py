"""Small multiples: curves of every method, drawn as one component that the page's theme colours."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.transfer import GRID, REACH
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["Panel", "draw_panels", "panels_html"]

_panels = st.components.v2.component(
    "pyfrontiers.curve_panels",
    html='<div class="panels"></div>',
    css=kit.text_beside(__file__, "panels.css"),
    js="""export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".panels");
  if (place.innerHTML !== data.markup) place.innerHTML = data.markup;
}""",
)

_WIDE, _HIGH = 200.0, 140.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves of one method.

    Attributes:
        title: The method.
        caption: Figures below the curves.
        label: What is drawn, for readers who do not see it; no full stop.
        curves: The kind of a line, which is a class of the style sheet, and its values, evenly
            spaced over the grid. Values that are not finite leave a gap.
    """

    title: str
    caption: str
    label: str
    curves: tuple[tuple[str, Sequence[float]], ...]


def draw_panels(
    key: str,
    panels: Sequence[Panel],
    legend: Mapping[str, str],
    *,
    top: float,
    points: Sequence[tuple[float, float]] = (),
) -> None:
    """Draw panels in three columns, on a phone in two.

    Args:
        key: Unique on the page.
        panels: What to draw.
        legend: What each kind of line means; ``"point"`` for the points.
        top: Largest value of the vertical axis; the smallest is its negative.
        points: (x, y) drawn in every panel.
    """
    _panels(key=key, data={"markup": panels_html(panels, legend, top=top, points=points)})


def panels_html(
    panels: Sequence[Panel],
    legend: Mapping[str, str],
    *,
    top: float,
    points: Sequence[tuple[float, float]] = (),
) -> str:
    """Return the panels as HTML; arguments as for `draw_panels`."""
    entries = "".join(
        f'<li><svg viewBox="0 0 26 12" aria-hidden="true">{_sample(kind)}</svg>{escape(text)}</li>'
        for kind, text in legend.items()
    )
    dots = "".join(_dot(_across(x), _down(y, top)) for x, y in points)
    figures = "".join(_figure(panel, top, dots) for panel in panels)
    return f'<ul aria-label="Lines">{entries}</ul><div class="grid">{figures}</div>'


def _figure(panel: Panel, top: float, dots: str) -> str:
    lines = "".join(
        f'<path class="{kind}" d="{_path(values, top)}"/>' for kind, values in panel.curves
    )
    label = f"{panel.title}. {panel.label}. x from -{REACH:g} to {REACH:g}, y from -{top:g} to "
    return (
        f'<figure><svg viewBox="0 0 {_WIDE:g} {_HIGH:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}{top:g}.">'
        f'<path class="axis" d="M0 {_HIGH / 2:g}H{_WIDE:g}M{_WIDE / 2:g} 0V{_HIGH:g}"/>'
        f"{lines}{dots}</svg><figcaption><strong>{escape(panel.title)}</strong>"
        f"{escape(kit.unbroken(panel.caption))}</figcaption></figure>"
    )


def _path(values: Sequence[float], top: float) -> str:
    """Return the line through values; those far outside the panel are moved nearer."""
    down = np.clip(_down(np.asarray(values, dtype=float), top), -_HIGH, 2 * _HIGH)
    across = np.linspace(0, _WIDE, len(down))
    parts, pen = [], "M"
    for x, y in zip(across.tolist(), down.tolist(), strict=True):
        if y == y:
            parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L" if y == y else "M"
    return "".join(parts)


def _sample(kind: str) -> str:
    return _dot(13, 6) if kind == "point" else f'<path class="{kind}" d="M0 6H26"/>'


def _dot(x: float, y: float) -> str:
    # Lines of no length with round ends stay round where a panel is stretched.
    return 2 * f'<path class="point" d="M{x:.1f} {y:.1f}h0"/>'


def _across(x: float) -> float:
    return (x - GRID[0]) / (GRID[-1] - GRID[0]) * _WIDE


def _down(y: Any, top: float) -> Any:
    return (1 - y / top) / 2 * _HIGH
