"""The laboratory's picture: data, fits and band on the whole axis, the training range shaded."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pyfrontiers.approximation import BAND, truth
from pyfrontiers.approximation.extrapolation import all_observations
from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import Mode, tokens_of

if TYPE_CHECKING:
    from pyfrontiers.approximation import Extrapolation

__all__ = ["fit_chart", "prepare_charts"]

_HEIGHT = 360
_TOP = 3.0
_COLOURS = {
    "seen data": "blue",
    "unseen data": "muted",
    "true curve": "ink",
    "five fits": "green",
    "95 % band of one": "orange",
}


def fit_chart(found: Extrapolation) -> None:
    """Draw an extrapolation."""
    x, means, sigma = np.array(found.x), np.array(found.means), np.array(found.sigma)
    known = all_observations()
    seen = (known.x >= found.low) & (known.x <= found.high)
    parts = [
        pd.DataFrame(
            {
                "x": x,
                "low": np.clip(means[0] - BAND * sigma, -_TOP, _TOP),
                "high": np.clip(means[0] + BAND * sigma, -_TOP, _TOP),
                "what": "95 % band of one",
            }
        ),
        # Every third point is drawn: all 900 would hide the curves.
        pd.DataFrame(
            {
                "x": known.x[::3],
                "y": known.y[::3],
                "what": np.where(seen, "seen data", "unseen data")[::3],
            }
        ),
        pd.DataFrame({"x": x, "y": truth(x), "what": "true curve"}),
        pd.DataFrame({"x": [found.low], "end": [found.high], "what": ["range"]}),
    ]
    parts += [
        pd.DataFrame({"x": x, "y": mean, "what": "five fits", "fit": number})
        for number, mean in enumerate(means)
    ]
    label = (
        f"Five fits to observations from {found.low:.2f} to {found.high:.2f}, drawn from -1 to 2: "
        f"error {np.median(found.error_inside):.2g} inside, {np.median(found.error_outside):.2g} "
        "outside"
    )
    st.vega_lite_chart(
        pd.concat(parts, ignore_index=True),
        _spec(visitor_mode()),
        theme=None,
        width="stretch",
        key="extrapolation-chart",
        alt=label,
    )


@lru_cache(maxsize=2)
def _spec(mode: Mode) -> dict[str, Any]:
    token = tokens_of(mode)
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

    shade = only("range").mark_rect(color=token["blue"], opacity=0.1).encode(x=x, x2="end:Q")
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
    return chart_spec(alt.layer(shade, band, data, true, fits).properties(height=_HEIGHT), mode)


def prepare_charts() -> None:
    """Make the specification for both themes."""
    _spec("light")
    _spec("dark")
