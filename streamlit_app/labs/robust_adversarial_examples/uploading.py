"""The visitor's own object: the files of a mesh, and the classes that are right for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.physical.shipped import ORIGINAL
from pyfrontiers.physical.uploaded import LARGEST_UPLOAD, MOST_FACES, inspect_upload
from pyfrontiers.vision import CLASS_NAMES
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls
from streamlit_app.labs.robust_adversarial_examples.textures import UPLOAD, Item, Skin

if TYPE_CHECKING:
    from pyfrontiers.physical.uploaded import UploadedObject

__all__ = ["uploaded_item"]

#: Session keys: what the files hold, and the object with the classes that are right for it.
_READ, _ITEM = controls.key("read"), controls.key("item")
_MEGABYTES = LARGEST_UPLOAD // 1_000_000
#: Share of the poses from which on a class is suggested as right.
_OFTEN = 0.2


def uploaded_item() -> Item | None:
    """Draw the uploader and return the visitor's object; ``None`` until there is one."""
    first, second = st.columns([5, 1], gap="large")
    up = controls.choice(
        "up",
        "Axis that points up",
        ["y", "z"],
        where=second,
        tip="y in glTF and in most OBJ files; z in files of CAD programs.",
    )
    files = first.file_uploader(
        f"Your own object: a GLB file, an OBJ file with its MTL file and images, or a ZIP file of "
        f"them. At most {_MEGABYTES} MB and {MOST_FACES:,} faces, with texture coordinates. The "
        "files stay in this session and are not written to disk.",
        accept_multiple_files=True,
        max_upload_size=_MEGABYTES,
        key=controls.key("upload"),
        on_change=_forget,
    )
    if files:
        shown = kit.live(
            controls.key("reading"),
            inspect_upload,
            {"files": [(file.name, file.getvalue()) for file in files], "up": up},
            label="Your object",
            button=None,
        )
        if shown is None or not shown.is_current:
            return None
        st.session_state[_READ] = shown.value
    # Streamlit clears the uploader when the visitor leaves the page; the object is kept here.
    found: UploadedObject | None = st.session_state.get(_READ)
    return None if found is None else _item(found)


def _forget() -> None:
    """Discard the object after its files were removed or replaced."""
    st.session_state.pop(_READ, None)


def _item(found: UploadedObject) -> Item:
    obj = found.object
    digest = blake2b(obj.texture.numpy().tobytes(), digest_size=4).hexdigest()
    often = [index for index, share in found.seen if share >= _OFTEN] or [found.seen[0][0]]
    names = st.multiselect(
        "What it is: the classes that are right",
        _names(),
        [CLASS_NAMES[index] for index in often],
        # Not part of the address, which cannot hold the object either.
        key=controls.key(f"right-{digest}"),
        help="The classes that are seen often are suggested.",
    )
    right = tuple(CLASS_NAMES.index(name) for name in names) or (often[0],)
    kit.note(_described(found))
    kept: tuple[UploadedObject, tuple[int, ...], Item] | None = st.session_state.get(_ITEM)
    if kept is None or kept[0] is not found or kept[1] != right:
        own = Skin(ORIGINAL, "Original", replace(obj, classes=right), shipped=False)
        kept = (found, right, Item(UPLOAD, CLASS_NAMES[right[0]], (own,)))
        st.session_state[_ITEM] = kept
    return kept[2]


def _described(found: UploadedObject) -> str:
    obj = found.object
    height, width = obj.texture.shape[1:]
    seen = ", ".join(
        f"**{CLASS_NAMES[index]}** in {kit.percent(share)}" for index, share in found.seen[:3]
    )
    notes = "".join(f" {note[0].upper()}{note[1:]}." for note in found.notes)
    return (
        f"{obj.name}: {len(obj.mesh.faces):,} faces, texture {width} × {height}.{notes} "
        f"In {found.poses} random poses the classifier sees {seen}."
    )


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(CLASS_NAMES, key=str.casefold))
