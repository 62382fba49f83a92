"""The print sheet: an object's surface laid flat, to scale, as a PDF to print, cut out and glue."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np

from pyfrontiers.arguments import Range, checked
from pyfrontiers.physical.objects import TexturedObject
from pyfrontiers.physical.outlines import Outline, outlines
from pyfrontiers.physical.piece_pictures import BLEED, piece_picture
from pyfrontiers.physical.unfolding import SMALL, Piece, subdivided, unfold

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PAPERS", "PrintSheet", "print_sheet"]

PAPERS: Final = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height of paper in mm."""

_MM: Final = 25.4  # per inch
_MARGIN: Final = 10.0
_FOOTER: Final = 16.0
_GAP: Final = 9.0
"""Space between pieces in mm, which holds the numbers of the neighbours."""
_RULER: Final = 100


@dataclass(frozen=True)
class PrintSheet:
    """A print sheet.

    Attributes:
        pdf: the file.
        pages: number of pages.
        pieces: number of pieces.
        length: longest side of the object's bounding box in mm.
        stretch: largest factor by which lengths on a piece differ from those on the object, over
            95 % of its area, for pieces longer than 15 mm.
    """

    pdf: bytes
    pages: int
    pieces: int
    length: float
    stretch: float


@checked
def print_sheet(
    obj: TexturedObject,
    *,
    length: Annotated[float, Range(10, 2000)] = 150.0,
    paper: Literal["a4", "letter"] = "a4",
    dots_per_inch: Annotated[int, Range(30, 1200)] = 200,
    title: str | None = None,
) -> PrintSheet:
    """Lay an object's surface flat and print it to scale.

    The surface is cut into pieces that lie flat with little stretch (`unfold`). Each piece has a
    number and a cut line; the numbers along the line are those of the pieces that are glued there,
    and the picture reaches 1.5 mm beyond it. A bar of 100 mm on each page shows whether the printer
    kept the scale. Text and lines are vectors; pictures are not compressed with loss.

    Args:
        obj: the object.
        length: longest side of the object's bounding box in mm.
        paper: "a4" or "letter", upright.
        dots_per_inch: resolution of the pictures.
        title: text of the first line. Default: the name of the object.

    Raises:
        ValueError: the mesh has more than 200,000 faces.
    """
    width, height = PAPERS[paper]
    room = (width - 2 * _MARGIN - _GAP, height - 2 * _MARGIN - _FOOTER - _GAP)
    extent = obj.mesh.vertices.amax(0) - obj.mesh.vertices.amin(0)
    scale = length / float(extent.max())
    # A face larger than the paper could not be cut.
    obj = replace(obj, mesh=subdivided(obj.mesh, min(room) / 2 / scale))
    pieces = unfold(obj.mesh, scale=scale, room=room)
    places = _placed(pieces, (width - 2 * _MARGIN, height - 2 * _MARGIN - _FOOTER))
    pages = max(page for page, _, _, _ in places) + 1
    lines = outlines(obj.mesh, pieces)
    stretch = max((p.stretch for p in pieces if max(p.size) > SMALL), default=1.0)
    heading = f"{title or obj.name}, {length:.0f} mm long"
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    stream = io.BytesIO()
    # Type 42 embeds the font itself; without a date, equal sheets are equal files.
    style: Any = {"pdf.fonttype": 42, "image.composite_image": False}
    entries = {"Title": heading, "Creator": "pyfrontiers", "CreationDate": None}
    with rc_context(style), PdfPages(stream, metadata=entries) as file:
        for page in range(pages):
            figure, axes = _page(width, height)
            for number, (piece, place) in enumerate(zip(pieces, places, strict=True)):
                if place[0] == page:
                    _draw(axes, obj, piece, number, place, lines[number], dots_per_inch)
            _footer(axes, width, height, f"{heading}, page {page + 1} of {pages}")
            file.savefig(figure)
    return PrintSheet(stream.getvalue(), pages, len(pieces), length, stretch)


