"""Five drawings: how every method reads a sixth one after a few steps."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
import torch

from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.transfer import METHODS, drawing_image, read_drawings
from streamlit_app import kit
from streamlit_app.labs.toward_general_intelligence.controls import STEPS, say_failed, steps_text
from streamlit_app.labs.toward_general_intelligence.pads import CLASSES, Drawing, drawing_pads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["glyphs_part", "read", "readings_html", "said"]


def glyphs_part() -> None:
    """Draw the pads, and each method's probabilities."""
    kit.note(
        "Draw an example of each of five classes, and a sixth drawing to be read. The networks "
        "have learned from other glyphs; your digits or letters are outside that family. “Next” "
        "puts in a glyph that no network has seen."
    )
    drawings, answer = drawing_pads()
    try:
        found = read(drawings)
    except (TypeError, ValueError) as error:
        say_failed(error)
        return
    kit.verdict(*said(found, answer))
    kit.note("Probability of each class after 0 to 10 gradient steps, in %:")
    st.html(readings_html(found))


@one_thread()
def read(drawings: Sequence[Drawing]) -> dict[str, Any]:
    """Adapt every network to the drawings of classes, and read the last drawing.

    Args:
        drawings: of the five classes, empty ones for classes that are left out, and the last one.

    Returns:
        Probabilities (S, 5) by method, after each of `STEPS`.

    Raises:
        ValueError: a drawing is malformed, fewer than two classes have one, or there is none to be
            read.
    """
    *examples, asked = drawings
    if not asked:
        raise ValueError("the last field must hold a drawing to be read, got an empty one")
    drawn = {label: one for label, one in enumerate(examples) if one}
    if len(drawn) < 2:
        got = f"class {CLASSES[next(iter(drawn))]} only" if drawn else "none"
        raise ValueError(
            f"the first five fields must hold drawings of at least two classes, got {got}"
        )
    images = torch.stack([drawing_image(one) for one in drawn.values()])
    query = drawing_image(asked)[None]
    shares = read_drawings(images, torch.tensor(list(drawn)), query, steps=STEPS)
    return {name: rows[:, 0] for name, rows in shares.items()}


def said(found: Mapping[str, Any], answer: int | None) -> tuple[str, str]:
    """Say what the methods read after one step, and which change their answer.

    Args:
        found: of `read`.
        answer: the class of the drawing, where it is known.
    """
    first = {name: CLASSES[int(rows[1].argmax())] for name, rows in found.items()}
    counts = {name: list(first.values()).count(name) for name in CLASSES}
    top = max(counts, key=counts.__getitem__) if answer is None else CLASSES[answer]
    last = {name: CLASSES[int(rows[-1].argmax())] for name, rows in found.items()}
    changed = [METHODS[name].title for name in found if first[name] != last[name]]
    rest = (
        f"After {steps_text(STEPS[-1])}, these give another answer: {', '.join(changed)}."
        if changed
        else f"After {steps_text(STEPS[-1])}, none has changed its answer."
    )
    return (
        f"After one step, **{counts[top]} of {len(found)}** methods read class **{top}**"
        f"{'.' if answer is None else ', which is right.'}",
        f"{rest} One example of each class is less than the five that the networks were trained "
        "with.",
    )


def readings_html(found: Mapping[str, Any]) -> str:
    """Return a table of probabilities for each method, shaded by them."""
    return f'<div class="pf-readings">{"".join(_table(*each) for each in found.items())}</div>'


def _table(name: str, shares: Any) -> str:
    title = METHODS[name].title
    head = "".join(f'<th scope="col">{letter}</th>' for letter in CLASSES)
    rows = "".join(
        f'<tr><th scope="row">{steps}</th>{_cells(row)}</tr>'
        for steps, row in zip(STEPS, shares, strict=True)
    )
    return (
        f"<table><caption>{escape(title[0].upper() + title[1:])}</caption>"
        f'<thead><tr><th scope="col">steps</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _cells(row: Any) -> str:
    best = int(np.argmax(row)) if row.max() > row.min() else -1
    return "".join(
        f'<td style="--share: {100 * share:.0f}%"{" class=best" if place == best else ""}>'
        f"{100 * share:.0f}</td>"
        for place, share in enumerate(row.tolist())
    )
