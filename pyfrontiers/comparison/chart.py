"""Charts of the kernels' bandwidth against tensor size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import altair as alt

from pyfrontiers.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["bandwidth_chart", "bandwidth_panel"]


def bandwidth_chart(
    points: Sequence[dict[str, Any]], colours: Sequence[str], *, columns: int = 4, width: int = 170
) -> alt.TopLevelMixin:
    """Plot each kernel's bandwidth relative to a copy against size, with one panel per kernel.

    Args:
        points: Measurements with the keys ``kernel``, ``elements``, ``threads`` and ``of_copy``.
        colours: Colours of one thread, of two threads, and of the reference line of the copy.
        columns: Panels per row.
        width: Width of a panel in pixels.

    """
    rows = _rows(points)
    names = list(dict.fromkeys(row["kernel"] for row in rows))
    panels = _layers(rows, colours).properties(width=width, height=110)
    header = alt.Header(labelAnchor="start")
    facet = alt.Facet("kernel:N", title=None, sort=names, header=header)
    return panels.facet(facet=facet, columns=columns)


def bandwidth_panel(
    points: Sequence[dict[str, Any]], colours: Sequence[str], *, height: int = 240
) -> alt.TopLevelMixin:
    """Plot the bandwidth of one or two kernels relative to a copy against size, in one panel.

    Args:
        points: As in :func:`bandwidth_chart`; two kernels are distinguished by their line dashes.
        colours: As in :func:`bandwidth_chart`.
        height: Height of the panel in pixels.

    """
    return _layers(_rows(points), colours, dashes=True).properties(height=height)


def _rows(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**point, "run on": counted(point["threads"], "thread")}
        for point in points
        if point["kernel"] != "copy"
    ]


def _layers(
    rows: list[dict[str, Any]], colours: Sequence[str], *, dashes: bool = False
) -> alt.LayerChart:
    one, two, level = colours
    names = list(dict.fromkeys(row["kernel"] for row in rows))
    x = alt.X(
        "elements:Q",
        title="elements",
        scale=alt.Scale(type="log", base=2, domain=[1 << 10, 1 << 26], nice=False),
        axis=alt.Axis(values=[1 << k for k in (10, 15, 20, 25)], labelExpr=_SIZE_LABEL),
    )
    y = alt.Y(
        "of_copy:Q",
        title="of a copy's bytes per second",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(values=[0.01, 0.1, 1, 10], labelExpr="format(datum.value, '~g') + '×'"),
    )
    lines = (
        alt.Chart()
        .mark_line(point=alt.OverlayMarkDef(size=22))
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "run on:N",
                title=None,
                scale=alt.Scale(range=[one, two]),
                legend=alt.Legend(columns=1 if dashes else 2),
            ),
            tooltip=[
                alt.Tooltip("kernel:N"),
                alt.Tooltip("elements:Q", format=","),
                alt.Tooltip("threads:Q"),
                alt.Tooltip("of_copy:Q", title="of a copy", format=".2f"),
                alt.Tooltip("gb_per_second:Q", title="GB/s", format=".2f"),
                alt.Tooltip("processor_ns:Q", title="processor, ns an element", format=".3f"),
            ],
        )
    )
    if dashes and len(names) > 1:
        legend = alt.Legend(columns=1, symbolType="stroke")
        scale = alt.Scale(domain=names, range=[[1, 0], [5, 3]])
        lines = lines.encode(
            strokeDash=alt.StrokeDash("kernel:N", title=None, scale=scale, legend=legend)
        )
    copy = alt.Chart().mark_rule(color=level, strokeDash=[2, 3]).encode(y=alt.datum(1.0))
    layers = alt.layer(copy, lines, data=alt.InlineData(values=rows))
    return cast("alt.LayerChart", layers)


_SIZE_LABEL = "datum.value >= 1048576 ? datum.value / 1048576 + ' Mi' : datum.value / 1024 + ' Ki'"
