"""A small pen for SVG drawings in the page's own colours and type."""

from __future__ import annotations

from html import escape
from math import atan2, cos, pi, sin

from pyfrontiers.lecture.figures.registry import Svg
from pyfrontiers.lecture.palette import LIGHT

__all__ = ["Drawing"]

Point = tuple[float, float]

_HEAD = 9.0  # length of an arrowhead
_HALF_ANGLE = pi / 7


def _paint(token: str) -> str:
    if token == "none":
        return token
    if token not in LIGHT:
        raise ValueError(f"token {token!r} is not a palette colour; use one of {list(LIGHT)}.")
    return f"var(--pf-{token})"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Drawing:
    """Collects shapes on a canvas of ``width`` by ``height`` units; y points down.

    On a 390 px screen, a canvas of 440 units is scaled to about three quarters, so text must be at
    least 14 units high.
    """

    def __init__(self, width: float, height: float) -> None:
        self._size = (width, height)
        self._shapes: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "card",
        stroke: str = "line",
        radius: float = 8.0,
        opacity: float = 1.0,
    ) -> None:
        """Add a rectangle with its top left corner at (x, y)."""
        place = " ".join(
            f'{name}="{_number(value)}"'
            for name, value in zip(
                ("x", "y", "width", "height", "rx"), (x, y, width, height, radius), strict=True
            )
        )
        self._shapes.append(
            f'<rect {place} fill="{_paint(fill)}" stroke="{_paint(stroke)}" stroke-width="1.5"'
            f' fill-opacity="{_number(opacity)}"/>'
        )

    def dot(
        self, x: float, y: float, radius: float, *, fill: str = "blue", stroke: str = "none"
    ) -> None:
        """Add a disc around (x, y)."""
        self._shapes.append(
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
            f' fill="{_paint(fill)}" stroke="{_paint(stroke)}" stroke-width="1.5"/>'
        )

    def picture(self, x: float, y: float, width: float, height: float, address: str) -> None:
        """Add a picture with its top left corner at (x, y); it is cut to fill the rectangle."""
        place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}"'
        self._shapes.append(
            f'<image {place} height="{_number(height)}" preserveAspectRatio="xMidYMid slice"'
            f' href="{address}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 15.0,
        colour: str = "ink",
        anchor: str = "middle",
        bold: bool = False,
        italic: bool = False,
    ) -> None:
        """Add a line of text, vertically centred at y."""
        # Italic letters are mathematics; they are set in the font of the equations.
        style = (' font-weight="600"' if bold else "") + (
            ' font-style="italic" font-family="KaTeX_Math, serif"' if italic else ""
        )
        self._shapes.append(
            f'<text x="{_number(x)}" y="{_number(y + 0.35 * size)}" font-size="{_number(size)}"'
            f' text-anchor="{anchor}" fill="{_paint(colour)}"{style}>{escape(words)}</text>'
        )

    def line(
        self,
        *points: Point,
        colour: str = "muted",
        width: float = 2.0,
        dashed: bool = False,
        opacity: float = 1.0,
    ) -> None:
        """Add a line through the points."""
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        dash = ' stroke-dasharray="4 5"' if dashed else ""
        self._shapes.append(
            f'<polyline points="{path}" fill="none" stroke="{_paint(colour)}"'
            f' stroke-linecap="round" stroke-linejoin="round" stroke-width="{_number(width)}"'
            f' stroke-opacity="{opacity:.2g}"{dash}/>'
        )

    def arrow(
        self, *points: Point, colour: str = "muted", width: float = 2.0, dashed: bool = False
    ) -> None:
        """Add a line through the points with an arrowhead at the last one."""
        (x0, y0), (x1, y1) = points[-2:]
        angle = atan2(y1 - y0, x1 - x0)
        neck = (x1 - _HEAD * 0.8 * cos(angle), y1 - _HEAD * 0.8 * sin(angle))
        self.line(*points[:-1], neck, colour=colour, width=width, dashed=dashed)
        sides = (
            (x1 - _HEAD * cos(angle + turn), y1 - _HEAD * sin(angle + turn))
            for turn in (_HALF_ANGLE, -_HALF_ANGLE)
        )
        corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in ((x1, y1), *sides))
        self._shapes.append(f'<polygon points="{corners}" fill="{_paint(colour)}"/>')

    def finish(self, title: str) -> Svg:
        """Return the drawing; ``title`` is its text alternative."""
        width, height = (_number(side) for side in self._size)
        markup = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
            f"<title>{escape(title)}</title>{''.join(self._shapes)}</svg>"
        )
        return Svg(markup, title)
