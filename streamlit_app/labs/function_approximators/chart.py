"""The chart of the data, the fits and the 95 % band, with the training range shaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from pyfrontiers.approximation import BAND, truth
from pyfrontiers.approximation.extrapolation import all_observations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.approximation import Extrapolation

__all__ = ["fit_chart", "fits_table", "rows_of"]

_HEIGHT = 360
_TOP = 3.0
_COLOURS = {
    "seen data": "blue",
    "unseen data": "muted",
    "true curve": "ink",
    "five fits": "green",
    "95 % band of one": "orange",
}


def rows_of(fit: Extrapolation) -> pd.DataFrame:
    """Tabulate everything in the chart; the column ``what`` names the part a row belongs to."""
    x, means, sigma = np.array(fit.x), np.array(fit.means), np.array(fit.sigma)
    known = all_observations()
    seen = (known.x >= fit.low) & (known.x <= fit.high)
    parts = [
        pd.DataFrame(
            {
                "x": x,
                "low": np.clip(means[0] - BAND * sigma, -_TOP, _TOP),
                "high": np.clip(means[0] + BAND * sigma, -_TOP, _TOP),
                "what": "95 % band of one",
            }
        ),
        # Draw every third point: all 900 would hide the curves.
        pd.DataFrame(
            {
                "x": known.x[::3],
                "y": known.y[::3],
                "what": np.where(seen, "seen data", "unseen data")[::3],
            }
        ),
        pd.DataFrame({"x": x, "y": truth(x), "what": "true curve"}),
        pd.DataFrame({"x": [fit.low], "end": [fit.high], "what": ["training range"]}),
    ]
    parts += [
        pd.DataFrame({"x": x, "y": mean, "what": "five fits", "fit": number})
        for number, mean in enumerate(means)
    ]
    return pd.concat(parts, ignore_index=True)


def fits_table(fit: Extrapolation) -> pd.DataFrame:
    """Tabulate the fits: x, the true curve, each mean, and the first fit's standard deviation."""
    columns = {"x": fit.x, "true curve": truth(np.array(fit.x))}
    columns |= {f"fit {number}": mean for number, mean in enumerate(fit.means, start=1)}
    return pd.DataFrame({**columns, "sigma of fit 1": fit.sigma})


def fit_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of :func:`rows_of`."""
    colours = alt.Scale(
        domain=list(_COLOURS), range=[token[colour] for colour in _COLOURS.values()]
    )
    colour = alt.Color(
        "what:N", title=None, scale=colours, legend=alt.Legend(columns=3, symbolOpacity=1)
    )
    x = alt.X("x:Q", title="x", scale=alt.Scale(domain=[-1, 2], nice=False))
    y = alt.Y("y:Q", title="y", scale=alt.Scale(domain=[-_TOP, _TOP]))

    def only(*names: str) -> Any:
        return alt.Chart().transform_filter(alt.FieldOneOfPredicate("what", list(names)))

    shade = only("training range").mark_rect(color=token["blue"], opacity=0.1)
    band = (
        only("95 % band of one")
        .mark_area(opacity=0.35)
        .encode(x=x, y=alt.Y("low:Q", title="y"), y2="high:Q", color=colour)
    )
    data = (
        only("seen data", "unseen data")
        .mark_point(size=12, opacity=0.6)
        .encode(x=x, y=y, color=colour)
    )
    fits = (
        only("five fits")
        .mark_line(clip=True, strokeWidth=1.8)
        .encode(x=x, y=y, color=colour, detail="fit:N")
    )
    true = (
        only("true curve")
        .mark_line(strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=x, y=y, color=colour)
    )
    return alt.layer(shade.encode(x=x, x2="end:Q"), band, data, true, fits).properties(
        height=_HEIGHT
    )
