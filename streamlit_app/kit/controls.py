"""Controls whose values are part of the address, so that a link reproduces a result.

Each control is a Streamlit widget bound to a query parameter. Its value is kept across reloads and
pages; invalid values in the address are replaced by the default.
``/function-approximators?fa-range=0.2&fa-range=0.9`` opens the experiment with that range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from streamlit_app.kit.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.delta_generator import DeltaGenerator

__all__ = ["Controls"]

N = TypeVar("N", int, float)


def _on_grid(value: Any, low: Any, step: Any) -> Any:
    """Round a value to a slider's steps; an address may contain values between them."""
    if isinstance(value, int):
        return low + round((value - low) / step) * step
    return round(low + round((value - low) / step) * step, 10)


class Controls(Choices):
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
        on_change: Callable[[], None] | None = None,
    ) -> str:
        """Draw a field for a line of text; arguments as for :meth:`slider`."""
        place: Any = where or st
        shared = self._bound(name, tip, on_change)
        return str(place.text_input(label, default, max_chars=max_chars, **shared))
