"""The laboratory as it stands on the page: drag the training range, look beyond it."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pyfrontiers.approximation import Extrapolation, extrapolate, fit_likelihood, observe
from pyfrontiers.claims import recorded
from streamlit_app.kit import Lab, job_panel, runs_on_badge, start_job, text_beside
from streamlit_app.kit.link import page_link
from streamlit_app.labs.function_approximators.charts import fit_chart, prepare_charts

if TYPE_CHECKING:
    from pyfrontiers.claims import Outcome

_JOB = "extrapolation-fit"
_ASKED, _LAST = "extrapolation-asked", "extrapolation-last"
_ACTIVATIONS = {"tanh": "tanh", "relu": "ReLU", "sine": "sine"}
_NOISE = {True: "varies with x", False: "is constant"}
_BEYOND = {
    "relu": "ReLU networks go on as straight lines, each along the slope it happened to end with.",
    "tanh": "Tanh units level off, so the fit runs into a constant that no observation chose.",
    "sine": "Sine units go on oscillating, with frequencies that only had to agree inside.",
}

_Settings = tuple[float, float, str, bool]


def draw() -> None:
    """Draw the laboratory."""
    st.fragment(_laboratory)()
    _what_helps()


def prepare() -> None:
    """Read the record and make the chart's specification."""
    prepare_charts()
    _record()


def _laboratory() -> None:
    settings = _controls()
    panel = st.container()
    mine = st.session_state.get(_ASKED) == settings
    with panel:
        live: Extrapolation | None = job_panel(_JOB) if mine else None
    on_record = _recorded(settings)
    if live is not None:
        st.session_state[_LAST] = live
    # While a fit runs, the picture before it stays: nothing on the page jumps.
    shown = live or on_record or st.session_state.get(_LAST) or _recorded((0.0, 1.0, "tanh", True))
    if shown is None:
        return
    _reading(shown)
    fit_chart(shown)
    of_shown = (shown.low, shown.high, shown.activation, shown.varying)
    _origin(shown, from_record=shown is _recorded(of_shown))
    _download(shown)
    runs_on_badge()


def _controls() -> _Settings:
    low, high = st.slider(
        "Training range",
        -1.0,
        2.0,
        (0.0, 1.0),
        0.05,
        key="extrapolation-range",
        on_change=_refit,
        help="Observations in this range are fitted; all others are kept from the network.",
    )
    left, right = st.columns(2, gap="medium")
    activation = left.segmented_control(
        "Hidden units",
        list(_ACTIVATIONS),
        default="tanh",
        key="extrapolation-activation",
        format_func=_ACTIVATIONS.__getitem__,
        on_change=_refit,
    )
    varying = right.segmented_control(
        "The noise it may fit",
        list(_NOISE),
        default=True,
        key="extrapolation-noise",
        format_func=_NOISE.__getitem__,
        on_change=_refit,
    )
    return _settings(low, high, activation, varying)


def _settings(low: float, high: float, activation: str | None, varying: bool | None) -> _Settings:
    # The slider lets both ends meet; a fit needs a tenth of a unit between them.
    high = min(max(high, low + 0.1), 2.0)
    low = min(low, high - 0.1)
    chosen = activation or "tanh", True if varying is None else varying
    return round(low, 2), round(high, 2), *chosen


def _refit() -> None:
    """Fit anew as soon as a control has moved; a callback, so the values are the new ones."""
    state = st.session_state
    low, high = state["extrapolation-range"]
    settings = _settings(low, high, state["extrapolation-activation"], state["extrapolation-noise"])
    if _recorded(settings) is not None:
        return
    low, high, activation, varying = settings
    state[_ASKED] = settings
    start_job(
        _JOB,
        extrapolate,
        label=f"Five fits on {low:g} to {high:g}",
        durable=True,
        low=low,
        high=high,
        activation=activation,
        varying=varying,
    )


@lru_cache(maxsize=1)
def _record() -> tuple[dict[_Settings, Extrapolation], Outcome] | None:
    outcome = recorded("C6")
    if outcome is None:
        return None
    found = map(Extrapolation.from_json, outcome.measurement.details["pictures"])
    return {(one.low, one.high, one.activation, one.varying): one for one in found}, outcome


def _recorded(settings: _Settings) -> Extrapolation | None:
    record = _record()
    return None if record is None else record[0].get(settings)


def _reading(found: Extrapolation) -> None:
    inside, outside = np.median(found.error_inside), np.median(found.error_outside)
    held, missed = np.mean(found.covered_inside), np.mean(found.covered_outside)
    st.html(
        f'<p class="pf-verdict-line" role="status">Beside its data the fit errs '
        f"<strong>{outside / inside:.2g} times</strong> as much.</p>"
        f'<p class="pf-note">{_BEYOND[found.activation]}</p>'
    )
    rows = (
        ("Error inside", f"{inside:.3f}"),
        ("Error within ½ beyond", f"{outside:.2f}"),
        ("95 % band holds, inside", f"{100 * held:.0f}<small> %</small>"),
        ("95 % band holds, beyond", f"{100 * missed:.0f}<small> %</small>"),
    )
    parts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    st.html(f'<dl class="pf-measures">{parts}</dl>')


def _origin(found: Extrapolation, *, from_record: bool) -> None:
    record = _record()
    what = f"{found.seen} observations, five random starts, noise that {_NOISE[found.varying]}"
    if from_record and record is not None:
        outcome = record[1]
        text = f"Recorded: {what}; claim C6, {outcome.provenance}."
    else:
        text = f"Measured here in {found.seconds:.1f} s: {what}, {found.low:g} to {found.high:g}."
    st.html(f'<p class="pf-lab-origin">{escape(text)}</p>')


def _download(found: Extrapolation) -> None:
    rows = ["x,sigma," + ",".join(f"mean {k + 1}" for k in range(len(found.means)))]
    rows += [
        ",".join(map(str, row)) for row in zip(found.x, found.sigma, *found.means, strict=True)
    ]
    st.download_button(
        "Download the fits",
        "\n".join(rows),
        file_name=f"fit-{found.activation}.csv",
        mime="text/csv",
        key="extrapolation-download",
        on_click="ignore",
    )


def _what_helps() -> None:
    st.html(
        '<h3 class="pf-subheading">Could it know?</h3><p class="pf-note">The band is about the '
        "noise in the data and knows nothing of places without any. The five fits are about the "
        "weights: where they part, nothing was learned. Ensembles and dropout turn that into an "
        "uncertainty.</p>"
    )
    with st.container(key="begin", horizontal=True):
        slug = "probability-and-uncertainty"
        page_link(slug, label="10 Probability and uncertainty →")


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(observe, fit_likelihood, extrapolate),
    css=text_beside(__file__, "lab.css"),
)
