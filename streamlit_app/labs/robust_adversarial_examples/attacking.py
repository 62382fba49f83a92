"""A short attack on the object's texture, as a job, with the texture as it develops."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st
import torch

from pyfrontiers.physical.live import JUDGING, VIEWS_PER_STEP, attack_live
from pyfrontiers.physical.recorded_textures import (
    RECORDED,
    recorded_texture,
    texture_provenance,
)
from pyfrontiers.vision import CLASS_NAMES, find_class
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.packing import webp
from streamlit_app.labs.robust_adversarial_examples.scene import article
from streamlit_app.labs.robust_adversarial_examples.textures import OWN, TARGETS, Skin

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from pyfrontiers.physical import TexturedObject
    from pyfrontiers.physical.live import LiveTexture, TextureSoFar
    from streamlit_app.labs.robust_adversarial_examples.textures import Item

__all__ = ["live_attack"]


def live_attack(item: Item) -> Skin | None:
    """Draw the settings, the button and the result of a short attack.

    Args:
        item: The object.

    Returns:
        The texture that the visitor's run has found for this object, for the viewer.
    """
    first, second, third, last = st.columns([9, 8, 8, 5], gap="medium", vertical_alignment="bottom")
    target = controls.choice(
        f"target-{item.name}",
        "Target class",
        _targets(TARGETS[item.name], item.obj.classes),
        shape="list",
        where=first,
    )
    levels = controls.slider("epsilon", "Largest change, in 1/255", 4, 64, 48, 4, where=second)
    steps = controls.slider(
        "steps", f"Steps of {VIEWS_PER_STEP} views", 20, 400, 20, 20, where=third
    )
    record = _record(item, find_class(target))
    start = _start(record)
    shown = kit.live(
        controls.key("attack"),
        attack_live,
        {
            "obj": item.obj,
            "target": find_class(target),
            "levels": levels,
            "steps": steps,
            "start": start,
            "seed": 0,
        },
        label=f"{item.word.capitalize()} to {target}",
        button="Attack",
        where=last,
        draw=_so_far,
        before=_expected(item, steps, start),
    )
    if shown is None and record is not None:
        _shipped_result(item, record)
    if shown is not None and shown.is_current:
        _result(shown.value, item, steps)
    return _kept(item, shown.value if shown is not None and shown.is_current else None)


def _record(item: Item, target: int) -> str | None:
    """Return the name of the object's recorded texture for a target, if there is one."""
    names = (skin.name for skin in item.skins if skin.shipped and skin.aim == target)
    return next(names, None)


def _start(record: str | None) -> str | None:
    """Draw the choice of the first texture; return a recorded texture's name, or ``None``."""
    if record is None:
        return None
    starts = {"recorded": "Recorded texture", "own": "Original"}
    return record if controls.choice("start", "Start from", starts) == "recorded" else None


def _expected(item: Item, steps: int, start: str | None) -> str:
    """Say how long a run takes, at the pace of a recorded one."""
    names = [skin.name for skin in item.skins if skin.aim is not None]
    pace = recorded_texture(names[0] if names else next(iter(RECORDED)))
    each = pace.seconds / (pace.steps * pace.views_per_step)
    seconds = (steps + JUDGING) * VIEWS_PER_STEP * each
    far = "" if start else f" The recorded texture took {pace.steps:,} steps from here."
    return (
        f"About {seconds:.0f} s, longer on a busy machine: {steps} steps × {VIEWS_PER_STEP} views "
        f"× {1000 * each:.0f} ms, measured in the recorded run, and the held-out poses.{far}"
    )


def _shipped_result(item: Item, name: str) -> None:
    """Show what the recorded run has reached, until there is a run of the visitor's."""
    found = recorded_texture(name)
    target = CLASS_NAMES[found.target]
    kit.verdict(
        f"The recorded run: the {item.word} is seen as {article(target)} {target} in "
        f"**{kit.percent(found.adversariality, 1)}** of "
        f"{found.evaluation.predictions.shape[1]:,} held-out poses."
    )
    facts = (f"ε = {255 * found.epsilon:.0f}/255", f"{found.steps:,} steps")
    kit.origin(texture_provenance(name), *facts)


