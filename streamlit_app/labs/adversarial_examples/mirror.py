"""Training and attack side by side: one loss, two sets of variables."""

from __future__ import annotations

from html import escape

import streamlit as st

from pyfrontiers.claims import recorded
from streamlit_app.kit.text import percent
from streamlit_app.labs.adversarial_examples.charts import draw, phase_chart

__all__ = ["mirror_panel"]

_TRAINING = r"\theta \leftarrow \theta - \eta\, \nabla_{\theta}\, J(\theta, x, y)"
_ATTACK = r"x \leftarrow \Pi\big(x + \alpha\, \operatorname{sign} \nabla_{x}\, J(\theta, x, y)\big)"


def mirror_panel() -> None:
    """Show the loss falling over the weights and rising over the input, as claim C8 recorded it."""
    record = recorded("C8")
    if record is None:
        return
    found = record.measurement.details
    before, after = (percent(found[name], 1) for name in ("accuracy_before", "accuracy_after"))
    st.html(
        '<h3 class="pf-subheading">The same machinery, twice</h3>'
        '<p class="pf-note">A small network learns the handwritten digits; then the same digits '
        "are attacked through the same loss. Where training ends, the attack begins: "
        f"{found['steps']} steps each way, and accuracy goes from {before} to {after} with no "
        f"pixel moved by more than {found['epsilon'] * 16:g} of its 16 grey levels.</p>"
    )
    top = 1.05 * max(*found["training"], *found["attack"])
    for column, (name, title, colour, equation) in zip(
        st.columns(2, gap="large"),
        (
            ("training", "Training: the weights move", "blue", _TRAINING),
            ("attack", "Attack: the input moves", "vermillion", _ATTACK),
        ),
        strict=True,
    ):
        losses = tuple(found[name])
        label = f"Mean loss during {name}, from {losses[0]:.3f} to {losses[-1]:.3f}"
        with column:
            draw(phase_chart, losses, title, colour, top, key=f"mirror-{name}", label=label)
            st.latex(equation)
    st.html(
        f'<p class="pf-lab-origin">Recorded: claim C8, {escape(record.profile)} run, '
        f"{escape(str(record.provenance))}.</p>"
    )
