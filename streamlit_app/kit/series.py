"""Named series of a chart: colours, dashes, and the one legend that explains both."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Series"]


@dataclass(frozen=True)
class Series:
    """The series of a chart, in the order of the legend below it.

    Rows of data name their series in a column: ``colour(token, "task")``. A layer that draws the
    column of one series names it instead: ``layer(chart, token, "predicted")``.

    Attributes:
        colours: Colour token of each series.
        dashes: Dash pattern of each series; empty if all lines are solid.
        columns: Columns of the legend; ``None`` for one row.
        title: Title of the legend.
        symbol: What the legend draws, ``"stroke"`` for lines.
    """

    colours: Mapping[str, str]
    dashes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    columns: int | None = None
    title: str | None = None
    symbol: str = "stroke"

    def colour(self, token: Mapping[str, str], column: str) -> alt.Color:
        """Return the encoding of the colour.

        Args:
            token: The theme's colours.
            column: The column that names the series.
        """
        names = list(self.colours)
        scale = alt.Scale(domain=names, range=[token[colour] for colour in self.colours.values()])
        return alt.Color(f"{column}:N", scale=scale, legend=self._legend())

    def dash(self, column: str) -> alt.StrokeDash:
        """Return the encoding of the dash pattern; the column is that of :meth:`colour`."""
        patterns = [list(self.dashes.get(each, (1, 0))) for each in self.colours]
        scale = alt.Scale(domain=list(self.colours), range=patterns)
        return alt.StrokeDash(f"{column}:N", scale=scale, legend=self._legend())

    def layer(self, chart: alt.Chart, token: Mapping[str, str], name: str) -> alt.Chart:
        """Return a layer that draws one series, in its colour and with its dash.

        Args:
            chart: The layer.
            token: The theme's colours.
            name: The series.

        Raises:
            KeyError: There is no such series.
        """
        if name not in self.colours:
            raise KeyError(name)
        named: alt.Chart = chart.transform_calculate(series=json.dumps(name, ensure_ascii=False))
        drawn: alt.Chart = named.encode(color=self.colour(token, "series"))
        return drawn.encode(strokeDash=self.dash("series")) if self.dashes else drawn

    def _legend(self) -> alt.Legend:
        # Channels whose legends are equal share one.
        return alt.Legend(
            orient="bottom",
            title=self.title,
            symbolType=self.symbol,
            symbolSize=350 if self.symbol == "stroke" else 90,
            symbolOpacity=1,
            labelLimit=260,
            columns=alt.Undefined if self.columns is None else self.columns,
        )
