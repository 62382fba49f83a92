"""Small pictures side by side: each with a name, labels on it, and the meaning of its colours."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ColourScale", "Label", "PanelPicture", "Swatches", "panel_html", "swatches_html"]


#: Of a label's text in `panel.css`, as shares of the picture's width: a character and a line.
_CHARACTER, _LINE = 0.034, 0.05


@dataclass(frozen=True, slots=True)
class Label:
    """A text on a picture.

    Attributes:
        text: What is written.
        row, column: Pixel in its middle.
    """

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ColourScale:
    """A bar with the colours of a map.

    Attributes:
        colours: As CSS, evenly spaced.
        marks: What is written below the bar, evenly spaced from end to end.
    """

    colours: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swatches:
    """The colours of a map of kinds.

    Attributes:
        entries: For each kind, its colour as CSS, its name, and letters that stand on it.
    """

    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """A picture of a panel.

    Attributes:
        name: Its title.
        meaning: What it shows, without a full stop.
        pixels: (H, W, 3) uint8; ``None`` if there is none.
        labels: Texts on it.
        key: What its colours mean.
        instead: Text shown in place of a missing picture.
    """

    name: str
    meaning: str
    pixels: NDArray[np.uint8] | Any | None
    labels: tuple[Label, ...] = ()
    key: ColourScale | Swatches | None = None
    instead: str = ""


def panel_html(pictures: Sequence[PanelPicture], *, by_column: bool = False) -> str:
    """Return pictures in two rows as HTML; on a phone, two stand side by side.

    Pixels are enlarged without smoothing. The alternative text holds name, meaning and labels.

    Args:
        pictures: An even number.
        by_column: Whether the second picture stands below the first, rather than next to it.
    """
    order = ' class="pf-panel by-column"' if by_column else ' class="pf-panel"'
    return f"<div{order}>{''.join(map(_figure, pictures))}</div>"


def swatches_html(found: Swatches, label: str) -> str:
    """Return the colours of kinds as a list.

    Args:
        found: The kinds.
        label: What the list is, for screen readers.
    """
    items = "".join(
        f'<li><i style="background: {colour}">{escape(letters)}</i>{escape(name)}</li>'
        for colour, name, letters in found.entries
    )
    return f'<ul class="pf-swatches" aria-label="{escape(label)}">{items}</ul>'


def _figure(picture: PanelPicture) -> str:
    name, meaning = escape(picture.name), escape(picture.meaning)
    caption = f"<figcaption><strong>{name}</strong> {meaning}{_key(picture)}</figcaption>"
    if picture.pixels is None:
        return f'<figure><div class="pf-none">{escape(picture.instead)}</div>{caption}</figure>'
    rows, columns, _ = picture.pixels.shape
    written = "".join(_written(label, rows, columns) for label in picture.labels)
    told = ", ".join(dict.fromkeys(label.text for label in picture.labels))
    alt = f"{name}. {meaning}." + (f" Labels: {escape(told)}." if told else "")
    return (
        f'<figure><div><img src="{_address(picture.pixels)}" alt="{alt}">'
        f'<div aria-hidden="true">{written}</div></div>{caption}</figure>'
    )


def _written(label: Label, rows: int, columns: int) -> str:
    """Return a label as HTML, moved where it would be cut off at the picture's edge."""
    half = _CHARACTER / 2 * len(label.text)
    left = min(max((label.column + 0.5) / columns, half), 1 - half)
    margin = _LINE / 2 * columns / rows
    top = min(max((label.row + 0.5) / rows, margin), 1 - margin)
    return (
        f'<span style="left: {100 * left:.1f}%; top: {100 * top:.1f}%">{escape(label.text)}</span>'
    )


def _key(picture: PanelPicture) -> str:
    if isinstance(picture.key, Swatches):
        return swatches_html(picture.key, f"Colours of {picture.name}")
    if picture.key is None:
        return ""
    marks = "".join(f"<span>{escape(mark)}</span>" for mark in picture.key.marks)
    ramp = ", ".join(picture.key.colours)
    return (
        f'<div class="pf-scale"><i style="background: linear-gradient(to right, {ramp})"></i>'
        f"<div>{marks}</div></div>"
    )


def _address(pixels: Any) -> str:
    """Return pixels as the address of a PNG, which keeps them exact."""
    found = pixels.numpy() if hasattr(pixels, "numpy") else pixels
    stored = BytesIO()
    Image.fromarray(found).save(stored, "PNG")
    return f"data:image/png;base64,{b64encode(stored.getvalue()).decode()}"
