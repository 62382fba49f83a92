"""What an attack on a photograph came to: in a sentence, in figures, in bars and curves."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pyfrontiers.vision import CLASS_NAMES, top_classes
from streamlit_app.labs.adversarial.charts import curve_chart, draw, ranking_chart
from streamlit_app.labs.adversarial.pictures import percent, png

if TYPE_CHECKING:
    from pyfrontiers.vision import PhotographAttack

__all__ = ["show_curves", "show_outcome"]


def show_outcome(attack: PhotographAttack, circumstances: dict[str, Any] | None) -> None:
    """Show everything that was measured.

    Args:
        attack: The attack.
        circumstances: How a recorded one came about; ``None`` for one that ran just now.

    """
    target = CLASS_NAMES[attack.target]
    st.html(f'<p class="pf-verdict-line" role="status">{_verdict(attack)}</p>')
    st.html(_measures(attack) + f'<p class="pf-lab-origin">{_origin(attack, circumstances)}</p>')
    for column, (title, shares, colour) in zip(
        st.columns(2, gap="large"),
        (("Before", attack.before, "blue"), ("After", attack.saved_after, "vermillion")),
        strict=True,
    ):
        with column:
            ranking = tuple(top_classes(shares.tolist()))
            label = f"{title} the attack: " + ", ".join(f"{n} {percent(p)}" for n, _, p in ranking)
            key = f"attack-{title.lower()}"
            draw(ranking_chart, ranking, title, colour, attack.target, key=key, label=label)
    show_curves(attack.losses, attack.probabilities, target, len(attack.losses) - 1, "attack")
    st.download_button(
        "Download the attacked picture",
        png(attack.saved.tobytes()),
        file_name=f"{target.replace(' ', '-')}.png",
        mime="image/png",
        key="attack-download",
        on_click="ignore",
    )


def show_curves(
    losses: tuple[float, ...], probabilities: tuple[float, ...], target: str, steps: int, key: str
) -> None:
    """Show the loss towards the target and its probability after each step.

    Args:
        losses: Cross-entropy after 0, 1, ... steps, in nats.
        probabilities: Probability of the target after 0, 1, ... steps.
        target: Name of the wanted class.
        steps: Steps that the charts have room for.
        key: What the charts' keys begin with.

    """
    loss, probability = st.columns(2, gap="large")
    with loss:
        arguments = (losses, f"Loss towards {target}", "nats", max(*losses, 1.0), steps)
        draw(curve_chart, *arguments, key=f"{key}-loss", label="Loss after each step")
    with probability:
        arguments = (probabilities, f"Probability of {target}", "", 1.0, steps)
        draw(curve_chart, *arguments, key=f"{key}-share", label="Probability after each step")


def _verdict(attack: PhotographAttack) -> str:
    old, _, old_share = top_classes(attack.before.tolist(), 1)[0]
    new, index, new_share = top_classes(attack.saved_after.tolist(), 1)[0]
    before = f"<em>{escape(old)}</em> ({percent(old_share)})"
    after = f"<strong>{escape(new)}</strong> ({percent(new_share)})"
    if index == attack.target:
        return f"The network saw {_article(old)} {before}. Now it sees {_article(new)} {after}."
    wanted = escape(CLASS_NAMES[attack.target])
    share = percent(float(attack.saved_after[attack.target]))
    if int(attack.after.argmax()) == attack.target:
        return (
            f"{wanted.capitalize()} was reached, but rounding the picture to 8 bits undid it: "
            f"the network sees {_article(new)} {after}."
        )
    return (
        f"Not reached: the network sees {_article(new)} {after}, and {wanted} with {share}. "
        "Allow a larger change or more steps."
    )


def _article(name: str) -> str:
    return "an" if name[0].lower() in "aeiou" else "a"


def _measures(attack: PhotographAttack) -> str:
    length = float(np.linalg.norm(attack.perturbation / 255))
    rows = (
        ("Largest change, L∞", f"{round(attack.saved_linf * 255)}<small> / 255</small>"),
        ("Length of the change, L2", f"{length:.2f}"),
        ("Structural similarity, SSIM", f"{attack.saved_ssim:.3f}"),
        ("Time", f"{attack.seconds:.1f}<small> s</small>"),
    )
    return (
        '<dl class="pf-measures">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
        + "</dl>"
    )


def _origin(attack: PhotographAttack, circumstances: dict[str, Any] | None) -> str:
    settings = f"{len(attack.losses) - 1} steps at ε = {attack.epsilon * 255:g}/255"
    if circumstances is None:
        return f"Measured here just now: {settings}."
    machine = circumstances["machine"]
    return escape(
        f"Recorded: {settings}, {circumstances['date']}, version {circumstances['version']}, seed "
        f"{circumstances['seed']}, {machine['cpu']}, {machine['cores']} cores."
    )
