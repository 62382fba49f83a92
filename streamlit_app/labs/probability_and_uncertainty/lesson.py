"""Teach it yourself: a few pictures of two things, then a third one."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.uncertainty.head import doubt
from pyfrontiers.vision.teaching import MOST_PICTURES, picture_file, teach
from streamlit_app import kit
from streamlit_app.labs.probability_and_uncertainty.choosing import (
    SHOWN,
    Picture,
    camera,
    decoded,
    forget,
    own_picture,
    shipped_picture,
    show,
)
from streamlit_app.labs.probability_and_uncertainty.controls import METHODS, controls
from streamlit_app.labs.probability_and_uncertainty.reading import show_answer, verdict
from streamlit_app.labs.probability_and_uncertainty.samples import (
    NAMES,
    offer,
    sample_files,
    show_samples,
    stop_button,
)

if TYPE_CHECKING:
    from pyfrontiers.uncertainty import Posterior

__all__ = ["lesson"]

_MOST = MOST_PICTURES // 2
#: Pictures to show the taught head.
_THIRD = {name: SHOWN[name] for name in ("horse", "owl", "coffee", "dog")} | {"own": "Your own"}


def lesson() -> None:
    """Collect pictures of two things, teach a head, and show it a third."""
    first, second = NAMES.values()
    kit.subheading(
        "Teach it yourself",
        f"Take or upload a few pictures of two things, say a {first} and a {second}, and teach the "
        "head. Then show it a third thing, such as a horse. Without pictures at hand, use the "
        "shipped ones. Your pictures stay in this session.",
    )
    names, pictures = [], []
    for column, (side, default) in zip(st.columns(2, gap="large"), NAMES.items(), strict=True):
        with column:
            name = controls.text(f"name-{side}", f"The {side} thing", default, max_chars=30)
            names.append(name.strip() or default)
            pictures.append(_collected(side, names[-1]))
    if names[0] == names[1]:
        names[1] = f"{names[1]} (2)"
    given = tuple(data for side in pictures for data in side)
    labels = tuple(place for place, side in enumerate(pictures) for _ in side)
    if not all(pictures):
        missing = " and one of ".join(
            f"“{name}”" for name, side in zip(names, pictures, strict=True) if not side
        )
        begin = f"Add at least one picture of {missing} to begin"
        # Added to one side that the visitor has filled, they would mix two things.
        kit.note(f"{begin}." if any(pictures) else f"{begin}, or use these pictures.")
        if not any(pictures):
            offer()
        return
    stop_button()
    shown = kit.live(
        controls.key("lesson"),
        teach,
        {"pictures": given, "labels": labels},
        label=f"Teaching {names[0]} and {names[1]}",
        button=f"Teach {len(given)} pictures",
    )
    if shown is None:
        return
    kit.note(
        f"Taught in {shown.value.seconds:.1f} s. With one picture of a thing, the head knows that "
        "picture rather than the thing."
    )
    _third(shown.value.heads, (names[0], names[1]))


def _third(heads: dict[str, Posterior], names: tuple[str, str]) -> None:
    fitted = {name: METHODS[name] for name in heads}
    method = controls.choice("lesson-method", "Method of the lesson", fitted)
    name = controls.choice("third", "Show it", _THIRD)
    picture = _own_third() if name == "own" else shipped_picture(name)
    if picture is None:
        return
    found = doubt(heads[method], picture.features)
    kit.verdict(verdict(found, names))
    side, main = st.columns([1, 2], gap="large")
    with side:
        show(picture)
    with main:
        show_answer(found, names, picture.title, name="third", method=method)


def _own_third() -> Picture | None:
    """Return the visitor's picture to classify; ``None`` while there is none."""
    picture = own_picture("third", what="a picture to classify")
    if picture is None:
        kit.note("Show it a picture of one of the two, then of something else.")
    return picture


def _collected(side: str, name: str) -> list[bytes]:
    """Return the pictures of one thing: shipped ones, uploaded ones, then the camera's."""
    show_samples(side)
    found = sample_files(side) + _uploaded(side, name)
    slot = controls.key(f"{side}-taken")
    taken: dict[bytes, bytes] = st.session_state.setdefault(slot, {})
    if st.toggle(f"Use the camera for “{name}”", key=controls.key(f"{side}-wanted")):
        shot = camera(f"Take a picture for “{name}”", controls.key(f"{side}-camera"))
        for data in [] if shot is None else _reduced(shot):
            taken[blake2b(data, digest_size=16).digest()] = data
    found += list(taken.values())
    if len(found) > _MOST:
        kit.note(f"Only the first {_MOST} pictures for “{name}” are taught.")
    if taken:
        st.button(
            f"Remove the {len(taken)} from the camera",
            key=controls.key(f"{side}-forget"),
            on_click=taken.clear,
        )
    return found[:_MOST]


def _uploaded(side: str, name: str) -> list[bytes]:
    slot = controls.key(f"{side}-uploaded")
    files = st.file_uploader(
        f"Upload up to {_MOST} pictures for “{name}”",
        accept_multiple_files=True,
        max_upload_size=10,
        key=controls.key(f"{side}-files"),
        on_change=forget,
        args=(slot,),
    )
    if files:
        pictures = [data for file in files for data in _reduced(file.getvalue())]
        # One too many, by which the page knows that some are left out.
        st.session_state[slot] = pictures[: _MOST + 1]
    # Streamlit clears the uploader when the visitor leaves the page; the pictures are kept here.
    kept: list[bytes] = st.session_state.get(slot, [])
    return kept


def _reduced(data: bytes) -> list[bytes]:
    image = decoded(bytes(data))
    return [] if image is None else [picture_file(image)]
