"""What an attack on a photograph came to: in a sentence, in figures, in bars and curves."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.vision import CLASS_NAMES, top_classes
from streamlit_app.labs.adversarial_examples.charts import curve_chart, draw, ranking_chart
from streamlit_app.labs.adversarial_examples.pictures import percent, png

if TYPE_CHECKING:
    from pyfrontiers.provenance import Provenance
    from pyfrontiers.vision import PhotographAttack

__all__ = ["show_outcome", "show_progress"]


def show_outcome(attack: PhotographAttack, provenance: Provenance | None) -> None:
    """Show everything that was measured.

    Args:
        attack: The attack.
        provenance: Of a recorded attack; ``None`` for one that ran just now.

    """
    target = CLASS_NAMES[attack.target]
    st.html(f'<p class="pf-verdict-line" role="status">{_verdict(attack)}</p>')
    st.html(_measures(attack) + f'<p class="pf-lab-origin">{_origin(attack, provenance)}</p>')
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
    steps = len(attack.losses) - 1
    loss, probability = st.columns(2, gap="large")
    with loss:
        arguments = (attack.losses, f"Loss towards {target}", "nats", max(*attack.losses, 1.0))
        draw(curve_chart, *arguments, steps, key="attack-loss", label="Loss after each step")
    with probability:
        arguments = (attack.probabilities, f"Probability of {target}", "", 1.0)
        label = "Probability after each step"
        draw(curve_chart, *arguments, steps, key="attack-share", label=label)
    st.download_button(
        "Download the attacked picture",
        png(attack.saved.tobytes()),
        file_name=f"{target.replace(' ', '-')}.png",
        mime="image/png",
        key="attack-download",
        on_click="ignore",
    )


def show_progress(
    losses: tuple[float, ...], probabilities: tuple[float, ...], target: str, steps: int
) -> None:
    """Show loss and probability so far, drawn so lightly that the attack keeps the processor.

    Args:
        losses: Cross-entropy after 0, 1, ... steps, in nats.
        probabilities: Probability of the target after 0, 1, ... steps.
        target: Name of the wanted class.
        steps: Steps in all.

    """
    curves = (
        (f"Loss towards {target}", losses, max(*losses, 1.0), f"{losses[-1]:.2f}"),
        (f"Probability of {target}", probabilities, 1.0, percent(probabilities[-1])),
    )
    st.html(
        '<div class="pf-so-far">'
        + "".join(
            f"<figure><figcaption>{escape(title)} <b>{now}</b></figcaption>"
            f'<div style="--steps: {steps + 1}">{_columns(values, top)}</div></figure>'
            for title, values, top, now in curves
        )
        + "</div>"
    )


def _columns(values: tuple[float, ...], top: float) -> str:
    return "".join(f'<i style="--share: {100 * value / top:.1f}%"></i>' for value in values)


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


def _origin(attack: PhotographAttack, provenance: Provenance | None) -> str:
    settings = f"{len(attack.losses) - 1} steps at ε = {attack.epsilon * 255:g}/255"
    if provenance is None:
        return f"Measured here just now: {settings}."
    return escape(f"Recorded: {settings}, {provenance}.")