def _kept(item: Item, found: LiveTexture | None) -> Skin | None:
    """Keep the texture until there is a newer one, whatever happens to the settings."""
    key = controls.key(f"own-{item.name}")
    kept: tuple[LiveTexture, TexturedObject, Skin] | None = st.session_state.get(key)
    if found is None:
        # A run for another object is of no use; for the same object with another right class it is.
        if kept is None or kept[1].mesh is not item.obj.mesh:
            return None
        found = kept[0]
    if kept is None or kept[0] is not found or kept[1] is not item.obj:
        pixels = torch.from_numpy(found.texture.copy()).permute(2, 0, 1).contiguous()
        obj = replace(item.obj, texture=pixels / 255)
        kept = (found, item.obj, Skin(OWN, "Your run", obj, found.target, shipped=False))
        st.session_state[key] = kept
    return kept[2]


@lru_cache(maxsize=8)
def _targets(first: str, right: tuple[int, ...]) -> tuple[str, ...]:
    """Return the classes that are wrong for an object, the suggested one first."""
    names = {name for index, name in enumerate(CLASS_NAMES) if index not in right}
    return tuple(sorted(names, key=lambda name: (name != first, name.casefold())))


def _so_far(now: TextureSoFar) -> None:
    share = now.probabilities[-1]
    columns = "".join(f'<i style="--share: {100 * value:.1f}%"></i>' for value in now.probabilities)
    st.html(
        '<div class="pf-making">'
        f'<figure><img src="{_url(now.texture[::2, ::2])}" alt=""><figcaption>The texture so far'
        "</figcaption></figure>"
        f'<figure><img src="{_url(now.picture)}" alt=""><figcaption>In one pose it is seen as '
        f"<b>{escape(now.seen)}</b></figcaption></figure>"
        f'<figure><div aria-hidden="true">{columns}</div><figcaption>Probability of the target '
        f"in the last step: <b>{kit.percent(share, 1)}</b>{_held_out(now)}</figcaption></figure>"
        "</div>"
    )


def _held_out(now: TextureSoFar) -> str:
    if now.adversariality is None:
        return ""
    return f"; share of held-out poses seen as it: <b>{kit.percent(now.adversariality)}</b>"


def _result(found: LiveTexture, item: Item, steps: int) -> None:
    target, word = CLASS_NAMES[found.target], f"{article(item.word)} {item.word}"
    kit.verdict(
        f"After {steps} steps, the classifier sees {article(target)} {target} in "
        f"**{kit.percent(found.adversariality)}** of {found.held_out} held-out poses, and {word} "
        f"in {kit.percent(found.accuracy)}.",
        f"With the object's own texture it sees {word} in {kit.percent(found.accuracy_before)}. "
        "The new texture is at the top of the page: **Your run**.",
    )
    rows = pd.DataFrame(
        {"step": range(len(found.probabilities)), "probability": found.probabilities}
    )
    kit.figure(
        "texture-attack",
        course_chart,
        target,
        len(rows) - 1,
        data=rows,
        label=f"Mean probability of {target} in the views of each step",
    )
    kit.origin(None, f"ε = {255 * found.epsilon:.0f}/255", f"{found.seconds:.0f} s")


def course_chart(token: Mapping[str, str], target: str, steps: int) -> alt.TopLevelMixin:
    """Make the line of the target's probability over the steps."""
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_line(color=token["vermillion"])
        .encode(
            x=alt.X("step:Q", scale=alt.Scale(domain=[0, steps], nice=False)),
            y=alt.Y(
                "probability:Q",
                title=f"probability of {target}",
                scale=alt.Scale(domain=[0, 1]),
            ),
            tooltip=["step:Q", alt.Tooltip("probability:Q", format=".3f")],
        )
        .properties(height=220)
    )
    return chart


def _url(picture: NDArray[np.uint8]) -> str:
    return f"data:image/webp;base64,{b64encode(webp(picture, 80)).decode()}"
