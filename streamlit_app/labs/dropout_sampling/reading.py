"""What the figures mean, in plain words."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from streamlit_app.labs.dropout_sampling.results import CLASSES

if TYPE_CHECKING:
    from streamlit_app.labs.dropout_sampling.results import Summary


#: ln 10: the entropy of not knowing at all.
MOST = math.log(10)


def verdict(result: Summary) -> tuple[str, str]:
    """Say in one line what the passes say together, and in another what to make of it."""
    best = int(result.mean.argmax())
    plain = int(result.plain.argmax())
    sure, spread = float(result.mean[best]), float(result.variance[best]) ** 0.5
    line = f"{CLASSES[best]} with probability {sure:.2f} ± {spread:.2f}"
    ordinary = (
        f"Without dropout the network says {CLASSES[plain]} with {float(result.plain[plain]):.2f}"
    )
    if result.entropy < 0.15 * MOST:
        meaning = f"{ordinary}, and nearly every drawn network agrees: believe it."
    elif result.mutual_information > 0.4 * result.entropy:
        meaning = (
            f"{ordinary}. The drawn networks contradict each other: most of this doubt is about "
            "the model, and more training data like this image could remove it."
        )
    else:
        meaning = (
            f"{ordinary}. The drawn networks agree that it is unclear: this doubt is mostly in the "
            "image, and no other weights would remove it."
        )
    return line, meaning


def show_reading(result: Summary, count: int) -> None:
    """Show the verdict, and how the uncertainty is made up."""
    line, meaning = verdict(result)
    parts = (
        ("Predictive entropy", result.entropy, "all uncertainty", "total"),
        ("Expected entropy", result.expected_entropy, "in the image", "data"),
        ("Mutual information", result.mutual_information, "between networks", "model"),
    )
    rows = "".join(
        f'<div class="pf-doubt"><span>{name}<small>{what}</small></span>'
        f'<i class="pf-doubt-{kind}" style="--share:{100 * value / MOST:.1f}%"></i>'
        f"<b>{value:.2f}</b></div>"
        for name, value, what, kind in parts
    )
    st.html(
        f'<div class="pf-reading"><div><p class="pf-kicker">{count} passes say</p>'
        f'<p class="pf-verdict">{escape(line)}</p><p class="pf-meaning">{escape(meaning)}</p></div>'
        f'<div>{rows}<p class="pf-scale">in nats, on a scale to ln 10 = {MOST:.2f}</p></div></div>'
    )
