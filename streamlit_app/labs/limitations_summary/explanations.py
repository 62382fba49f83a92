"""The experiment behind the sixth tile: explanations that do not notice that the network forgot."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import streamlit as st
from PIL import Image

from pyfrontiers.limitations import METHODS, explanation_check
from pyfrontiers.limitations.interpretability import FAILS_FROM, JUDGED, photograph_pixels
from pyfrontiers.limitations.recorded_maps import recorded_check
from pyfrontiers.vision import PHOTOGRAPHS
from streamlit_app.kit import is_under_way, job_panel, start_job
from streamlit_app.kit.text import percent
from streamlit_app.labs.limitations_summary.drawing import file_button, lead
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["explanations", "prepare_maps"]

_JOB = "limitation-explanations"
_SIDE = 112
_FAST = ("gradient", "Grad-CAM", "guided backpropagation", "edge detector")


def explanations() -> None:
    """Draw the experiment."""
    lead(
        "Does the explanation ask the network?",
        "Each map is meant to show what in the picture speaks for the class. Then the weights are "
        "replaced by random ones, from the output layer down. A map that stays the same cannot "
        "have told what the network had learned. The edge detector is a control: it never asks.",
    )
    _controls()
    found: dict[str, Any] | None = job_panel(_JOB)
    shown = found or recorded_check()
    judged = shown["judged"] if found else details("C14")["judged"]
    st.html(f'<p class="pf-finding">{_verdict(shown, judged)}</p>')
    _maps(shown, judged)
    networks = shown["seeds"] if found else details("C14")["seeds"]
    st.html(
        f'<p class="pf-note">Below each map: its rank correlation with the trained network\'s. A '
        f"method fails when it keeps {FAILS_FROM:g} or more, on average over {networks} random "
        f"network{'s' if networks > 1 else ''}, once output layer and {escape(JUDGED)} are "
        "random.</p>"
    )
    origin("C14", live=found is not None)
    file_button(
        "explanations",
        ("method", "network", "random", "rank_correlation"),
        [
            (method, number, stage, value)
            for method, rows in (found or details("C14"))["correlations"].items()
            for number, row in enumerate(rows)
            for stage, value in zip((found or details("C14"))["stages"], row, strict=True)
        ],
    )


def prepare_maps() -> None:
    """Make the pictures of the recorded maps."""
    found = recorded_check()
    photograph_image(found["photograph"])
    for maps in found["maps"].values():
        for one in maps:
            _map_image(one.tobytes(), one.shape)


def _verdict(shown: dict[str, Any], judged: dict[str, dict[str, Any]]) -> str:
    asked = [name for name in judged if name != "edge detector"]
    fails = [escape(name) for name in asked if judged[name]["fails"]]
    passes = [escape(name) for name in asked if not judged[name]["fails"]]
    seen = f"{escape(shown['class'].capitalize())}, {percent(shown['probability'], 0)}. "
    return seen + " ".join(
        f"{_listed(names)} {verb if len(names) == 1 else plural} the check."
        for names, verb, plural in ((fails, "fails", "fail"), (passes, "passes", "pass"))
        if names
    )


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    return text[0].upper() + text[1:]


def _maps(shown: dict[str, Any], judged: dict[str, dict[str, Any]]) -> None:
    stages = shown["stages"]
    heads = ["", "trained", *(f"random: {stage}" for stage in stages), "verdict"]
    cells = "".join(f"<span>{escape(head)}</span>" for head in heads)
    for method, pictures in shown["maps"].items():
        cells += f"<b>{escape(method)}</b>"
        values = [1.0, *shown["correlations"][method][0]]
        for stage, picture, value in zip(["trained", *stages], pictures, values, strict=True):
            text = f"{method}, {stage}: rank correlation {value:.2f}"
            told = "" if stage == "trained" else f"{value:.2f}".replace("-", "−")
            cells += (
                f'<figure><img src="{_map_image(picture.tobytes(), picture.shape)}" '
                f'alt="{escape(text)}"><figcaption>{told or "&nbsp;"}</figcaption></figure>'
            )
        fails = judged.get(method, {}).get("fails")
        word, kind = ("fails", "pf-fails") if fails else ("passes", "pf-holds")
        cells += f'<span class="{kind}">{word}</span>'
    photograph = photograph_image(shown["photograph"])
    columns = f"6.5rem repeat({1 + len(stages)}, minmax(4rem, 1fr)) 3.5rem"
    st.html(
        f'<div class="pf-explained"><img src="{photograph}" alt="The photograph: '
        f'{escape(shown["photograph"])}"><div class="pf-maps-frame" tabindex="0" role="region" '
        f'aria-label="Maps by method and stage"><div class="pf-maps" '
        f'style="grid-template-columns: {columns}">'
        f"{cells}</div></div></div>"
    )


@lru_cache(maxsize=256)
def _map_image(levels: bytes, shape: tuple[int, int]) -> str:
    """Write a map as a picture that the page can hold: black is nothing."""
    picture = Image.frombytes("L", (shape[1], shape[0]), levels)
    return _encoded(picture.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR))


@lru_cache(maxsize=len(PHOTOGRAPHS))
def photograph_image(name: str) -> str:
    """Write a shipped photograph as the classifier sees it, for the page to hold."""
    pixels: np.ndarray[Any, Any] = photograph_pixels(name)
    return _encoded(Image.fromarray(pixels))


def _encoded(picture: Image.Image) -> str:
    stored = BytesIO()
    picture.save(stored, "WEBP", quality=80)
    return f"data:image/webp;base64,{b64encode(stored.getvalue()).decode()}"


def _controls() -> None:
    # In a container, so that what follows keeps its place whether a run is under way or not.
    with st.container(horizontal=True, vertical_alignment="bottom", key="map-controls"):
        if is_under_way(_JOB):
            return
        name = st.selectbox(
            "Photograph", list(PHOTOGRAPHS), format_func=str.capitalize, key="map-photo", width=180
        )
        methods = st.multiselect("Methods", list(METHODS), _FAST, key="map-methods", width=460)
        st.button(
            "Explain and randomise",
            key="map-run",
            disabled=not methods,
            on_click=start_job,
            args=(_JOB, explanation_check),
            kwargs={
                "label": f"Explanations of the {name}",
                "durable": True,
                "name": name,
                "methods": tuple(method for method in METHODS if method in methods),
                "samples": 8,
                "seed": 1,
            },
        )
        if not methods:
            st.html('<p class="pf-note" role="status">Choose at least one method.</p>')
