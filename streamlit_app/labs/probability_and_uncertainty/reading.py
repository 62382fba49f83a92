"""What a head says about a picture: bars, samples, and its place among other photographs."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.claims import recorded
from streamlit_app import kit
from streamlit_app.labs.probability_and_uncertainty.charts import (
    bar_chart,
    cloud_chart,
    cloud_rows,
    standing_chart,
    standing_rows,
)
from streamlit_app.labs.probability_and_uncertainty.controls import DRAWS

if TYPE_CHECKING:
    import pandas as pd

    from pyfrontiers.claims import Outcome
    from pyfrontiers.uncertainty.head import Doubt

__all__ = [
    "prepare_reading",
    "record",
    "separation_table",
    "show_answer",
    "show_measures",
    "show_standing",
]

_MI, _SURE = "mutual information", "maximum probability"
#: A measure -> title, axis and ends of its histogram.
_STANDINGS = {
    _MI: ("Mutual information", "nats", (0.0, 0.7)),
    _SURE: ("Maximum probability", "largest mean probability", (0.5, 1.0)),
}
_TOPS = (0.25, 0.5, 1.0)


@cache
def record() -> Outcome | None:
    """Read the record of claim C15."""
    return recorded("C15")


def show_answer(
    found: Doubt, names: tuple[str, str], title: str, *, name: str, method: str
) -> None:
    """Show the bars, the verdict and the samples of one picture.

    Args:
        found: what the head says about one picture.
        names: the classes.
        title: the picture.
        name: part of the figures' names, unique on the page.
        method: what the samples come from.
    """
    shares = [float(value) for value in found.probabilities[0]]
    samples = found.samples[:, 0, 0].double().numpy()
    bars = _bar_rows(names, shares)
    kit.figure(
        f"{name}-bars",
        bar_chart,
        names,
        "Two probabilities that sum to one",
        data=bars,
        label=f"{title}: {names[0]} {kit.percent(shares[0])}, {names[1]} {kit.percent(shares[1])}",
    )
    rows = cloud_rows(samples)
    kit.figure(
        f"{name}-cloud",
        cloud_chart,
        names[0],
        DRAWS[method],
        next(top for top in _TOPS if top >= rows["share"].max() - 1e-9),
        data=rows,
        label=f"Probability of {names[0]}: {DRAWS[method]}",
    )


def verdict(found: Doubt, names: tuple[str, str]) -> str:
    """Say in two sentences what the bars and the samples show."""
    shares = found.probabilities[0]
    best = int(shares.argmax())
    apart = float(found.mutual_information[0])
    said = f"It says **{names[best]}** with probability **{kit.percent(float(shares[best]))}**."
    if len(found.samples) == 1:
        return f"{said} It is one network, so nothing shows how much it knows."
    return (
        f"{said} Its samples disagree by **{apart:.2f}** of at most {math.log(2):.2f} nats of "
        "mutual information."
    )


def show_measures(found: Doubt) -> None:
    """Show the four measures of doubt of one picture."""
    shown = {name: float(values[0]) for name, values in found.measures.items()}
    one = len(found.samples) == 1  # one network cannot disagree with itself
    kit.measures(
        ("Maximum probability", kit.percent(1 - shown[_SURE])),
        ("Entropy", f"{shown['entropy']:.2f}", "nats"),
        ("Energy", f"{shown['energy']:.2f}".replace("-", "−"), "nats"),
        ("Mutual information", "–") if one else ("Mutual information", f"{shown[_MI]:.2f}", "nats"),
    )
    kit.note(
        "Energy is −log Σ exp of the mean scores before softmax: the higher, the less either class "
        f"fits. Entropy and mutual information are at most log 2 = {math.log(2):.2f} nats."
    )


def show_standing(found: Doubt, task: str, method: str) -> None:
    """Show where the picture stands among known things and strangers."""
    outcome = record()
    scores = None if outcome is None else outcome.measurement.details["tasks"][task]["scores"]
    if outcome is None or scores is None or method not in scores:
        kit.note("There is no record of this method.")
        return
    for column, measure in zip(st.columns(2, gap="large"), _STANDINGS, strict=True):
        known, strangers = (scores[method][measure][kind] for kind in ("known", "strangers"))
        this = float(found.measures[measure][0])
        if measure == _SURE:
            known, strangers, this = ([1 - v for v in known], [1 - v for v in strangers], 1 - this)
        title, unit, ends = _STANDINGS[measure]
        rows = standing_rows(known, strangers, this, ends)
        with column:
            kit.figure(
                f"standing-{measure.replace(' ', '-')}",
                standing_chart,
                title,
                unit,
                ends,
                _top(rows),
                data=rows,
                label=f"{title} of {len(known)} photographs of known things and "
                f"{len(strangers)} of strangers; this picture has {this:.2f}",
            )
    kit.origin(outcome.provenance, f"claim C15, {outcome.profile} run")


def separation_table(titles: dict[str, str]) -> None:
    """Tabulate how well each measure of each method tells strangers from known things."""
    outcome = record()
    if outcome is None:
        return
    tasks: dict[str, Any] = outcome.measurement.details["tasks"]
    for task, caption in (
        ("animals", "AUROC, bird or hoofed animal: 13 photographs, each left out in turn"),
        ("pets", "AUROC, dog or cat: other crops of the three taught photographs"),
    ):
        kept: dict[str, dict[str, list[float]]] = tasks[task]["auroc"]
        measures = list(next(iter(kept.values())))
        kit.table(
            ["", *(measure.capitalize() for measure in measures)],
            [
                [titles[method], *(_cell(found[measure], measure, method) for measure in measures)]
                for method, found in kept.items()
            ],
            caption=f"{caption}; 95 % interval in brackets",
        )
    scores = tasks["pets"]["scores"]
    means = {
        method: sum(scores[method][_MI]["strangers"]) / len(tasks["pets"]["strangers"])
        for method in scores
        if method != "imagenet"
    }
    kit.note(
        "The heads rank pictures in a similar order, but not all of them show how little they "
        "know. Mean mutual information of strangers to dog or cat: "
        + ", ".join(f"{titles[method]} **{mean:.3f}**" for method, mean in means.items())
        + " nats."
    )


def prepare_reading(names: tuple[tuple[str, str], ...]) -> None:
    """Make the specifications of the figures that a visitor sees first."""
    record()
    for pair in names:
        kit.prepare_figure("picture-bars", bar_chart, pair, "Two probabilities that sum to one")
        for top in _TOPS:
            kit.prepare_figure("picture-cloud", cloud_chart, pair[0], DRAWS["laplace"], top)


def _bar_rows(names: tuple[str, str], shares: list[float]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"class": list(names), "probability": shares})


def _top(rows: pd.DataFrame) -> float:
    tallest = rows.groupby("low")["count"].sum().max()
    return kit.nice_domain([0.0, float(max(tallest, 4))])[1]


def _cell(ends: list[float], measure: str, method: str) -> str:
    # One network cannot disagree with itself.
    if method == "imagenet" and measure == _MI:
        return "–"
    value, low, high = ends
    return f"{value:.2f} ({low:.2f} to {high:.2f})"
