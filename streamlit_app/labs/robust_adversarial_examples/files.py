"""The object as files: for other programs and for a printer."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

import streamlit as st

from pyfrontiers.physical import print_sheet
from pyfrontiers.physical.export import file_stem, glb_bytes, obj_files, png_bytes
from streamlit_app import kit
from streamlit_app.labs.robust_adversarial_examples.controls import controls

if TYPE_CHECKING:
    from pyfrontiers.physical import PrintSheet, TexturedObject
    from streamlit_app.labs.robust_adversarial_examples.textures import Item, Skin

__all__ = ["object_files", "prepare_files"]

_PAPERS: Final = {"a4": "A4", "letter": "US Letter"}
#: Ending and media type of each file, by the text of its button.
_KINDS: Final = {
    "GLB": ("glb", "model/gltf-binary"),
    "OBJ and PNG": ("zip", "application/zip"),
    "Texture": ("png", "image/png"),
}


def object_files(item: Item, worn: tuple[Skin, ...]) -> None:
    """Offer the object in the chosen texture as files, and as a sheet to print and glue.

    Args:
        item: The object.
        worn: Its textures.
    """
    titles = {skin.name: skin.title for skin in worn}
    names = list(titles)
    texture = controls.choice(f"print-{item.name}", "Texture", titles, names[-1])
    skin = worn[names.index(texture)]
    second, third, last = st.columns([9, 7, 7], gap="medium", vertical_alignment="bottom")
    length = controls.slider("length", "Longest side, in mm", 60, 300, 150, 10, where=second)
    paper = controls.choice("paper", "Paper", _PAPERS, where=third)
    known = texture.startswith(item.name)  # a recorded texture's name starts with its object's
    stem = file_stem(texture if known else f"{item.obj.name}-{texture}")
    contents = _contents(skin)
    with st.container(horizontal=True):
        for label, (ending, mime) in _KINDS.items():
            kit.download(label, contents[label], f"{stem}.{ending}", mime=mime)
    shown = kit.live(
        controls.key("sheet"),
        print_sheet,
        {"obj": skin.obj, "length": float(length), "paper": paper},
        label="Print sheet",
        button="Make the print sheet",
        where=last,
        durable=skin.shipped,
        before="Press **Make the print sheet** to get the PDF. It takes some seconds.",
    )
    if shown is not None and shown.is_current:
        _sheet(shown.value, stem)


def _sheet(sheet: PrintSheet, stem: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        kit.download("Download the PDF", sheet.pdf, f"{stem}.pdf", mime="application/pdf")
        kit.note(
            f"{sheet.pieces} pieces on {sheet.pages} pages, {sheet.length:.0f} mm long. Print at "
            "100 %, cut along the lines, and glue edges with equal numbers."
        )


def prepare_files(skin: Skin) -> None:
    """Make the files of a texture that ships with the package."""
    _shipped(skin)


def _contents(skin: Skin) -> dict[str, bytes]:
    """Return the files by button, made once per texture.

    Streamlit's address of a download follows from its bytes, so it stays valid when the page
    reruns. That of a function, called when the button is pressed, changes with each rerun, and a
    press in the meantime fails.
    """
    if skin.shipped:
        return _shipped(skin)
    # A visitor's files stay in the visitor's session.
    key = controls.key("files")
    kept: tuple[TexturedObject, dict[str, bytes]] | None = st.session_state.get(key)
    if kept is None or kept[0] is not skin.obj:
        kept = (skin.obj, _made(skin))
        st.session_state[key] = kept
    return kept[1]


@lru_cache(maxsize=8)
def _shipped(skin: Skin) -> dict[str, bytes]:
    return _made(skin)


def _made(skin: Skin) -> dict[str, bytes]:
    contents = (glb_bytes(skin.obj), _zip(skin.obj), png_bytes(skin.texture))
    return dict(zip(_KINDS, contents, strict=True))


def _zip(obj: TexturedObject) -> bytes:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as folder:
        for file, content in obj_files(obj).items():
            # Without the time of day, equal objects are equal files.
            folder.writestr(zipfile.ZipInfo(file), content, zipfile.ZIP_DEFLATED)
    return stored.getvalue()
