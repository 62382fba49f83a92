"""The charts: depth along a row through the moved car, and recorded curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from streamlit_app import kit
from streamlit_app.labs.depth_uncertainty.controls import PER_KM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit_app.labs.depth_uncertainty.results import Street

__all__ = [
    "SCORES",
    "coverage_chart",
    "coverage_rows",
    "data_chart",
    "data_rows",
    "profile_chart",
    "profile_rows",
    "sigma_chart",
    "sparse_chart",
    "sparse_rows",
]

SCORES = {
    "oracle": "oracle",
    "sigma": "total σ",
    "epistemic": "epistemic σ",
    "image gradient": "image gradient",
}
"""Curves of the record, as a visitor reads them."""
DATA = {"error": "error", "aleatoric": "aleatoric σ", "epistemic": "epistemic σ"}
"""Measures of networks trained on more and more scenes, as a visitor reads them."""
_TRUE, _MEAN = "true", "predicted"
_BAND, _SIGMA, _ON_EDGES = "predicted, ± 2 σ", "σ", "σ on occlusion edges"
_IDEAL, _INSIDE = "as the intervals claim", "this network"
_TOP = 320
_DEPTHS = kit.Series({_TRUE: "ink", _BAND: "orange"})
_SIGMAS = kit.Series({_SIGMA: "orange", _ON_EDGES: "ink"}, symbol="circle")
_REJECTED = kit.Series(
    dict(zip(SCORES.values(), ("ink", "orange", "purple", "blue"), strict=True)),
    columns=2,
    title="rejected first by",
)
_LEVELS = kit.Series({_INSIDE: "orange", _IDEAL: "ink"}, {_IDEAL: (4, 4)})
_DATA = kit.Series(dict(zip(DATA.values(), ("ink", "blue", "purple"), strict=True)))


def profile_rows(found: Street) -> pd.DataFrame:
    """Return true and predicted inverse depth along the row, and the band of two sigma, in 1/km."""
    row, maps = found.row, found.maps
    true, mean, sigma = (
        (PER_KM * values[row]).tolist()
        for values in (found.scene.inverse_depth, maps.inverse_depth[0], maps.sigma[0])
    )
    edge = found.edges.mask[row].tolist()
    rows = pd.DataFrame(
        {"column": range(len(true)), _TRUE: true, _MEAN: mean, "sigma": sigma, "edge": edge}
    )
    rows["low"] = (rows[_MEAN] - 2 * rows["sigma"]).clip(0.0, _TOP)
    rows["high"] = (rows[_MEAN] + 2 * rows["sigma"]).clip(0.0, _TOP)
    rows["sigma on edges"] = rows["sigma"].where(rows["edge"])
    return rows.drop(columns="edge")


def profile_chart(token: Mapping[str, str], columns: int) -> alt.TopLevelMixin:
    """Make the lines of true and predicted inverse depth, with a band of two sigma."""
    x = alt.X(
        "column:Q",
        title="column of the picture",
        scale=alt.Scale(domain=[0, columns - 1], nice=False),
    )
    scale = alt.Scale(domain=[0, _TOP])
    band = _DEPTHS.layer(
        alt.Chart()
        .mark_area(opacity=0.25)
        .encode(x=x, y=alt.Y("low:Q", title="inverse depth, 1/km", scale=scale), y2="high:Q"),
        token,
        _BAND,
    )
    predicted, true = (
        _DEPTHS.layer(
            alt.Chart()
            .mark_line(strokeWidth=2)
            .encode(x=x, y=alt.Y(f"{column}:Q", title="inverse depth, 1/km", scale=scale)),
            token,
            series,
        )
        for column, series in ((_MEAN, _BAND), (_TRUE, _TRUE))
    )
    chart: alt.TopLevelMixin = alt.layer(band, predicted, true).properties(height=210)
    return chart


def sigma_chart(token: Mapping[str, str], columns: int) -> alt.TopLevelMixin:
    """Make the line of sigma, with dots on occlusion edges."""
    x = alt.X(
        "column:Q",
        title="column of the picture",
        scale=alt.Scale(domain=[0, columns - 1], nice=False),
    )
    scale = alt.Scale(domain=[0, 60], clamp=True)
    line = (
        alt.Chart()
        .mark_line(strokeWidth=2)
        .encode(x=x, y=alt.Y("sigma:Q", title="σ, 1/km", scale=scale))
    )
    points = (
        alt.Chart()
        .mark_point(filled=True, size=30, opacity=1)
        .encode(x=x, y=alt.Y("sigma on edges:Q", title="σ, 1/km", scale=scale))
    )
    chart: alt.TopLevelMixin = alt.layer(
        _SIGMAS.layer(line, token, _SIGMA), _SIGMAS.layer(points, token, _ON_EDGES)
    ).properties(height=150)
    return chart


def sparse_rows(details: Mapping[str, Any]) -> pd.DataFrame:
    """Return the curves of a record of C18: the error that is left, as a share of the mean."""
    return pd.DataFrame(
        [
            {"rejected": 1 - kept, "error left": error / curve[-1], "by": title}
            for name, title in SCORES.items()
            for curve in [details["curves"][name]]
            for kept, error in zip(details["kept"], curve, strict=True)
        ]
    )


def sparse_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the sparsification curves."""
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "rejected:Q",
                title="pixels rejected",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            y=alt.Y(
                "error left:Q",
                title="mean error of the rest",
                scale=alt.Scale(domain=[0, 1.2]),
                axis=alt.Axis(format="%"),
            ),
            color=_REJECTED.colour(token, "by"),
            tooltip=["by:N", alt.Tooltip("rejected:Q", format=".0%"), "error left:Q"],
        )
        .properties(height=240)
    )
    return chart


