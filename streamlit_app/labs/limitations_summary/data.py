"""The experiment of the first tile: error by the number of training examples."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.limitations import PowerLaw, learning_curve
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.controls import controls
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["data_hunger", "prepare_data"]

_NAMES = {"alone": "from random weights", "transfer": "after digits 0 to 4"}
_COLOURS = {"alone": "blue", "transfer": "purple"}
#: Possible ends of the error axis, so that it changes only in steps.
_ENDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Ends = tuple[float, float]


def data_hunger() -> None:
    """Draw the experiment."""
    kit.subheading(
        "How many examples does it take?",
        "A small network learns to classify the digits 5 to 9, in random poses and with noise, "
        "from 20 to 320 examples: once from random weights, and once from filters trained on the "
        "digits 0 to 4.",
    )
    seed = controls.number("data-seed", "Seed for a live run", 0, 2**32, 1)
    shown = kit.live(
        controls.key("curve"),
        learning_curve,
        {"seeds": 3, "steps": 100, "seed": seed},
        label="Learning curve, 30 networks",
        recorded=details("C11"),
        button="Train 30 networks here",
        durable=True,
        draw=partial(_curve, name="curve-so-far"),
    )
    if shown is None:
        return
    st.fragment(_how_many)(shown.value)
    _curve(shown.value, name="curve")
    origin("C11", is_live=shown.is_live)


def prepare_data() -> None:
    """Make the chart of the record."""
    found = details("C11")
    kit.prepare_figure("curve", hunger_chart, *_arguments(found, _rows(found)))


def _curve(found: dict[str, Any], *, name: str) -> None:
    rows = _rows(found)
    kit.figure(
        name,
        hunger_chart,
        *_arguments(found, rows),
        data=rows,
        label="Error on new digits by the number of training examples, on logarithmic axes",
        table=rows[rows["kind"] != "power law"],
    )


def _rows(found: dict[str, Any]) -> pd.DataFrame:
    sizes, rows = found["sizes"], []
    for name, start in zip(_NAMES, _legend(found), strict=True):
        law = _law(found[name])
        kinds = [("power law", [law.error(n) for n in sizes]), ("mean", found[name]["mean"])]
        kinds += [("one repetition", errors) for errors in found[name]["errors"]]
        rows += [
            {"examples": n, "error": max(error, 1e-3), "start": start, "kind": kind, "run": run}
            for run, (kind, errors) in enumerate(kinds)
            for n, error in zip(sizes, errors, strict=True)
        ]
    return pd.DataFrame(rows)


def _legend(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"{words}: exponent −{found[name]['exponent']:.2f} "
        f"(−{found[name]['high']:.2f} to −{found[name]['low']:.2f})"
        for name, words in _NAMES.items()
    )


def _arguments(
    found: dict[str, Any], rows: pd.DataFrame
) -> tuple[tuple[str, ...], tuple[int, ...], Ends]:
    low, high = float(rows["error"].min()), float(rows["error"].max())
    ends = (
        max((end for end in _ENDS if end <= low), default=_ENDS[0]),
        min((end for end in _ENDS if end >= high), default=_ENDS[-1]),
    )
    return _legend(found), tuple(found["sizes"]), ends


def _how_many(found: dict[str, Any]) -> None:
    sizes = (20, 40, 80, 160, 320, 640, 1280, 5120, 20480)
    examples = controls.choice(
        "examples", "If you had this many examples", sizes, 80, shape="slider"
    )
    laws = {name: _law(found[name]) for name in _NAMES}
    beyond = ", extrapolating the fitted line" if examples > found["sizes"][-1] else ""
    needed = laws["alone"].examples(laws["alone"].error(examples) / 2)
    half = f"Half that error would take {needed:,.0f} examples." if needed < 1e9 else ""
    kit.verdict(
        f"**{kit.percent(laws['alone'].error(examples), 1)}** would be wrong, "
        f"{kit.percent(laws['transfer'].error(examples), 1)} with transfer{beyond}.",
        half,
    )


def _law(fitted: dict[str, Any]) -> PowerLaw:
    return PowerLaw(
        **{name: fitted[name] for name in ("level", "exponent", "low", "high", "r_squared")}
    )


def hunger_chart(
    token: Mapping[str, str], starts: tuple[str, ...], sizes: tuple[int, ...], errors: Ends
) -> alt.TopLevelMixin:
    """Make the chart of the learning curves on logarithmic axes, with the fitted power laws."""
    colour = alt.Color(
        "start:N",
        title=None,
        scale=alt.Scale(domain=list(starts), range=[token[name] for name in _COLOURS.values()]),
        legend=alt.Legend(columns=1, labelLimit=400, symbolType="stroke", symbolOpacity=1),
    )
    across = alt.Scale(type="log", base=2, domain=[sizes[0] / 1.1, sizes[-1] * 1.1], nice=False)
    base = alt.Chart().encode(
        x=alt.X(
            "examples:Q",
            title="training examples",
            scale=across,
            axis=alt.Axis(values=list(sizes)),
        ),
        y=alt.Y(
            "error:Q",
            title="error on new digits",
            scale=alt.Scale(type="log", domain=list(errors), nice=False),
            axis=alt.Axis(format="~%", values=[0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1]),
        ),
        color=colour,
    )
    points = (
        base.transform_filter("datum.kind !== 'power law'")
        .mark_point(filled=True)
        .encode(
            opacity=alt.condition("datum.kind === 'mean'", alt.value(1), alt.value(0.3)),
            size=alt.condition("datum.kind === 'mean'", alt.value(90), alt.value(30)),
            tooltip=["start:N", "kind:N", "examples:Q", alt.Tooltip("error:Q", format=".1%")],
        )
    )
    law = base.transform_filter("datum.kind === 'power law'").mark_line(opacity=0.6)
    return alt.layer(law, points).properties(height=320)
