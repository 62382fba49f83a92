"""An object that the classifier misreads from every side, and what made it so."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.adversarial import attack, evaluate_views
from pyfrontiers.kernels import render
from pyfrontiers.physical import OBJECTS, object_views
from pyfrontiers.physical.attack import robust_texture
from pyfrontiers.physical.recorded_textures import recorded_texture
from pyfrontiers.physical.shipped import recorded_names
from pyfrontiers.vision import CLASS_NAMES
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.attacking import live_attack
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.files import object_files, prepare_files
from streamlit_app.labs.robust_adversarial_examples.grid import held_out_grid, prepare_grid
from streamlit_app.labs.robust_adversarial_examples.paper import paper_table
from streamlit_app.labs.robust_adversarial_examples.photos import photo_check
from streamlit_app.labs.robust_adversarial_examples.scene import answer, model
from streamlit_app.labs.robust_adversarial_examples.survive import (
    prepare_survival,
    survival_part,
)
from streamlit_app.labs.robust_adversarial_examples.textures import UPLOAD, Item, shipped_item
from streamlit_app.labs.robust_adversarial_examples.uploading import uploaded_item
from streamlit_app.labs.robust_adversarial_examples.viewer import first_view, object_model, viewer


def draw() -> None:
    """Draw the object in the visitor's hand, then its poses, images, attack, files and table."""
    names = {name: name.capitalize() for name in OBJECTS} | {UPLOAD: "Your own"}
    name = controls.choice("object", "Object", names)
    item = uploaded_item() if name == UPLOAD else shipped_item(name)
    if item is None:
        _image()
    else:
        _experiment(item)
    kit.subheading("Compared with the paper")
    paper_table()
    kit.runs_on_badge()


def _experiment(item: Item) -> None:
    hand, poses, making = (st.container() for _ in range(3))
    # First, because the viewer shows what the visitor's run has found.
    with making:
        longer = " Longer runs gave the textures above." if item.shipped else ""
        kit.subheading(
            "Make one here",
            "Each step renders the object in 12 random poses and moves the texture along the mean "
            f"gradient.{longer}",
        )
        own = live_attack(item)
    worn = item.skins if own is None else (*item.skins, own)
    with hand:
        st.fragment(viewer)(item, worn, object_model(worn))
    with poses:
        kit.subheading(
            "Poses that no attack has seen",
            "Pose, light, background and noise are drawn at random. The frame and the mark of each "
            "picture say what the classifier sees in it.",
        )
        held_out_grid(item, item.skins if item.shipped else worn)
    _image()
    kit.subheading(
        "Take it along",
        "The object as a file for other programs, or as a sheet of paper to cut out and glue.",
    )
    object_files(item, worn)
    kit.subheading("Photograph it", "The paper's test: print the object and photograph it.")
    photo_check(item, worn)


def _image() -> None:
    kit.subheading(
        "In a photograph",
        "Both attacks change the photograph by at most the same ε. The robust one was optimised "
        "over rotations, zooms, light and noise.",
    )
    st.fragment(survival_part)()


def prepare() -> None:
    """Make what a visitor sees first."""
    for name in OBJECTS:
        model(shipped_item(name).skins)
        prepare_grid(name)
        prepare_files(shipped_item(name).skins[-1])
    answer(first_view(next(iter(OBJECTS))))
    prepare_survival()


def _found() -> str:
    parts = [
        f"**{kit.percent(found.adversariality)}** of {found.evaluation.predictions.shape[1]:,} "
        f"poses ({name} to {CLASS_NAMES[found.target]})"
        for name in OBJECTS
        for found in map(recorded_texture, recorded_names(name))
    ]
    if not parts:
        return ""
    return (
        "An ordinary adversarial example is undone by a small rotation. One that is optimised "
        f"over random views survives them: {' and '.join(parts)}."
    )


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(render, object_views, robust_texture, attack, evaluate_views),
    css=kit.text_beside(__file__, "lab.css"),
    guess=kit.Guess(
        "An ordinary adversarial example is turned by a few degrees. What does the network see?",
        (
            "still the attack's target",
            "mostly what it saw before the attack",
            "nothing at all",
        ),
        right=1,
    ),
    question="Does an adversarial example survive the real world: another angle, another light?",
    found=_found,
)
