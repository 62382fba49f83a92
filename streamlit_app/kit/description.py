"""Alternative text of a chart, generated from its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["describe"]

#: Up to this many series are listed by name; beyond that, only their number is given.
_NAMED = 8


def describe(label: str, spec: dict[str, Any], data: pd.DataFrame) -> str:
    """Describe a chart: a sentence, then the ranges of its axes and its series.

    Args:
        label: The sentence, without its full stop.
        spec: The chart's Vega-Lite specification.
        data: The rows it draws.

    Returns:
        For example
        ``"Error by width. N from 2 to 128; error from 0.01 to 0.4; series: steps, knots."``
    """
    facts: list[str] = []
    for channel in ("x", "y"):
        found = next(_encodings(spec, channel, data), None)
        if found is not None:
            title = found.get("title") or found["field"]
            # A title in lines is a list.
            name = title if isinstance(title, str) else " ".join(title)
            facts.append(_range(name, data[found["field"]]))
    colour = next(_encodings(spec, "color", data), None)
    if colour is not None and data[colour["field"]].dtype.kind not in "fi":
        found_names = data[colour["field"]].dropna().unique()
        drawn = colour.get("scale", {}).get("domain", found_names)
        names = [str(name) for name in drawn if name in found_names]
        told = ", ".join(names)
        facts.append(f"series: {told}" if 0 < len(names) <= _NAMED else "")
        facts.append(f"{len(names)} series" if len(names) > _NAMED else "")
    text = "; ".join(fact for fact in facts if fact)
    return f"{label}. {text[:1].upper()}{text[1:]}." if text else f"{label}."


def _encodings(spec: dict[str, Any], channel: str, data: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the encodings of a channel whose field is a column of the data, outermost first."""
    found = spec.get("encoding", {}).get(channel)
    if isinstance(found, dict) and found.get("field") in data.columns:
        yield found
    for parts in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(parts, ()):
            yield from _encodings(part, channel, data)


def _range(name: str, column: pd.Series[Any]) -> str:
    known = column.dropna()
    if known.empty:
        return ""
    if known.dtype.kind in "fiu":
        return f"{name} from {known.min():.3g} to {known.max():.3g}"
    values = [str(value) for value in known.unique()]
    return f"{name}: {', '.join(values)}" if len(values) <= _NAMED else f"{len(values)} {name}"
