"""Photographs of the printed object, and what the classifier sees in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from pyfrontiers.physical.photos import VERDICTS, check_photos
from pyfrontiers.vision import CLASS_NAMES, find_class
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.textures import TARGETS

if TYPE_CHECKING:
    from pyfrontiers.kernels import Mesh
    from pyfrontiers.physical import PhotoTable
    from streamlit_app.labs.robust_adversarial_examples.textures import Item, Skin

__all__ = ["photo_check"]

#: Athalye et al. 2018, table of the photographs of printed objects, in per cent of `VERDICTS`.
_PRINTED: Final = {"turtle": (82, 16, 2), "baseball": (59, 31, 10)}
#: Session key of the mesh that was printed, and the latest table of its photographs.
_KEPT = controls.key("checked")


def photo_check(item: Item, worn: tuple[Skin, ...]) -> None:
    """Take photographs of the printed object and count what the classifier sees in them.

    Args:
        item: The object.
        worn: Its textures; the last one's target is looked for in the photographs of a visitor's
            object.
    """
    target = find_class(TARGETS[item.name]) if item.shipped else worn[-1].aim
    if target is None:
        kit.note("First make a texture above, and print the object with it.")
        return
    if target in item.obj.classes:
        kit.note(
            f"The last texture was made for **{CLASS_NAMES[target]}**, which is now one of the "
            "right classes. Make another texture, or choose the right classes again."
        )
        return
    files = st.file_uploader(
        "Photographs of the printed object, JPEG or PNG, the object in the middle. They stay in "
        "this session and are not written to disk.",
        accept_multiple_files=True,
        max_upload_size=10,
        key=controls.key("photos"),
        on_change=_forget,
    )
    mesh, right = item.obj.mesh, item.obj.classes
    if files:
        shown = kit.live(
            controls.key("check"),
            check_photos,
            {
                "photos": [(file.name, file.getvalue()) for file in files],
                "target": target,
                "right": right,
            },
            label=f"{len(files)} photographs",
            button=None,
        )
        if shown is None or not shown.is_current:
            return
        st.session_state[_KEPT] = (mesh, shown.value)
    # Streamlit clears the uploader when the visitor leaves the page; the table is kept here.
    kept: tuple[Mesh, PhotoTable] | None = st.session_state.get(_KEPT)
    if kept is not None and kept[0] is mesh and (kept[1].target, kept[1].right) == (target, right):
        _table(item, kept[1])


def _forget() -> None:
    """Discard the table after photographs were added or removed."""
    st.session_state.pop(_KEPT, None)


def _table(item: Item, found: PhotoTable) -> None:
    shares = found.shares
    target = CLASS_NAMES[found.target]
    own = [
        f"{shares[verdict].count} of {len(found.photos)}, {kit.percent(shares[verdict].share)}"
        if found.photos
        else "none"
        for verdict in VERDICTS
    ]
    rows = [["Your photographs", *own]]
    if item.name in _PRINTED:
        paper = [f"{value} %" for value in _PRINTED[item.name]]
        rows.insert(0, ["Athalye et al. 2018, printed in 3D", *paper])
    kit.table(
        ["", f"{target}, the target", "another wrong class", f"right: {item.word}"],
        rows,
        caption="What the classifier sees in photographs",
    )
    rows = [
        [photo.name, photo.ranking[0][0], kit.percent(photo.ranking[0][2])]
        for photo in found.photos
    ]
    kit.table(["Photograph", "seen as", "probability"], rows, caption="Each photograph")
    for file, reason in found.unreadable.items():
        kit.note(f"**{file}** is not counted: {reason}")
    for file in found.repeated:
        kit.note(f"**{file}** is not counted: it is the same as an earlier photograph.")
