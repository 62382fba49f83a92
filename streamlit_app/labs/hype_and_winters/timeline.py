"""The timeline chart: one lane per kind of event, winters as bands, the selected event marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from pyfrontiers.lecture.chronicle import EVENTS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLOURS", "timeline_chart", "timeline_table"]

#: Palette colour of each kind of event.
COLOURS = {
    "Claims": "blue",
    "Results": "green",
    "Criticism": "vermillion",
    "Funding": "orange",
    "Winters": "muted",
}
_YEARS = [1952, 2020]


def timeline_table(chosen: int) -> pd.DataFrame:
    """Tabulate the events for the chart.

    Args:
        chosen: Position of the marked event in `EVENTS`.
    """
    return pd.DataFrame(
        [
            {
                "start": event.year,
                "end": event.end or event.year,
                "when": f"{event.year} to {event.end}" if event.end else str(event.year),
                "kind": KINDS[event.kind],
                "title": event.title,
                "row": _row(place),
                "chosen": place == chosen,
            }
            for place, event in enumerate(EVENTS)
        ]
    )


def _row(place: int) -> float:
    """Return an offset of -1, 0 or 1 that separates events within three years in a lane."""
    event = EVENTS[place]
    before = [
        other
        for other in EVENTS[:place]
        if other.kind == event.kind and (other.end or other.year) + 3 > event.year
    ]
    return (0, 1, -1)[len(before) % 3]


def timeline_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of :func:`timeline_table`."""
    lanes = list(KINDS.values())
    x = alt.X(
        "start:Q",
        title="year",
        scale=alt.Scale(domain=_YEARS, nice=False),
        axis=alt.Axis(format="d", tickCount=8),
    )
    y = alt.Y(
        "kind:N",
        title=None,
        # The bands have no lane; without a domain Vega would add one named "undefined".
        scale=alt.Scale(domain=lanes),
        axis=alt.Axis(grid=False, labelFontSize=13),
    )
    offset = alt.YOffset("row:Q", scale=alt.Scale(domain=[-2, 2]))
    colours = [token[COLOURS[name]] for name in lanes]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=lanes, range=colours), legend=None)
    winters = alt.Chart().transform_filter(alt.datum.kind == KINDS["winter"])
    bands = winters.mark_rect(opacity=0.12, color=token["muted"]).encode(x=x, x2="end:Q")
    tips = ["when:N", "title:N"]
    base = alt.Chart().encode(x=x, y=y, yOffset=offset, tooltip=tips)
    spans = base.mark_rule(strokeWidth=5, strokeCap="round").encode(x2="end:Q", color=colour)
    points = base.mark_point(size=90, opacity=1).encode(color=colour)
    ring = (
        base.transform_filter(alt.datum.chosen)
        .mark_point(size=330, filled=False, strokeWidth=2.5, opacity=1)
        .encode(color=alt.value(token["ink"]))
    )
    return alt.layer(bands, spans, points, ring).properties(height=300)
