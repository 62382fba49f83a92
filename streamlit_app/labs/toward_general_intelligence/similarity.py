"""A map of tasks: by how much training on one family helps with another, from the record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from pyfrontiers.transfer import FAMILIES, similarity_record
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.transfer import Similarity

__all__ = ["family_text", "help_rows", "similarity_chart", "similarity_part", "told"]

_NAMES = {
    "standard": ("standard", "the standard curves"),
    "other phases": ("phases", "other phases"),
    "larger": ("larger", "larger amplitudes"),
    "slower": ("slower", "lower frequencies"),
    "faster": ("faster", "higher frequencies"),
    "mixed": ("mixed", "mixed frequencies"),
}
"""Of each family: its name on the axes, which is short for a phone, and that in a sentence."""
#: Smallest help that is written as a number.
_WORST = -9.99
_MINUS = "\N{MINUS SIGN}"
_SYMBOLS = {"amplitude": "a", "phase": "b", "frequency": "f"}


def similarity_part() -> None:
    """Draw the recorded matrix; nothing where there is no record."""
    try:
        record = similarity_record()
    except FileNotFoundError:
        return
    kit.subheading(
        "What helps what?",
        f"MAML learns one family of curves a sin(f x + b) and is given five points of another. The "
        f"help is the share of the squared error after {record.steps} steps from scratch that is "
        "gone: 100 % at best, 0 for no help, negative for harm.",
    )
    kit.verdict(*told(record))
    rows = help_rows(record)
    kit.figure(
        "similarity",
        similarity_chart,
        data=rows,
        label="Help by the family that was learned and the family of the new task",
        table=rows.drop(columns=["text", "shade"]),
    )
    kit.note("; ".join(map(family_text, record.names)) + ".")
    kit.origin(record.provenance, f"MAML, {len(record.names)} families")


def family_text(name: str) -> str:
    """Describe a family by what distinguishes it from the standard one."""
    family, usual = FAMILIES[name], FAMILIES["standard"]
    parts = [
        f"{symbol} {_range(getattr(family, field))}"
        for field, symbol in _SYMBOLS.items()
        if name == "standard" or getattr(family, field) != getattr(usual, field)
    ]
    return f"**{_NAMES[name][0]}** {', '.join(parts)}"


def _range(ends: tuple[float, float]) -> str:
    low, high = (
        f"{end / math.pi:g} π" if end and not end % math.pi else f"{end:g}" for end in ends
    )
    return f"= {low}" if low == high else f"from {low} to {high}".replace("1 π", "π")


def told(record: Similarity) -> tuple[str, str]:
    """Say which pair of different families helps most, and which harms most."""
    names = record.names
    pairs = {(a, b): float(record.help[a][b]) for a in names for b in names if a != b}
    (a, b), (c, d) = max(pairs, key=pairs.__getitem__), min(pairs, key=pairs.__getitem__)
    own = [float(record.help[name][name]) for name in names]
    least = pairs[c, d]
    if math.isinf(least):
        other = f"After training on {_NAMES[c][1]}, a run diverges on {_NAMES[d][1]}"
    elif least < 0:
        times = f"{1 - least:.3g} times as large"
        other = f"Training on {_NAMES[c][1]} makes the error on {_NAMES[d][1]} {times}"
    else:
        other = f"The least is {_share(least)}, from {_NAMES[c][1]} to {_NAMES[d][1]}"
    return (
        f"Training on {_NAMES[a][1]} removes **{_share(pairs[a, b])}** of the error on "
        f"{_NAMES[b][1]}.",
        f"The other way round, the help is {_share(pairs[b, a])}. {other}; the other way round, "
        f"the help is {_share(pairs[d, c])}. On new tasks of the same family it is "
        f"{_share(min(own))} to {_share(max(own))}.",
    )


def _share(value: float) -> str:
    if value < _WORST:
        return f"less than {_share(_WORST)}"
    return kit.percent(value).replace("-", _MINUS)


def help_rows(record: Similarity) -> pd.DataFrame:
    """Return a row for each pair: the help, its interval, its text and its place on the scale."""
    return pd.DataFrame(
        {
            "learned": _NAMES[a][0],
            "new task": _NAMES[b][0],
            "help": float(one) if math.isfinite(one) else math.nan,
            "low": one.low,
            "high": one.high,
            "text": _cell(float(one)),
            "shade": max(-1.0, min(1.0, float(one))),
        }
        for a in record.names
        for b, one in record.help[a].items()
    )


def _cell(value: float) -> str:
    text = f"{100 * max(value, _WORST):.0f} %".replace("-", _MINUS)
    return text if value >= _WORST else f"< {text}"


def similarity_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the map: a row for each family learned, a column for each family of new tasks."""
    titles = [short for short, _ in _NAMES.values()]
    top = alt.Axis(orient="top", labelAngle=0)
    x = alt.X("new task:N", title="given five points of", sort=titles, axis=top)
    y = alt.Y(
        "learned:N",
        title="learned",
        sort=titles,
    )
    # Pale ends, so that the figures can be read on them.
    harm, help_ = (kit.mixed(token[name], token["card"], 0.5) for name in ("vermillion", "blue"))
    ends = [harm, token["card"], help_]
    colour = alt.Color(
        "shade:Q",
        title="help",
        scale=alt.Scale(domain=[-1, 0, 1], range=ends, interpolate="rgb"),
        legend=alt.Legend(
            format="~%",
            orient="bottom",
            gradientLength=200,
            values=[-1, 0, 1],
            labelExpr="datum.value < 0 ? '\u2264 \u2212100%' : datum.label",
        ),
    )
    # Until the data arrive, Vega would draw a row of nothing.
    base = alt.Chart().transform_filter("isValid(datum.text)").encode(x=x, y=y)
    cells = base.mark_rect(stroke=token["paper"], strokeWidth=2).encode(
        color=colour,
        tooltip=["learned:N", "new task:N"]
        + [alt.Tooltip(f"{name}:Q", format=".1%") for name in ("help", "low", "high")],
    )
    texts = base.mark_text(color=token["ink"], fontSize=13).encode(text="text:N")
    chart: alt.TopLevelMixin = alt.layer(cells, texts).properties(height=340)
    return chart
