"""The experiment of the sixth tile: explanations that ignore what the network learned."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st
from PIL import Image

from pyfrontiers.counts import counted
from pyfrontiers.limitations import METHODS, explanation_check
from pyfrontiers.limitations.interpretability import FAILS_FROM, JUDGED, photograph_pixels
from pyfrontiers.limitations.recorded_maps import recorded_check
from pyfrontiers.vision import PHOTOGRAPHS
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.controls import controls
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["explanations", "prepare_maps"]

_SIDE = 112
_CONTROL = "edge detector"


def explanations() -> None:
    """Draw the experiment."""
    kit.subheading(
        "Does the explanation depend on the network?",
        "Each map is meant to show which pixels support the class. We then randomise the weights, "
        "layer by layer, starting at the output. A map that stays the same can't show what the "
        "network has learned. The edge detector is a control: it doesn't use the network.",
    )
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
    titles = {name: name.capitalize() for name in PHOTOGRAPHS}
    name = controls.choice("photo", "Photograph", titles, shape="list", where=left)
    methods = controls.several("methods", "Methods", list(METHODS), where=right)
    if not methods:
        kit.note("Choose at least one method.")
        return
    shown = kit.live(
        controls.key("explanations"),
        explanation_check,
        {"name": name, "methods": methods, "samples": 8, "seed": 1},
        label=f"Explanations of the {name}",
        recorded=recorded_maps(name, methods),
        button="Explain and randomise",
        durable=True,
    )
    if shown is not None and shown.is_current:
        _result(shown.value, is_live=shown.is_live)


def recorded_maps(name: str, methods: Sequence[str]) -> dict[str, Any] | None:
    """Return the record of some methods for a photograph, or ``None``.

    The maps show one random network; verdicts and correlations come from the claim, which averages
    over several.
    """
    found, claim = recorded_check(), details("C14")
    if name != found["photograph"]:
        return None
    parts = {
        "maps": found["maps"],
        "judged": claim["judged"],
        "correlations": claim["correlations"],
    }
    chosen = {part: {m: whole[m] for m in methods if m in whole} for part, whole in parts.items()}
    return {**found, "seeds": claim["seeds"], **chosen}


def _result(shown: dict[str, Any], *, is_live: bool) -> None:
    kit.verdict(_verdict(shown))
    _maps(shown)
    networks = counted(shown["seeds"], "random network")
    kit.note(
        f"Below each map: its rank correlation with the trained network's map. A method fails if "
        f"it keeps {FAILS_FROM:g} or more, on average over {networks}, "
        f"once the output layer and the {JUDGED} are random."
    )
    origin("C14", is_live=is_live)
    rows = pd.DataFrame(
        [
            (method, number, stage, value)
            for method, networks in shown["correlations"].items()
            for number, row in enumerate(networks)
            for stage, value in zip(shown["stages"], row, strict=True)
        ],
        columns=["method", "network", "random", "rank correlation"],
    )
    kit.download("Save as CSV", rows.to_csv(index=False), "explanations.csv", mime="text/csv")


def prepare_maps() -> None:
    """Make the pictures of the recorded maps."""
    found = recorded_check()
    photograph_image(found["photograph"])
    for maps in found["maps"].values():
        for one in maps:
            _map_image(one.tobytes(), one.shape)


def _verdict(shown: dict[str, Any]) -> str:
    judged = {name: one for name, one in shown["judged"].items() if name != _CONTROL}
    fails = [name for name, one in judged.items() if one["fails"]]
    passes = [name for name in judged if name not in fails]
    seen = f"{shown['class'].capitalize()}, {kit.percent(shown['probability'], 0)}. "
    return seen + " ".join(
        f"{_listed(names)} {verb if len(names) == 1 else plural} the check."
        for names, verb, plural in ((fails, "fails", "fail"), (passes, "passes", "pass"))
        if names
    )


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    return text[0].upper() + text[1:]


def _maps(shown: dict[str, Any]) -> None:
    stages, judged = shown["stages"], shown["judged"]
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
    """Encode a map as a data URL; black is zero."""
    picture = Image.frombytes("L", (shape[1], shape[0]), levels)
    return _encoded(picture.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR))


@lru_cache(maxsize=len(PHOTOGRAPHS))
def photograph_image(name: str) -> str:
    """Encode a shipped photograph, at the classifier's input size, as a data URL."""
    pixels: np.ndarray[Any, Any] = photograph_pixels(name)
    return _encoded(Image.fromarray(pixels))


def _encoded(picture: Image.Image) -> str:
    stored = BytesIO()
    picture.save(stored, "WEBP", quality=80)
    return f"data:image/webp;base64,{b64encode(stored.getvalue()).decode()}"
