"""A short attack on the object's texture, as a job, with the texture as it develops."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st
import torch

from pyfrontiers.physical.live import attack_shipped
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

    from pyfrontiers.physical.live import LiveTexture, TextureSoFar

__all__ = ["live_attack"]


def live_attack(name: str) -> Skin | None:
    """Draw the settings, the button and the result of a short attack.

    Args:
        name: The object.

    Returns:
        The texture that the visitor's run has found for this object, for the viewer.
    """
    first, second, third, last = st.columns([9, 8, 8, 5], gap="medium", vertical_alignment="bottom")
    target = controls.choice(
        f"target-{name}", "Target class", _targets(name), shape="list", where=first
    )
    levels = controls.slider("epsilon", "Largest change, in 1/255", 4, 64, 32, 4, where=second)
    steps = controls.slider("steps", "Steps of 12 views", 20, 400, 100, 20, where=third)
    shown = kit.live(
        controls.key("attack"),
        attack_shipped,
        {"name": name, "target": find_class(target), "levels": levels, "steps": steps, "seed": 0},
        label=f"{name.capitalize()} to {target}",
        button="Attack",
        where=last,
        draw=_so_far,
    )
    if shown is not None and shown.is_current:
        _result(shown.value, name, steps)
        _keep(name, shown.value)
    kept: tuple[LiveTexture, Skin] | None = st.session_state.get(controls.key(f"own-{name}"))
    return None if kept is None else kept[1]


def _keep(name: str, found: LiveTexture) -> None:
    """Keep the texture until there is a newer one, whatever happens to the settings."""
    key = controls.key(f"own-{name}")
    if key in st.session_state and st.session_state[key][0] is found:
        return
    pixels = torch.from_numpy(found.texture.copy()).permute(2, 0, 1).contiguous()
    st.session_state[key] = (found, Skin(OWN, "Your run", pixels / 255, found.target))


@lru_cache(maxsize=8)
def _targets(name: str) -> tuple[str, ...]:
    first = TARGETS[name]
    return (first, *sorted((n for n in CLASS_NAMES if n != first), key=str.casefold))


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
    return f". Of the held-out poses, <b>{kit.percent(now.adversariality)}</b> are seen as it"


def _result(found: LiveTexture, name: str, steps: int) -> None:
    target = CLASS_NAMES[found.target]
    kit.verdict(
        f"After {steps} steps, the classifier sees {article(target)} {target} in "
        f"**{kit.percent(found.adversariality)}** of {found.held_out} held-out poses, and a {name} "
        f"in {kit.percent(found.accuracy)}.",
        f"With the object's own texture it sees a {name} in {kit.percent(found.accuracy_before)}. "
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
