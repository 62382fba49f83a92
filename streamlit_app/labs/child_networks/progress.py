"""The chart of a study's children in the order of their proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfrontiers.automl.digit_study import DigitStudy

__all__ = ["WINDOW", "drawn_series", "progress_chart", "progress_rows", "series_names"]

WINDOW = 20
"""Number of children in a mean."""
_POWER = 3  # stretches the axis towards 100 %
_TICKS = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 1]
_CHILD, _MEAN, _BEST = "each child", f"mean of the last {WINDOW}", "best so far"
#: Colour, dash, and the legend's symbol with its area; the last row is the other search's mean.
_STYLES = (
    ("blue", [1, 0], "circle", 34),
    ("orange", [1, 0], "stroke", 350),
    ("green", [7, 3], "stroke", 350),
    ("ink", [2, 3], "stroke", 350),
)


def series_names(other: str) -> tuple[str, ...]:
    """Return the names of what can be drawn; the last is the other search's mean."""
    return _CHILD, _MEAN, _BEST, f"{_MEAN}, {other}"


def drawn_series(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of what `progress_rows` holds, in the order of the legend."""
    return tuple(rows["series"].unique())


def progress_rows(study: DigitStudy, other: str, others: DigitStudy | None) -> pd.DataFrame:
    """Return each child, the means and the best so far; failed children have no rows.

    Args:
        study: the children.
        other: name of the search to compare with.
        others: its children; ``None`` if there are none.
    """
    names = series_names(other)
    accuracy = _accuracies(study)
    columns = {
        names[0]: accuracy,
        names[1]: _means(accuracy),
        names[2]: accuracy.cummax().ffill(),
    }
    if others is not None:
        columns[names[3]] = _means(_accuracies(others).iloc[: len(accuracy)])
    return pd.concat(
        [
            pd.DataFrame({"child": values.index, "accuracy": values, "series": name}).dropna()
            for name, values in columns.items()
        ],
        ignore_index=True,
    )


def _accuracies(study: DigitStudy) -> pd.Series[float]:
    values = [child.accuracy for child in study.children]
    return pd.Series(values, range(1, len(values) + 1), dtype=float)


def _means(accuracy: pd.Series[float]) -> pd.Series[float]:
    return accuracy.rolling(WINDOW, min_periods=WINDOW // 2).mean()


def progress_chart(
    token: Mapping[str, str], children: int, names: tuple[str, ...]
) -> alt.TopLevelMixin:
    """Make the chart: points for children, lines for the means and the best so far.

    Args:
        token: colours.
        children: upper end of the axis of children.
        names: of the series that are drawn; see `drawn_series`.
    """
    fixed = dict(zip((_CHILD, _MEAN, _BEST), _STYLES, strict=False))
    colours, dashes, shapes, sizes = zip(
        *(fixed.get(name, _STYLES[-1]) for name in names), strict=True
    )
    legend = alt.Legend(
        orient="bottom",
        title=None,
        columns=2,
        labelLimit=300,
        symbolOpacity=1,
        symbolStrokeWidth=2.5,
    )

    def scale(values: Sequence[Any]) -> alt.Scale:
        return alt.Scale(domain=list(names), range=list(values))

    stretched = alt.Scale(type="pow", exponent=_POWER, domain=[0, 1], nice=False)
    base = alt.Chart().encode(
        x=alt.X("child:Q", title="child", scale=alt.Scale(domain=[0, children], nice=False)),
        y=alt.Y(
            "accuracy:Q",
            title="reward, stretched towards 100 %",
            scale=stretched,
            axis=alt.Axis(values=_TICKS, tickCount=len(_TICKS), format="~%"),
        ),
        color=alt.Color(
            "series:N", scale=scale([token[colour] for colour in colours]), legend=legend
        ),
        tooltip=["series:N", "child:Q", alt.Tooltip("accuracy:Q", format=".1%")],
    )
    # Equal legends are drawn as one, with a point for children and strokes for lines.
    points = (
        base.transform_filter(alt.datum.series == _CHILD)
        .mark_point(filled=True, opacity=0.6)
        .encode(
            shape=alt.Shape("series:N", scale=scale(shapes), legend=legend),
            size=alt.Size("series:N", scale=scale(sizes), legend=legend),
        )
    )
    # The theme's round caps would fill the gaps, which the legend shows.
    lines = (
        base.transform_filter(alt.datum.series != _CHILD)
        .mark_line(strokeWidth=2.5, strokeCap="butt")
        .encode(strokeDash=alt.StrokeDash("series:N", scale=scale(dashes), legend=legend))
    )
    chart: alt.TopLevelMixin = alt.layer(points, lines).properties(height=320)
    return chart