_Place = tuple[int, float, float, bool]
"""Page, left and top in mm, and whether the piece is turned by a quarter."""


def _placed(pieces: list[Piece], room: tuple[float, float]) -> list[_Place]:
    """Place pieces on shelves, each on the first shelf with space for it."""
    shelves: list[list[float]] = []  # page, top, height, used width
    tops: list[float] = []  # used height of each page
    places: list[_Place] = [(0, 0.0, 0.0, False)] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda index: -pieces[index].size[1])
    for index in order:
        wide, high = (side + _GAP for side in pieces[index].size)
        turned = wide > room[0]
        if turned:
            wide, high = high, wide
        for shelf in shelves:
            if high <= shelf[2] and shelf[3] + wide <= room[0]:
                break
        else:
            page = next((p for p, top in enumerate(tops) if top + high <= room[1]), len(tops))
            if page == len(tops):
                tops.append(0.0)
            shelf = [page, tops[page], high, 0.0]
            shelves.append(shelf)
            tops[page] += high
        places[index] = (int(shelf[0]), shelf[3] + _GAP / 2, shelf[1] + _GAP / 2, turned)
        shelf[3] += wide
    return places


def _page(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure of the size of the paper, and axes in mm from its upper left corner."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / _MM, height / _MM))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure, axes


def _draw(
    axes: Any,
    obj: TexturedObject,
    piece: Piece,
    number: int,
    place: _Place,
    outline: Outline,
    dots_per_inch: int,
) -> None:
    from matplotlib.collections import LineCollection

    _, left, top, turned = place
    size = piece.size[::-1] if turned else piece.size
    corner = np.array([left + _MARGIN, top + _MARGIN])

    def on_paper(points: NDArray[np.float64]) -> NDArray[np.float64]:
        # A quarter turn: x runs downwards and y to the left.
        moved = np.stack([piece.size[1] - points[..., 1], points[..., 0]], -1) if turned else points
        result: NDArray[np.float64] = moved + corner
        return result

    flat = on_paper(piece.points) - corner
    picture = piece_picture(obj, piece, flat, size, dots_per_inch)
    extent = (
        *(corner[0] - BLEED, corner[0] + size[0] + BLEED),
        *(corner[1] + size[1] + BLEED, corner[1] - BLEED),
    )
    axes.imshow(picture, extent=extent, interpolation="none", aspect="auto", zorder=1)
    axes.add_collection(
        LineCollection(list(on_paper(outline.segments)), colors="black", linewidths=0.3, zorder=2)
    )
    axes.set_xlim(0, axes.figure.get_figwidth() * _MM)  # imshow changes the limits
    axes.set_ylim(axes.figure.get_figheight() * _MM, 0)
    for neighbour, point in outline.labels:
        where = on_paper(np.asarray(point))
        text = {"fontsize": 5, "color": "0.35", "ha": "center", "va": "center", "zorder": 3}
        axes.text(where[0], where[1], str(neighbour + 1), **text)
    axes.text(
        corner[0] - 2, corner[1] - 2.2, f"[{number + 1}]", fontsize=7, weight="bold", zorder=3
    )


def _footer(axes: Any, width: float, height: float, text: str) -> None:
    """Draw the ruler and say how to print."""
    top = height - _MARGIN - 8
    for tick in range(0, _RULER + 1, 5):
        length = 3.0 if tick % 10 == 0 else 1.8
        axes.plot([_MARGIN + tick] * 2, [top, top - length], color="black", linewidth=0.4)
    axes.plot([_MARGIN, _MARGIN + _RULER], [top, top], color="black", linewidth=0.8)
    bar = f"This bar is {_RULER} mm long. Print at 100 %, without fitting to the page."
    axes.text(_MARGIN, top + 3, bar, fontsize=7, va="center")
    note = f"{text}. Cut along the lines; small numbers name the piece that is glued there."
    axes.text(_MARGIN, top + 7, note, fontsize=7, va="center")
