"""Cards with small pictures, of which the visitor chooses one, or a picture of the visitor's."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PIL import Image

    from streamlit_app.kit.controls import Controls

__all__ = ["PictureCards"]

#: Side of the small pictures in pixels.
_SIDE: Final = 96
_OWN: Final = "own"


class PictureCards:
    """A radio group whose options are pictures; the last one is the visitor's own.

    The address names the packaged picture. It cannot hold a visitor's, so the choice of that is
    kept in the session.
    """

    def __init__(
        self,
        controls: Controls,
        label: str,
        titles: Mapping[str, str],
        picture: Callable[[str], Image.Image],
        *,
        first: str | None = None,
    ) -> None:
        """Describe the cards.

        Args:
            controls: The lab's controls, which keep the choice as ``photo``.
            label: Text above the cards.
            titles: What a visitor reads, by the picture's name.
            picture: Returns a picture by its name.
            first: The picture that is chosen at first. Default: the first one.
        """
        self._controls = controls
        self._label = label
        self._titles = dict(titles) | {_OWN: "Your own"}
        self._picture = picture
        self._names = tuple(titles)
        self._first = first
        self._css: str | None = None

    def choose(self) -> str | None:
        """Draw the cards; return the chosen picture's name, ``None`` for the visitor's own."""
        st.html(f"<style>{self.css()}</style>")
        name = self._controls.hidden("photo", self._names, self._first)
        chosen, own = self._controls.key("chosen"), self._controls.key("is-own")
        st.session_state[chosen] = _OWN if st.session_state.get(own) else name

        def keep() -> None:
            picked = st.session_state[chosen]
            st.session_state[own] = picked == _OWN
            if picked != _OWN:
                self._controls.set("photo", picked)

        with st.container(key=f"cards-{chosen}"):
            picked = st.radio(
                self._label,
                list(self._titles),
                key=chosen,
                horizontal=True,
                format_func=self._titles.__getitem__,
                on_change=keep,
            )
        return None if picked == _OWN else name

    def css(self) -> str:
        """Return the rules with the small pictures, made once."""
        if self._css is None:
            group = f".st-key-{self._controls.key('chosen')} [role=radiogroup]"
            self._css = "\n".join(
                f"{group} > :nth-child({place}) > label::before "
                f"{{ background-image: url({_thumbnail(self._picture(name))}); }}"
                for place, name in enumerate(self._titles, start=1)
                if name != _OWN
            )
        return self._css


def _thumbnail(image: Image.Image) -> str:
    """Return the middle square as an address."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.resize((_SIDE, _SIDE), box=(left, top, left + side, top + side))
    stored = BytesIO()
    square.save(stored, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{b64encode(stored.getvalue()).decode()}"
