"""How many passes are enough: the error of mean and variance against T, recorded or live."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from pyfrontiers.claims import recorded
from pyfrontiers.claims.c17 import study
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.controls import controls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.claims import Outcome

__all__ = ["prepare_study", "show_study"]

_COLOURS = {"mean": "blue", "variance": "vermillion", "1/√T": "muted"}
_MOMENTS = ("mean", "variance")
_LAW = "1/√T"


def show_study() -> None:
    """Show the recorded errors, and the button that measures them here."""
    kit.subheading(
        "How many passes are enough?",
        "A network of twelve filters has 4,096 masks, so its exact mean and variance can be "
        "computed from all of them. The errors of T random passes are measured against that.",
    )
    record = _record()
    shown = kit.live(
        controls.key("study"),
        study,
        {"replicates": 64, "longest": 256},
        label="Error of mean and variance",
        recorded=None if record is None else record.measurement.details,
        button="Measure the error against T",
        draw=_figure,
    )
    if shown is None:
        return
    found = shown.value
    mean, variance = (f"{found[name]['slope']:.2f}".replace("-", "−") for name in _MOMENTS)
    kit.verdict(
        f"The error of the mean falls as T to the power **{mean}**, that of the variance as T to "
        f"the power **{variance}**.",
        "A power of −1/2 means that four times as many passes halve the error.",
    )
    _figure(found)
    what = (f"{found['replicates']} runs for each T", f"{found['masks']:,} masks")
    provenance = None if shown.is_live or record is None else record.provenance
    kit.origin(provenance, *what)


def prepare_study() -> None:
    """Read the record and make the chart's specification."""
    record = _record()
    if record is not None:
        kit.prepare_figure("error", error_chart, *_domains(record.measurement.details))


@cache
def _record() -> Outcome | None:
    return recorded("C17")


def _figure(curves: dict[str, Any]) -> None:
    """Draw the curves that `study` returns, or reports while it runs."""
    passes = curves["passes"]
    start = curves["mean"]["errors"][0] * passes[0] ** 0.5
    errors = {
        **{name: curves[name]["errors"] for name in _MOMENTS},
        _LAW: [start * count**-0.5 for count in passes],
    }
    rows = [pd.DataFrame({"T": passes, "error": values, "of": of}) for of, values in errors.items()]
    kit.figure(
        "error",
        error_chart,
        *_domains(curves),
        data=pd.concat(rows, ignore_index=True),
        label="Error of mean and variance against the number of passes",
        table=pd.DataFrame({"T": passes, **errors}),
    )


def _domains(curves: dict[str, Any]) -> tuple[tuple[int, int], tuple[float, float]]:
    errors = [error for name in _MOMENTS for error in curves[name]["errors"]]
    return (curves["passes"][0], curves["passes"][-1]), kit.nice_domain(errors, log=True)


def error_chart(
    token: Mapping[str, str], passes: tuple[int, int], errors: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the chart of the errors on logarithmic axes."""
    colours = alt.Scale(domain=list(_COLOURS), range=[token[name] for name in _COLOURS.values()])
    x = alt.Scale(type="log", base=2, domain=list(passes), nice=False)
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_line(point=True)
        .encode(
            x=alt.X("T:Q", title="passes T", scale=x),
            y=alt.Y("error:Q", title="error", scale=alt.Scale(type="log", domain=list(errors))),
            color=alt.Color("of:N", title=None, scale=colours),
            strokeDash=alt.condition(alt.datum.of == _LAW, alt.value([4, 4]), alt.value([1, 0])),
            tooltip=["of:N", "T:Q", alt.Tooltip("error:Q", format=".4f")],
        )
        .properties(height=230)
    )
    return chart
