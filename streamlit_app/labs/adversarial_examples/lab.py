"""The laboratory as it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.adversarial import attack
from pyfrontiers.adversarial.loop import Search, descend
from pyfrontiers.adversarial.norms import Linf
from pyfrontiers.vision import CLASS_NAMES, attack_photograph
from pyfrontiers.vision.recorded_attacks import recorded_attack
from streamlit_app.kit import Lab, is_under_way, job_panel, runs_on_badge, start_job, text_beside
from streamlit_app.labs.adversarial_examples.choosing import Choice, choose_photograph
from streamlit_app.labs.adversarial_examples.mirror import mirror_panel
from streamlit_app.labs.adversarial_examples.pictures import show_pictures
from streamlit_app.labs.adversarial_examples.reading import show_outcome, show_progress

if TYPE_CHECKING:
    from pyfrontiers.vision import PhotographAttack

_JOB = "photograph-attack"
_ASKED = "attack-asked"
_FIRST = "ostrich"
# A plain alphabet, with the lecture's class in front.
_TARGETS = (_FIRST, *sorted((n for n in CLASS_NAMES if n != _FIRST), key=str.casefold))


@dataclass(frozen=True, slots=True)
class _Settings:
    """What the attack is asked for; two equal ones are one computation."""

    photograph: str
    target: str
    epsilon: int
    steps: int


def draw() -> None:
    """Draw the laboratory: choose, attack, see; then training and attack in the mirror."""
    st.fragment(_laboratory)()
    mirror_panel()


def _laboratory() -> None:
    # In a container, so that what follows keeps its place in the page whatever an upload says: a
    # fragment that runs alone writes to the place it had, and the browser's page would break there.
    with st.container():
        choice = choose_photograph()
    controls = st.container()
    asked: _Settings | None = st.session_state.get(_ASKED)
    mine = asked is not None and choice is not None and asked.photograph == choice.name
    found: PhotographAttack | None = job_panel(_JOB, draw=_so_far) if mine else None
    recorded = recorded_attack(choice.name) if choice and choice.shipped and not found else None
    shown = recorded[0] if recorded else found
    with controls:
        # A fragment of its own: moving a slider draws the controls anew and nothing else.
        st.fragment(_controls)(choice, _settings_of(choice, shown))
    if choice is None:
        return
    show_pictures(choice.pixels, shown, choice.title)
    if shown is None:
        st.html('<p class="pf-note">Press Attack to see what becomes of it.</p>')
        return
    show_outcome(shown, recorded[1] if recorded else None)
    runs_on_badge()


def _settings_of(choice: Choice | None, shown: PhotographAttack | None) -> _Settings | None:
    if choice is None or shown is None:
        return None
    target, levels = CLASS_NAMES[shown.target], round(shown.epsilon * 255)
    return _Settings(choice.name, target, levels, len(shown.losses) - 1)


def _controls(choice: Choice | None, shown: _Settings | None) -> None:
    target, epsilon, steps, run = st.columns([9, 8, 8, 5], gap="small", vertical_alignment="bottom")
    wanted = target.selectbox(
        "Target class",
        _TARGETS,
        key="attack-target",
        help="One of ImageNet's 1000; type to search.",
    )
    levels = epsilon.slider(
        "Largest change, in 1/255",
        0,
        16,
        4,
        key="attack-epsilon",
        help="How many of the 255 grey levels each colour of each pixel may move: the ε of the "
        "slide, times 255.",
    )
    count = steps.slider("Steps", 1, 40, 20, key="attack-steps")
    settings = _Settings(choice.name if choice else "", wanted, levels, count)
    pressed = run.button(
        "Attack",
        type="primary",
        width="stretch",
        key="attack-run",
        disabled=choice is None,
        on_click=_start,
        args=(choice, settings),
    )
    if pressed:
        st.rerun()
    under_way = is_under_way(_JOB) and settings == st.session_state.get(_ASKED)
    if shown is not None and settings != shown and not under_way:
        st.html(
            '<p class="pf-note">The settings have changed; press Attack to see their result.</p>'
        )


def _start(choice: Choice, settings: _Settings) -> None:
    st.session_state[_ASKED] = settings
    start_job(
        _JOB,
        attack_photograph,
        label=f"{choice.title} to {settings.target}",
        pixels=choice.pixels,
        target=CLASS_NAMES.index(settings.target),
        epsilon=settings.epsilon / 255,
        steps=settings.steps,
        seed=0,
    )


def _so_far(curves: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    asked: _Settings = st.session_state[_ASKED]
    show_progress(*curves, asked.target, asked.steps)


LAB = Lab(
    draw=draw,
    code=(attack_photograph, attack, descend, Search, Linf),
    css=text_beside(__file__, "lab.css"),
)
