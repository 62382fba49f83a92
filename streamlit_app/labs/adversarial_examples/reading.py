"""The result of an attack on a photograph: a sentence, figures, bars and curves."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.vision import CLASS_NAMES, top_classes
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.charts import (
    curve_chart,
    ranking_chart,
    ranking_rows,
    share_text,
    steps_of,
)

if TYPE_CHECKING:
    from pyfrontiers.provenance import Provenance
    from pyfrontiers.vision import PhotographAttack

__all__ = ["prepare_result", "show_progress", "show_result"]

_LOSS = "Loss towards the target class"
_SHARE = "Probability of the target class"
_SIDES = {"before": ("Before", "blue"), "after": ("After", "vermillion")}


def show_result(attack: PhotographAttack, record: Provenance | None) -> None:
    """Show the result: the verdict, measurements, rankings and curves.

    Args:
        attack: The attack.
        record: Provenance of its record; ``None`` for an attack computed on this server.
    """
    kit.verdict(verdict(attack))
    kit.measures(
        ("Largest change, L∞", f"{round(attack.saved_linf * 255)}", "/ 255"),
        ("Length of the change, L2", f"{np.linalg.norm(attack.perturbation / 255):.2f}"),
        ("Structural similarity, SSIM", f"{attack.saved_ssim:.3f}"),
        ("Time", f"{attack.seconds:.1f}", "s"),
    )
    kit.origin(record, f"{len(attack.losses) - 1} steps at ε = {attack.epsilon * 255:g}/255")
    _rankings(attack)
    _curves(attack)


def prepare_result(attack: PhotographAttack) -> None:
    """Make the specifications of an attack's figures in advance."""
    for side, (title, colour) in _SIDES.items():
        target = CLASS_NAMES[attack.target]
        kit.prepare_figure(f"attack-{side}", ranking_chart, title, colour, target)
    kit.prepare_figure("attack-loss", curve_chart, *_loss_axes(attack))
    kit.prepare_figure("attack-probability", curve_chart, *_share_axes(attack))


def _rankings(attack: PhotographAttack) -> None:
    shares = {"before": attack.before, "after": attack.saved_after}
    for column, (side, (title, colour)) in zip(
        st.columns(2, gap="large"), _SIDES.items(), strict=True
    ):
        rows = ranking_rows(top_classes(shares[side].tolist()))
        with column:
            kit.figure(
                f"attack-{side}",
                ranking_chart,
                title,
                colour,
                CLASS_NAMES[attack.target],
                data=rows,
                label=f"{title} the attack, the most probable class is {rows['class'][0]} with "
                f"{share_text(rows['probability'][0])}",
                table=rows[["class", "probability"]],
            )


def _curves(attack: PhotographAttack) -> None:
    target = CLASS_NAMES[attack.target]
    left, right = st.columns(2, gap="large")
    with left:
        kit.figure(
            "attack-loss",
            curve_chart,
            *_loss_axes(attack),
            data=steps_of(attack.losses, "loss"),
            label=f"Loss towards {target} after each step, {attack.losses[-1]:.2f} at the end",
        )
    with right:
        kit.figure(
            "attack-probability",
            curve_chart,
            *_share_axes(attack),
            data=steps_of(attack.probabilities, "probability"),
            label=f"Probability of {target} after each step, "
            f"{share_text(attack.probabilities[-1])} at the end",
        )


def _loss_axes(attack: PhotographAttack) -> tuple[str, str, str, tuple[float, float], int]:
    ends = kit.nice_domain([0.0, *attack.losses, 1.0])
    return "loss", _LOSS, "nats", ends, len(attack.losses) - 1


def _share_axes(attack: PhotographAttack) -> tuple[str, str, None, tuple[float, float], int]:
    return "probability", _SHARE, None, (0.0, 1.0), len(attack.losses) - 1


def show_progress(curves: tuple[tuple[float, ...], tuple[float, ...]], steps: int) -> None:
    """Show loss and probability so far, as plain HTML that takes little time from the attack.

    Args:
        curves: Cross-entropy in nats and probability of the target, after 0, 1, ... steps.
        steps: Total number of steps.
    """
    losses, shares = curves
    parts = (
        (_LOSS, losses, max(*losses, 1.0), f"{losses[-1]:.2f}"),
        (_SHARE, shares, 1.0, share_text(shares[-1])),
    )
    st.html(
        '<div class="pf-so-far">'
        + "".join(
            f"<figure><figcaption>{escape(title)} <b>{now}</b></figcaption>"
            f'<div style="--steps: {steps + 1}">{_columns(values, top)}</div></figure>'
            for title, values, top, now in parts
        )
        + "</div>"
    )


def _columns(values: tuple[float, ...], top: float) -> str:
    return "".join(f'<i style="--share: {100 * value / top:.1f}%"></i>' for value in values)


def verdict(attack: PhotographAttack) -> str:
    """State in a sentence or two whether the target was reached."""
    old, _, old_share = top_classes(attack.before.tolist(), 1)[0]
    new, index, new_share = top_classes(attack.saved_after.tolist(), 1)[0]
    now = f"{_article(new)} **{new}** ({share_text(new_share)})"
    if index == attack.target:
        return (
            f"The network saw {_article(old)} {old} ({share_text(old_share)}). Now it sees {now}."
        )
    wanted = CLASS_NAMES[attack.target]
    if int(attack.after.argmax()) == attack.target:
        return (
            f"{wanted.capitalize()} was reached, but not after rounding the picture to 8 bits: the "
            f"network sees {now}."
        )
    share = share_text(float(attack.saved_after[attack.target]))
    return (
        f"Not reached: the network sees {now}, and {wanted} with {share}. Allow a larger change "
        "or more steps."
    )


def _article(name: str) -> str:
    return "an" if name[0].lower() in "aeiou" else "a"
