"""The experiment of the fourth tile: higher error for a group that is rare in the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from pyfrontiers.limitations import bias_study
from streamlit_app import kit
from streamlit_app.labs.limitations_summary.controls import controls
from streamlit_app.labs.limitations_summary.recorded_claims import details, origin

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["bias", "prepare_bias"]

_GROUPS = {"upright": "upright hands, common", "slanted": "slanted hands, rare"}
_REMEDIES = {"none": "trained as usual", "reweighted": "both groups weighted equally"}
#: Shares that can be trained here; those of the record are among them.
_SHARES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
_FIRST = 0.03


def bias() -> None:
    """Draw the experiment."""
    kit.subheading(
        "Who is rare in the data?",
        "Some writers slant their digits by 30 to 40 degrees. The network is trained on 1,442 "
        "digits, of which only a share is slanted, and tested on equal numbers of both kinds.",
    )
    share = controls.choice(
        "bias-share",
        "Share of slanted digits in the training data",
        {share: _share(share) for share in _SHARES},
        _FIRST,
        shape="slider",
    )
    recorded = [row for row in details("C13")["shares"] if row["share"] == share]
    shown = kit.live(
        controls.key("bias"),
        bias_study,
        {"shares": (share,), "seeds": 3, "steps": 250},
        label=f"Bias at {_share(share)}, three networks with and three without the remedy",
        recorded={"shares": recorded} if recorded else None,
        button="Train six networks here",
        durable=True,
    )
    if shown is not None and shown.is_current:
        _reading(shown.value["shares"][0])
        origin("C13", is_live=shown.is_live)
    kit.note(
        "In the real world: three commercial gender classifiers misclassified up to "
        f"{kit.percent(0.347, 1)} of darker-skinned women but at most {kit.percent(0.008, 1)} "
        "of lighter-skinned men (Buolamwini and Gebru, Gender Shades, 2018)."
    )


def prepare_bias() -> None:
    """Make the charts of the record."""
    for row in details("C13")["shares"]:
        kit.prepare_figure("groups", groups_chart, _top(_rows(row)))


def _reading(row: dict[str, Any]) -> None:
    before, after, less = row["none"], row["reweighted"], row["reduction"]
    lowered = f"lowers the gap by {_points(less)} points"
    if less["low"] <= 0:
        lowered = f"may not lower the gap: it falls by {_points(less)} points"
    kit.verdict(
        f"With {_share(row['share'])} of the data, **"
        f"{kit.percent(before['slanted']['value'], 1)}** of the slanted digits are misclassified, "
        f"compared with {kit.percent(before['upright']['value'], 1)} of the upright ones.",
        f"Weighting both groups equally {lowered}; the error of the upright ones becomes "
        f"{kit.percent(after['upright']['value'], 1)}.",
    )
    rows = _rows(row)
    kit.figure(
        "groups",
        groups_chart,
        _top(rows),
        data=rows,
        label="Error of each group with its 95 % interval, before and after reweighting",
    )


def _rows(row: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "remedy": words,
                "group": group,
                "error": row[remedy][name]["value"],
                "low": row[remedy][name]["low"],
                "high": row[remedy][name]["high"],
            }
            for remedy, words in _REMEDIES.items()
            for name, group in _GROUPS.items()
        ]
    )


def _top(rows: pd.DataFrame) -> float:
    return max(0.1, kit.nice_domain([0.0, float(rows["high"].max())])[1])


def _share(share: float) -> str:
    return f"{100 * share:.3g}\N{NO-BREAK SPACE}%"


def _points(part: dict[str, float]) -> str:
    low, high = 100 * part["low"], 100 * part["high"]
    return f"{100 * part['value']:.1f} [{low:.1f}, {high:.1f}]"


def groups_chart(token: Mapping[str, str], top: float) -> alt.TopLevelMixin:
    """Make the chart of each group's error with its interval, for each remedy."""
    groups, remedies = list(_GROUPS.values()), list(_REMEDIES.values())
    base = alt.Chart().encode(
        # An explicit domain: with a sort order alone, a row "undefined" shows until data arrive.
        y=alt.Y(
            "remedy:N",
            title=None,
            scale=alt.Scale(domain=remedies),
            axis=alt.Axis(grid=False, labelLimit=180),
        ),
        yOffset=alt.YOffset("group:N", scale=alt.Scale(domain=groups)),
    )
    bars = base.mark_bar(opacity=0.85).encode(
        x=alt.X(
            "error:Q",
            title="error",
            axis=alt.Axis(format="~%", grid=True),
            scale=alt.Scale(domain=[0, top], nice=False),
        ),
        color=alt.Color(
            "group:N",
            title=None,
            scale=alt.Scale(domain=groups, range=[token["blue"], token["vermillion"]]),
            legend=alt.Legend(columns=1, labelLimit=240),
        ),
        tooltip=[
            "group:N",
            "remedy:N",
            *(alt.Tooltip(f"{name}:Q", format=".1%") for name in ("error", "low", "high")),
        ],
    )
    whiskers = base.mark_rule(color=token["ink"], strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    return alt.layer(bars, whiskers).properties(height=170)
