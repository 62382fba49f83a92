"""The state of an experiment: values in the address and in the visitor's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["State", "initials"]


def initials(slug: str) -> str:
    """Return the first letters of a slug's words: ``"function-approximators"`` gives ``"fa"``."""
    return "".join(word[0] for word in slug.split("-"))


class State:
    """Named values of one experiment.

    Names are unique within an experiment. In the address and in Streamlit's session state, which
    all pages share, the initials of the section's slug precede them.

    Args:
        slug: The section's slug.
    """

    def __init__(self, slug: str) -> None:
        self._prefix = initials(slug)

    def key(self, name: str) -> str:
        """Return a control's key in ``st.session_state``, which is also its query parameter."""
        return f"{self._prefix}-{name}"

    def _bound(
        self, name: str, tip: str | None, on_change: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        key = self.key(name)
        return {"key": key, "bind": "query-params", "help": tip, "on_change": on_change}

    def value(self, name: str) -> Any:
        """Return a control's current value. For callbacks, which run before the page."""
        return st.session_state[self.key(name)]

    def set(self, name: str, value: Any) -> None:
        """Set a control's value. Only allowed in callbacks."""
        st.session_state[self.key(name)] = value
