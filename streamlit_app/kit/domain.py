"""Explicit axis domains, so that axes do not move when the data change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["nice_domain", "require_domains"]

#: Ends of nice domains, within a power of ten.
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_domain(values: Iterable[float], *, log: bool = False) -> tuple[float, float]:
    """Return a domain with round ends that contains the values; it rarely changes with small ones.

    Args:
        values: Must include a finite number, and a positive one if `log` is set.
        log: Whether the axis is logarithmic; the ends are then powers of ten.

    Raises:
        ValueError: No value is finite (and, with `log`, positive).
    """
    finite = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    if not finite:
        raise ValueError("values must hold at least one number that fits on the axis, got none")
    low, high = min(finite), max(finite)
    if log:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return 10.0**first, 10.0 ** max(last, first + 1)
    width = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(width / 4))
    step = power * next(nice for nice in _NICE if nice * power >= width / 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    return first * step, max(last, first + 1) * step


def require_domains(spec: dict[str, Any], name: str) -> None:
    """Raise unless every quantitative axis of a specification has a domain and can be drawn.

    Args:
        spec: A Vega-Lite specification, single, layered or concatenated.
        name: The chart's name, for the error message.

    Raises:
        ValueError: A quantitative x or y axis has no domain, or one layer hides an axis that
            another shows: Vega then draws neither, without a message.
    """
    for view in _views(spec):
        layers = list(_layers(view))
        for axis in ("x", "y"):
            channels = [
                layer["encoding"][axis]
                for layer in layers
                if isinstance(layer.get("encoding", {}).get(axis), dict)
            ]
            hidden = [
                channel.get("axis", "shown") is None
                for channel in channels
                if "value" not in channel
            ]
            shares = view.get("resolve", {}).get("axis", {}).get(axis) != "independent"
            if shares and any(hidden) and not all(hidden):
                raise ValueError(
                    f"chart {name!r}: one layer has axis=None for {axis} and another has not; "
                    "wanted the same in all layers, or Vega draws none of them"
                )
            if channels and not any(_is_fixed(channel) for channel in channels):
                raise ValueError(
                    f"chart {name!r}: the scale of {axis} has no domain; wanted one, so that the "
                    "axis stays while the data change"
                )


def _views(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for composed in ("hconcat", "vconcat", "concat"):
        for part in spec.get(composed, ()):
            yield from _views(part)
    if "spec" in spec:
        yield from _views(spec["spec"])
    elif not any(composed in spec for composed in ("hconcat", "vconcat", "concat")):
        yield spec


def _layers(view: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a view and its layers, which may be nested."""
    yield view
    for layer in view.get("layer", ()):
        yield from _layers(layer)


def _is_fixed(channel: dict[str, Any]) -> bool:
    if channel.get("type") not in ("quantitative", "temporal"):
        return True
    scale = channel.get("scale", {})
    return scale is None or "domain" in scale
