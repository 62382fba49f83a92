"""The experiment of the second tile: the cost of a prediction and of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from pyfrontiers.limitations import costs
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.controls import controls
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cost", "duration", "prepare_cost", "quantity"]

_KINDS = ("one prediction", "the training")


def cost() -> None:
    """Draw the experiment."""
    kit.subheading(
        "What does training cost?",
        "All networks of this app, on one core. Operations are counted; times are measured for a "
        "few steps and scaled to the whole training. Energy is estimated by codecarbon, not "
        "metered: the processor's rated power times its utilisation, plus a constant for memory.",
    )
    shown = kit.live(
        controls.key("cost"),
        costs,
        {"seconds": 1.0},
        label="Cost of every model",
        recorded=details("C12")["models"],
        button="Measure this machine",
    )
    if shown is None:
        return
    rows: list[dict[str, Any]] = shown.value
    kit.figure(
        "cost",
        cost_chart,
        tuple(row["name"] for row in rows),
        data=_ends(rows),
        label="Operations of one prediction and of the training of each network",
        table=_figures(rows),
    )
    _table(rows)
    origin("C12", is_live=shown.is_live)


def prepare_cost() -> None:
    """Make the chart of the record."""
    names = tuple(row["name"] for row in details("C12")["models"])
    kit.prepare_figure("cost", cost_chart, names)


def _ends(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "network": row["name"],
                "operations": row[part]["flops"],
                "of": kind,
                "to": row["train"]["flops"],
            }
            for row in rows
            for part, kind in zip(("answer", "train"), _KINDS, strict=True)
        ]
    )


def _figures(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "network": row["name"],
                "section": row["section"],
                "parameters": row["parameters"],
                "prediction, FLOP": row["answer"]["flops"],
                "prediction, s": row["answer"]["seconds"],
                "training": row["training"],
                "training, FLOP": row["train"]["flops"],
                "training, s": row["train"]["seconds"],
                "training, J (estimated)": row["train"]["joules"],
            }
            for row in rows
        ]
    )


def _table(rows: list[dict[str, Any]]) -> None:
    kit.table(
        (
            *("network", "parameters", "one prediction", "time", "the training"),
            *("operations", "time of one core", "energy, estimated"),
        ),
        [
            (
                row["name"],
                f"{row['parameters']:,}",
                quantity(row["answer"]["flops"], "FLOP"),
                duration(row["answer"]["seconds"]),
                row["training"],
                quantity(row["train"]["flops"], "FLOP"),
                duration(row["train"]["seconds"]),
                quantity(row["train"]["joules"], "J"),
            )
            for row in rows
        ],
        caption="Cost of one prediction and of one training; one core, energy estimated",
    )


def quantity(value: float, unit: str) -> str:
    """Format a number with an SI prefix: ``41_231_000_000, "J"`` -> ``41.2 GJ``."""
    for prefix in ("", "k", "M", "G", "T"):  # noqa: B007  # the one it stops at
        if value < 1000:
            break
        value /= 1000
    else:
        prefix = "P"
    return f"{value:.3g}\N{NO-BREAK SPACE}{prefix}{unit}"


def duration(seconds: float) -> str:
    """Format a duration in a readable unit."""
    for limit, unit, name in ((1e-3, 1e-6, "µs"), (1.0, 1e-3, "ms"), (120.0, 1.0, "s")):
        if seconds < limit:
            return f"{seconds / unit:.3g}\N{NO-BREAK SPACE}{name}"
    if seconds < 7200:
        return f"{seconds / 60:.0f}\N{NO-BREAK SPACE}min"
    return f"{seconds / 3600:.0f}\N{NO-BREAK SPACE}h"


def cost_chart(token: Mapping[str, str], networks: tuple[str, ...]) -> alt.TopLevelMixin:
    """Make the chart of the span from one prediction to the whole training, for each network."""
    base = alt.Chart().encode(
        # An explicit domain: with a sort order alone, a row "undefined" shows until data arrive.
        y=alt.Y(
            "network:N",
            title=None,
            scale=alt.Scale(domain=list(networks)),
            axis=alt.Axis(grid=False, labelLimit=220),
        ),
        x=alt.X(
            "operations:Q",
            title="floating-point operations",
            scale=alt.Scale(type="log", domain=[1e2, 1e17]),
            axis=alt.Axis(format="~s", values=[1e2, 1e5, 1e8, 1e11, 1e14, 1e17], grid=True),
        ),
    )
    span = (
        base.transform_filter(alt.datum.of == _KINDS[0])
        .mark_rule(strokeWidth=2, color=token["line"])
        .encode(x2="to:Q")
    )
    ends = base.mark_point(filled=True, size=110).encode(
        color=alt.Color(
            "of:N",
            title=None,
            scale=alt.Scale(domain=list(_KINDS), range=[token["blue"], token["vermillion"]]),
        ),
        tooltip=["network:N", "of:N", alt.Tooltip("operations:Q", format=".3s")],
    )
    return alt.layer(span, ends).properties(height=40 + 34 * len(networks))