def coverage_rows(details: Mapping[str, Any]) -> pd.DataFrame:
    """Return the share of pixels inside each central interval of a record of C18."""
    rows = pd.DataFrame({"level": details["levels"], "inside": details["coverage"]})
    rows["ideal"] = rows["level"]
    return rows


def coverage_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the calibration curve, with the diagonal that it should follow."""
    x = alt.X(
        "level:Q",
        title="share that the interval claims",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%"),
    )
    percents, whole = alt.Axis(format="%"), alt.Scale(domain=[0, 1])
    ideal, inside = (
        _LEVELS.layer(
            alt.Chart()
            .mark_line(strokeWidth=2, point=dots)
            .encode(
                x=x,
                y=alt.Y(f"{column}:Q", title="pixels inside", scale=whole, axis=percents),
            ),
            token,
            series,
        )
        for column, series, dots in (
            ("ideal", _IDEAL, False),
            ("inside", _INSIDE, alt.OverlayMarkDef(size=30)),
        )
    )
    chart: alt.TopLevelMixin = alt.layer(ideal, inside).properties(height=240)
    return chart


def data_rows(found: Mapping[str, Any]) -> pd.DataFrame:
    """Return each recorded measure at each number of training scenes, in 1/km."""
    return pd.DataFrame(
        [
            {
                "scenes": run["scenes"],
                "mean": PER_KM * run[name]["value"],
                "low": PER_KM * run[name]["low"],
                "high": PER_KM * run[name]["high"],
                "of": title,
            }
            for name, title in DATA.items()
            for run in found["runs"]
        ]
    )


def data_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the lines of error and both uncertainties against the number of training scenes."""
    x = alt.X(
        "scenes:Q",
        title="training scenes",
        scale=alt.Scale(type="log", domain=[40, 2000], nice=False),
        axis=alt.Axis(values=[50, 100, 300, 1000, 1500], format=",d"),
    )
    scale = alt.Scale(domain=[0, 16])
    base = alt.Chart().encode(x=x, color=_DATA.colour(token, "of"))
    lines = base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=50, filled=True)).encode(
        y=alt.Y("mean:Q", title="mean over the pixels, 1/km", scale=scale)
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("low:Q", title="mean over the pixels, 1/km", scale=scale), y2="high:Q"
    )
    chart: alt.TopLevelMixin = alt.layer(lines, spans).properties(height=240)
    return chart
