"""The prediction of T passes, and the decomposition of its uncertainty."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from pyfrontiers.digits.exhibits import GROUPS, exhibit
from streamlit_app import kit
from streamlit_app.labs.dropout_sampling.results import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit_app.labs.dropout_sampling.results import Summary

__all__ = ["prepare_reading", "show_reading", "verdict"]

#: ln 10: the entropy of ten equally probable classes.
_MAX_ENTROPY = math.log(10)
_KINDS = {"total": "orange", "aleatoric": "muted", "epistemic": "blue"}
_MEASURES = ("predictive entropy", "expected entropy", "mutual information")


def show_reading(slug: str, result: Summary, count: int) -> None:
    """Show the prediction of `count` passes over an exhibit, and its uncertainty by kind."""
    left, right = st.columns(2, gap="large", vertical_alignment="center")
    with left:
        kit.verdict(*verdict(slug, result, count))
    nats = (result.entropy, result.expected_entropy, result.mutual_information)
    rows = pd.DataFrame({"kind": list(_KINDS), "measure": _MEASURES, "nats": nats})
    rows["text"] = [f"{value:.2f}" for value in nats]
    rows["most"] = _MAX_ENTROPY
    with right:
        kit.figure(
            "uncertainty",
            uncertainty_chart,
            data=rows,
            label="Total uncertainty and its aleatoric and epistemic parts, in nats; the maximum "
            f"is ln 10 = {_MAX_ENTROPY:.2f}",
            table=rows[["kind", "measure", "nats"]],
        )


def prepare_reading() -> None:
    """Make the chart's specification."""
    kit.prepare_figure("uncertainty", uncertainty_chart)


def verdict(slug: str, result: Summary, count: int) -> tuple[str, str]:
    """State what the passes predict, and what kind of uncertainty remains.

    Args:
        slug: The exhibit.
        result: Summary of its first `count` passes.
        count: Number of passes.

    Returns:
        The result line and its explanation.
    """
    best = int(result.mean.argmax())
    plain = int(result.plain.argmax())
    probability, spread = float(result.mean[best]), float(result.variance[best]) ** 0.5
    line = (
        f"{count} passes predict {CLASSES[best]} with probability "
        f"**{probability:.2f} ± {spread:.2f}**."
    )
    alone = (
        f"Without dropout the network predicts {CLASSES[plain]} with "
        f"{float(result.plain[plain]):.2f}."
    )
    return line, f"{alone} {_explained(slug, result)}"


def _explained(slug: str, result: Summary) -> str:
    if exhibit(slug).group == GROUPS[-1]:
        return (
            "The image is not a digit and lies outside the training data. The sampled networks "
            "never saw such images, so their average entropy does not measure noise in the image, "
            "and no part of this uncertainty is known to be irreducible."
        )
    if result.entropy < 0.15 * _MAX_ENTROPY:
        return (
            "Nearly all sampled networks agree. For images like the training data, such a "
            "prediction is usually right; for others, they can agree and be wrong."
        )
    share = result.mutual_information / result.entropy
    if share > 0.5:
        return (
            f"The sampled networks disagree: {kit.percent(share)} of the uncertainty is epistemic. "
            "It is uncertainty about the weights, and more training data like this image could "
            "reduce it."
        )
    return (
        f"The sampled networks agree that the image is ambiguous: {kit.percent(1 - share)} of the "
        "uncertainty is aleatoric. It is noise in the data, which neither more data nor other "
        "weights would remove."
    )


def uncertainty_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the bar chart of the three uncertainties, on a scale up to ln 10."""
    colours = alt.Scale(domain=list(_KINDS), range=[token[name] for name in _KINDS.values()])
    base = alt.Chart().encode(
        y=alt.Y("kind:N", sort=None, title=None, axis=alt.Axis(grid=False)),
        tooltip=["kind:N", "measure:N", alt.Tooltip("nats:Q", format=".3f")],
    )
    scale = alt.Scale(domain=[0, 1.15 * _MAX_ENTROPY], nice=False)
    x, most = (alt.X(field, scale=scale, axis=None) for field in ("nats:Q", "most:Q"))
    height = alt.RelativeBandSize(0.5)
    track = base.mark_bar(color=token["sunken"], height=height).encode(x=most)
    bars = base.mark_bar(height=height).encode(
        x=x, color=alt.Color("kind:N", scale=colours, legend=None)
    )
    text = base.mark_text(align="left", dx=4, fontWeight=600).encode(x=most, text="text:N")
    title = alt.Title(
        "Predictive entropy and its two parts",
        subtitle=f"in nats; the maximum is ln 10 = {_MAX_ENTROPY:.2f}",
    )
    return alt.layer(track, bars, text).properties(height=160, title=title)
