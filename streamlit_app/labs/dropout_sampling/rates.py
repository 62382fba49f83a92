"""The drop rate that held-out digits choose, for masks of channels and of elements."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from pyfrontiers.digits.drop_rates import FOLDS, KINDS, PASSES
from pyfrontiers.digits.recorded_rates import best_rate, recorded_rates
from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.provenance import Provenance

__all__ = ["COMMAND", "prepare_rates", "show_rates", "study"]

COMMAND = "pyfrontiers record drop-rates"
_COLOURS = {"channel masks": "blue", "element masks": "orange"}
_WAYS = {"passes": f"mean of {PASSES} passes", "plain": "one pass without dropout"}
_TITLE = "Negative log-likelihood of held-out digits"


@cache
def study() -> tuple[dict[str, Any], Provenance]:
    """Return the recorded study and its provenance."""
    return recorded_rates()


def show_rates() -> None:
    """Show the held-out likelihood against the drop rate, and the rate that it chooses."""
    found, provenance = study()
    networks = found["networks"]
    kit.subheading(
        "Which units, and how many of them?",
        "Element dropout masks single pixels of a feature map, whose neighbours show nearly the "
        "same. Channel dropout masks whole filters. For each kind and rate, a network was trained "
        f"on three fifths of the digits; another fifth, held out, judges it ({FOLDS} folds).",
    )
    best = {kind: best_rate(found, kind) for kind in KINDS}
    alone = {kind: best_rate(found, kind, way="plain") for kind in KINDS}
    nll = {kind: networks[kind][best[kind]]["held_out"]["passes"] for kind in KINDS}
    spans = {kind: f"{low:.3f} to {high:.3f}" for kind, (_, low, high) in nll.items()}
    kit.verdict(
        f"Held-out digits choose **p = {best['channel']}** for channels and "
        f"**p = {best['element']}** for elements.",
        f"Their negative log-likelihoods are {nll['channel'][0]:.3f} nats ({spans['channel']}) and "
        f"{nll['element'][0]:.3f} ({spans['element']}). Without sampling, the best rates are "
        f"{alone['channel']} and {alone['element']}: there a rate is only the strength of a "
        "regulariser. With sampling it is also the width of the distribution over networks, and "
        "too high a rate makes their mean underconfident.",
    )
    rows = _rows(networks)
    kit.figure(
        "rates",
        rates_chart,
        *_domains(found),
        data=rows,
        label=f"{_TITLE} against the drop probability, for channel and element dropout",
        table=rows,
    )
    kit.origin(provenance, f"{found['digits']:,} digits", f"{PASSES} passes")
    kit.note(f"Run it yourself: {COMMAND}")


def prepare_rates() -> None:
    """Read the record and make the chart's specification."""
    kit.prepare_figure("rates", rates_chart, *_domains(study()[0]))


def _rows(networks: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"mask": f"{kind} masks", "p": float(rate), "prediction": title, "nll": nll, "low": low}
            | {"high": high}
            for kind in KINDS
            for rate, one in networks[kind].items()
            for way, title in _WAYS.items()
            for nll, low, high in [one["held_out"][way]]
        ]
    )


def _domains(found: dict[str, Any]) -> tuple[float, tuple[float, float]]:
    rows = _rows(found["networks"])
    return max(found["rates"]), kit.nice_domain([0.0, *rows["high"]])


def rates_chart(
    token: Mapping[str, str], most: float, nll: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the chart: a colour for each kind of mask, dashes for one pass without dropout."""
    kinds = alt.Scale(domain=list(_COLOURS), range=[token[name] for name in _COLOURS.values()])
    dashes = alt.Scale(domain=list(_WAYS.values()), range=[[1, 0], [5, 4]])
    y = alt.Scale(domain=list(nll), nice=False)
    base = alt.Chart().encode(
        x=alt.X("p:Q", title="drop probability p", scale=alt.Scale(domain=[0, most], nice=False)),
        color=alt.Color("mask:N", scale=kinds, title=None, legend=alt.Legend(symbolOpacity=1)),
        tooltip=["mask:N", "p:Q", "prediction:N"]
        + [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("nll", "low", "high")],
    )
    line = base.mark_line(point=True).encode(
        y=alt.Y("nll:Q", title="NLL in nats", scale=y),
        strokeDash=alt.StrokeDash("prediction:N", scale=dashes, title=None),
    )
    bars = base.mark_rule(opacity=0.6).encode(
        y=alt.Y("low:Q", title="NLL in nats", scale=y), y2="high:Q"
    )
    title = alt.Title(_TITLE, subtitle="bars: 95 % intervals over digits")
    return alt.layer(bars, line).properties(height=280, title=title)
