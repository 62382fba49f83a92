"""Controls that choose among given values; part of `Controls`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import streamlit as st

from streamlit_app.kit.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.delta_generator import DeltaGenerator
    from streamlit.elements.lib.mutable_tab_container import TabContainer

__all__ = ["Choices"]

T = TypeVar("T")
Shape = Literal["row", "radio", "list", "slider"]


class Choices(State):
    """Controls whose values are listed, drawn at the call or in the container `where`."""

    def choice(
        self,
        name: str,
        label: str,
        options: Mapping[T, str] | Sequence[T],
        default: T | None = None,
        *,
        shape: Shape = "row",
        where: DeltaGenerator | None = None,
        tip: str | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> T:
        """Draw a choice of one option.

        Args:
            name: The control's name.
            label: Text above the control.
            options: The values, or a mapping from values to labels. The address contains the label.
            default: One of the values. Default: the first.
            shape: ``"row"`` for a row of buttons, ``"radio"`` for radio buttons, ``"list"`` for a
                drop-down list, ``"slider"`` for ordered values.
            where: Column or container. Default: the current one.
            tip: Help text, shown next to the label on hover or focus.
            on_change: Called before the page reruns with the new value.

        Returns:
            The chosen value.

        Raises:
            ValueError: `default` is not one of the options.
        """
        values = list(options)
        first = values[0] if default is None else default
        if first not in values:
            raise ValueError(f"default must be one of {values!r}, got {default!r}")
        place: Any = where or st
        words = options.__getitem__ if isinstance(options, Mapping) else str
        shared = self._bound(name, tip, on_change) | {"format_func": words}
        if shape == "row":
            chosen = place.segmented_control(label, values, default=first, required=True, **shared)
        elif shape == "slider":
            chosen = place.select_slider(label, values, first, **shared)
        elif shape == "radio":
            chosen = place.radio(label, values, values.index(first), horizontal=True, **shared)
        else:
            chosen = place.selectbox(label, values, values.index(first), **shared)
        # An empty value in the address leaves a row of buttons without a selection.
        return first if chosen is None else cast("T", chosen)

    def next_button(
        self,
        name: str,
        label: str,
        options: Sequence[T],
        current: T,
        *,
        where: DeltaGenerator | None = None,
    ) -> None:
        """Draw a button that moves a choice to its next option, after the last one to the first.

        Args:
            name: The name of the choice.
            label: Text of the button.
            options: The values of the choice.
            current: The chosen one.
            where: Column or container. Default: the current one.
        """
        values = list(options)
        after = values[(values.index(current) + 1) % len(values)]
        (where or st).button(
            label,
            key=self.key(f"next-{name}"),
            on_click=self.set,
            args=(name, after),
            width="stretch",
        )

    def several(
        self,
        name: str,
        label: str,
        options: Mapping[T, str] | Sequence[T],
        default: Sequence[T] | None = None,
        *,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
    ) -> tuple[T, ...]:
        """Draw a multiple choice; arguments as for :meth:`choice`, but all are chosen by default.

        Returns:
            The chosen values in the order of the options.
        """
        place: Any = where or st
        values = list(options)
        first = values if default is None else list(default)
        words = options.__getitem__ if isinstance(options, Mapping) else str
        chosen = place.multiselect(
            label, values, first, format_func=words, **self._bound(name, tip)
        )
        return tuple(value for value in values if value in chosen)

    def tabs(self, name: str, titles: Sequence[str]) -> tuple[str, TabContainer]:
        """Divide what follows into tabs, of which only the open one is drawn.

        Args:
            name: The control's name; the address contains the title.
            titles: Of the tabs, unique.

        Returns:
            The open tab's title and its container.
        """
        found = st.tabs(titles, key=self.key(name), bind="query-params")
        opened = [place.open for place in found]
        number = opened.index(True) if True in opened else 0
        return titles[number], found[number]

    def hidden(self, name: str, options: Sequence[T], default: T | None = None) -> T:
        """Store a value that is set by a component or a button instead of a visible widget.

        The component's callback sets it with :meth:`set`.

        Args:
            name: The control's name.
            options: All possible values.
            default: One of them. Default: the first.

        Returns:
            The current value.
        """
        with st.container(key=f"hidden-{self.key(name)}"):
            return self.choice(name, name, options, default, shape="list")
