"""Choose a photograph and a target class; the attack makes the network see that class."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.adversarial import attack
from pyfrontiers.adversarial.loop import Search, descend
from pyfrontiers.adversarial.norms import Linf
from pyfrontiers.vision import CLASS_NAMES, PHOTOGRAPHS, attack_photograph
from pyfrontiers.vision.recorded_attacks import recorded_attack
from streamlit_app import kit
from streamlit_app.labs.adversarial_examples.choosing import choose_photograph, prepare_thumbnails
from streamlit_app.labs.adversarial_examples.controls import controls
from streamlit_app.labs.adversarial_examples.mirror import mirror_figures, prepare_mirror
from streamlit_app.labs.adversarial_examples.pictures import png, show_pictures
from streamlit_app.labs.adversarial_examples.reading import (
    prepare_result,
    show_progress,
    show_result,
)

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from pyfrontiers.provenance import Provenance
    from pyfrontiers.vision import PhotographAttack
    from streamlit_app.labs.adversarial_examples.choosing import Choice

_FIRST = "ostrich"
# In alphabetical order after the lecture's example.
_TARGETS = (_FIRST, *sorted((n for n in CLASS_NAMES if n != _FIRST), key=str.casefold))

#: Target class, largest change in units of 1/255, and number of steps.
_Settings = tuple[str, int, int]


def draw() -> None:
    """Draw the attack on a photograph, then training and attack on digits."""
    st.fragment(_attack)()
    mirror_figures()


def prepare() -> None:
    """Read the records and make the figures that a visitor sees first."""
    _found()
    prepare_thumbnails()
    prepare_result(recorded_attack(next(iter(PHOTOGRAPHS)))[0])
    prepare_mirror()


def _attack() -> None:
    # In a container, so that an upload's messages do not shift the elements below: the job's panel
    # is a fragment, which redraws at the position it was first drawn at.
    with st.container():
        choice = choose_photograph()
    target, levels, steps, beside = _settings()
    if choice is None:
        kit.note("Choose a picture to attack.")
        return
    record = recorded_for(choice, (target, levels, steps))
    shown = kit.live(
        controls.key("attack"),
        attack_photograph,
        {
            "pixels": choice.pixels,
            "target": CLASS_NAMES.index(target),
            "epsilon": levels / 255,
            "steps": steps,
            "seed": 0,
        },
        label=f"{choice.title} to {target}",
        recorded=record[0] if record else None,
        button="Attack",
        where=beside,
        draw=partial(show_progress, steps=steps),
    )
    # Do not show an earlier result, which belongs to other settings.
    result = shown.value if shown is not None and shown.is_current else None
    show_pictures(choice.pixels, result, choice.title)
    if shown is not None and result is not None:
        _result(result, None if shown.is_live or record is None else record[1])


def _settings() -> tuple[str, int, int, DeltaGenerator]:
    """Draw the controls; return their values and the column for the button."""
    first, second, third, last = st.columns([9, 8, 8, 5], gap="small", vertical_alignment="bottom")
    target = controls.choice(
        "target",
        "Target class",
        _TARGETS,
        shape="list",
        where=first,
        tip="One of ImageNet's 1000 classes; type to search.",
    )
    levels = controls.slider(
        "epsilon",
        "Largest change, in 1/255",
        0,
        16,
        4,
        1,
        where=second,
        tip="How far each colour value of each pixel may change, in grey levels: ε on the slide, "
        "times 255.",
    )
    steps = controls.slider("steps", "Steps", 1, 40, 20, 1, where=third)
    return target, levels, steps, last


def recorded_for(choice: Choice, settings: _Settings) -> tuple[PhotographAttack, Provenance] | None:
    """Return the record of an attack with these settings, or ``None``."""
    if not choice.packaged:
        return None
    found, provenance = recorded_attack(choice.name)
    kept = (CLASS_NAMES[found.target], round(found.epsilon * 255), len(found.losses) - 1)
    return (found, provenance) if kept == settings else None


def _result(found: PhotographAttack, record: Provenance | None) -> None:
    show_result(found, record)
    with st.container(horizontal=True, vertical_alignment="center"):
        kit.download(
            "Download the attacked picture",
            png(found.saved.tobytes()),
            f"{CLASS_NAMES[found.target].replace(' ', '-')}.png",
            mime="image/png",
        )
        kit.runs_on_badge()


@cache
def _found() -> str:
    attacks = [recorded_attack(name)[0] for name in PHOTOGRAPHS]
    reached = sum(int(one.saved_after.argmax()) == one.target for one in attacks)
    levels = max(round(one.saved_linf * 255) for one in attacks)
    return (
        f"A change of at most {levels} of 255 grey levels turns **{reached} of {len(attacks)}** "
        f"photographs into {_FIRST}es for the network. An attack is training with the roles "
        "exchanged: the weights stay and the input follows the gradient."
    )


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(attack_photograph, attack, descend, Search, Linf),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "How much must the pixels change for a temple to become an ostrich?",
        (
            "a few of 255 grey levels each",
            "about a quarter of the grey levels",
            "until people see an ostrich too",
        ),
        right=0,
    ),
    question="How small a change makes a network see something else in a photograph?",
    found=_found,
    leads_to=("robust-adversarial-examples",),
)
