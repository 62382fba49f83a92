"""Training and attack side by side: one loss, minimised over weights, maximised over inputs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.charts import phase_chart, steps_of

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome

__all__ = ["mirror_figures", "prepare_mirror"]

#: Name in the record -> title, colour and update rule.
_PHASES = {
    "training": (
        "Training: the weights move",
        "blue",
        r"\theta \leftarrow \theta - \eta\, \nabla_{\theta}\, J(\theta, x, y)",
    ),
    "attack": (
        "Attack: the input moves",
        "vermillion",
        r"x \leftarrow \Pi\big(x + \alpha\, \operatorname{sign} \nabla_{x}\, J(\theta, x, y)\big)",
    ),
}


def mirror_figures() -> None:
    """Show the recorded losses of claim C8: falling in training, rising in the attack."""
    record = _record()
    if record is None:
        return
    found = record.measurement.details
    before, after = (kit.percent(found[name], 1) for name in ("accuracy_before", "accuracy_after"))
    kit.subheading(
        "The same machinery, twice",
        "A small network learns handwritten digits; then the same digits are attacked through the "
        f"same loss, {found['steps']} steps each. The attack takes the accuracy from {before} to "
        f"{after} and moves no pixel by more than {found['epsilon'] * 16:g} of its 16 grey levels.",
    )
    for column, (name, arguments) in zip(
        st.columns(2, gap="large"), _arguments(found).items(), strict=True
    ):
        losses = tuple(found[name])
        with column:
            kit.figure(
                f"mirror-{name}",
                phase_chart,
                *arguments,
                data=steps_of(losses, "loss"),
                label=f"Mean loss during {name}, from {losses[0]:.3f} to {losses[-1]:.3f}",
            )
            st.latex(_PHASES[name][2])
    kit.origin(record.provenance, f"claim C8, {record.profile} run")


def prepare_mirror() -> None:
    """Read the record and make the charts' specifications."""
    record = _record()
    if record is not None:
        for name, arguments in _arguments(record.measurement.details).items():
            kit.prepare_figure(f"mirror-{name}", phase_chart, *arguments)


@cache
def _record() -> Outcome | None:
    return recorded("C8")


def _arguments(found: dict[str, Any]) -> dict[str, tuple[str, str, tuple[float, float], int]]:
    # Both charts share the vertical axis.
    ends = kit.nice_domain([0.0, *found["training"], *found["attack"]])
    return {
        name: (title, colour, ends, len(found[name]) - 1)
        for name, (title, colour, _) in _PHASES.items()
    }
