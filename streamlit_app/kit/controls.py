"""Controls whose values are part of the address, so that a link reproduces a result.

Each control is a Streamlit widget bound to a query parameter. Its value is kept across reloads and
pages; invalid values in the address are replaced by the default.
``/function-approximators?fa-range=0.2&fa-range=0.9`` opens the experiment with that range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import streamlit as st

from streamlit_app.kit.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.delta_generator import DeltaGenerator
    from streamlit.elements.lib.mutable_tab_container import TabContainer

__all__ = ["Controls"]

T = TypeVar("T")
N = TypeVar("N", int, float)
Shape = Literal["row", "radio", "list", "slider"]


def _on_grid(value: Any, low: Any, step: Any) -> Any:
    """Round a value to a slider's steps; an address may contain values between them."""
    if isinstance(value, int):
        return low + round((value - low) / step) * step
    return round(low + round((value - low) / step) * step, 10)


class Controls(State):
    """The controls of one experiment, drawn at the call or in the container `where`."""

    def slider(
        self,
        name: str,
        label: str,
        low: N,
        high: N,
        default: N,
        step: N,
        *,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> N:
        """Draw a slider; the numbers must be all int or all float.

        Args:
            name: The control's name, such as ``"width"``.
            label: Text above the control.
            low: Smallest value.
            high: Largest value.
            default: Value if the address has none.
            step: Distance between values.
            where: Column or container. Default: the current one.
            tip: Help text, shown next to the label on hover or focus.
            on_change: Called before the page reruns with the new value.

        Returns:
            The value.
        """
        place: Any = where or st
        shared = self._bound(name, tip, on_change)
        value: N = _on_grid(place.slider(label, low, high, default, step, **shared), low, step)
        return value

    def span(
        self,
        name: str,
        label: str,
        low: float,
        high: float,
        default: tuple[float, float],
        step: float,
        *,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
    ) -> tuple[float, float]:
        """Draw a range slider; arguments as for :meth:`slider`.

        Returns:
            The two ends, the smaller first.
        """
        place: Any = where or st
        ends = place.slider(label, low, high, default, step, **self._bound(name, tip))
        # An address may contain them in the wrong order.
        first, last = sorted(_on_grid(end, low, step) for end in ends)
        return first, last

    def number(
        self,
        name: str,
        label: str,
        low: int,
        high: int,
        default: int,
        *,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
    ) -> int:
        """Draw a field for a whole number, such as a seed; arguments as for :meth:`slider`."""
        place: Any = where or st
        # The field takes floats, because an integer field raises for an address with 1e999.
        ends = (float(low), float(high), float(default), 1.0)
        return int(place.number_input(label, *ends, format="%.0f", **self._bound(name, tip)))

    def toggle(
        self,
        name: str,
        label: str,
        *,
        default: bool = False,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
    ) -> bool:
        """Draw a switch; arguments as for :meth:`slider`."""
        place: Any = where or st
        return bool(place.toggle(label, default, **self._bound(name, tip)))

    def text(
        self,
        name: str,
        label: str,
        default: str = "",
        *,
        max_chars: int = 200,
        where: DeltaGenerator | None = None,
        tip: str | None = None,
    ) -> str:
        """Draw a field for a line of text; arguments as for :meth:`slider`."""
        place: Any = where or st
        shared = self._bound(name, tip)
        return str(place.text_input(label, default, max_chars=max_chars, **shared))

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
