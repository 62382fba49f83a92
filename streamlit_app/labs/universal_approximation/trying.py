"""Let gradient descent try the same width, then leave the interval."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pyfrontiers.approximation import OPTIMISERS, TARGETS, Comparison, compare, median_of
from pyfrontiers.claims import recorded
from streamlit_app.kit import is_under_way, job_panel, runs_on_badge, start_job
from streamlit_app.labs.universal_approximation.charts import curves_chart, spread_chart

if TYPE_CHECKING:
    from pyfrontiers.approximation import Target
    from pyfrontiers.claims import Outcome

__all__ = ["recorded_comparison", "trying_part"]

_JOB = "approximation-contest"
_ASKED = "approximation-asked"
_WORDS = {"adam": "Adam", "momentum": "Momentum", "rmsprop": "RMSprop", "sgd": "Plain SGD"}
_SEEDS = 20

_Settings = tuple[object, int, str, int]


def trying_part(target: Target, count: int) -> None:
    """Show networks trained at the width of the one built by hand, inside and outside [0, 1]."""
    left, middle, right = st.columns([4, 4, 3], gap="medium", vertical_alignment="bottom")
    optimiser: str = left.selectbox(
        "Optimiser",
        list(OPTIMISERS),
        key="approximation-optimiser",
        format_func=_WORDS.__getitem__,
    )
    steps: int = middle.select_slider(
        "Steps", (200, 500, 1000, 2000, 5000), 2000, key="approximation-steps"
    )
    settings: _Settings = (target, count, optimiser, steps)
    right.button(
        "Train 20 networks",
        type="primary",
        width="stretch",
        key="approximation-train",
        on_click=_start,
        args=(target, count, optimiser, steps),
    )
    mine = st.session_state.get(_ASKED) == settings
    found: Comparison | None = job_panel(_JOB, draw=_so_far) if mine else None
    record = recorded_comparison(target, count, optimiser) if steps == 2000 else None
    result = found or (record[0] if record else None)
    if result is None:
        if not (mine and is_under_way(_JOB)):
            st.html(
                '<p class="pf-note">No run of these settings is on record; press the button to '
                "train them here, in some seconds.</p>"
            )
        return
    _inside(target, result)
    st.html(f'<p class="pf-lab-origin">{_origin(result, None if found else record)}</p>')
    _outside(target, result)
    runs_on_badge()


def _start(target: Target, count: int, optimiser: str, steps: int) -> None:
    st.session_state[_ASKED] = (target, count, optimiser, steps)
    start_job(
        _JOB,
        compare,
        label=f"{_SEEDS} networks of {count} units with {_WORDS[optimiser]}",
        durable=not target.is_from_visitor,
        target=target,
        width=count,
        seeds=_SEEDS,
        optimiser=optimiser,
        steps=steps,
    )


def _so_far(curve: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    target: Target = st.session_state[_ASKED][0]
    x = np.array(curve[0])
    curves = {"trained, five of them": np.array(curve[1]), "the function": target(x)}
    curves_chart(curves, x, key="approximation-so-far", label="The median network so far")


@lru_cache(maxsize=1)
def _record() -> tuple[dict[tuple[str, int, str], Comparison], Outcome] | None:
    outcome = recorded("C3")
    if outcome is None:
        return None
    found = map(Comparison.from_json, outcome.measurement.details["contests"])
    return {(one.target, one.width, one.optimiser): one for one in found}, outcome


def recorded_comparison(
    target: Target, count: int, optimiser: str
) -> tuple[Comparison, Outcome] | None:
    """Return the recorded result for a target, a width and an optimiser, or None."""
    record = _record()
    if record is None or TARGETS.get(target.name) != target:
        return None
    result = record[0].get((target.name, count, optimiser))
    return None if result is None else (result, record[1])


def _inside(target: Target, result: Comparison) -> None:
    median, best = float(np.median(result.trained)), min(result.trained)
    ratio = median / result.constructed if result.constructed > 1e-7 else np.inf
    if ratio > 1:
        times = f"{ratio:.2g} times" if np.isfinite(ratio) else "without bound"
        line = f"Training errs more: {median:.2g} in the median, {times} the network built by hand."
    else:
        line = f"Training wins: {median:.2g} in the median, against {result.constructed:.2g}."
    st.html(f'<p class="pf-verdict-line" role="status">{line}</p>')
    x = np.array(result.x)
    within = (x >= 0) & (x <= 1)
    curves: dict[str, Any] = {
        "trained, five of them": np.array(result.curves)[:, within],
        "the function": target(x[within]),
    }
    picture, spread = st.columns([7, 5], gap="large", vertical_alignment="center")
    with picture:
        label = f"Best, quartiles and worst of {len(result.trained)} trained networks on [0, 1]"
        curves_chart(curves, x[within], key="approximation-trained", label=label)
    with spread:
        spread_chart(result.trained, result.constructed, key="approximation-spread")
        st.html(
            f'<p class="pf-note">Each mark is a network of {result.width} ReLU units; the best of '
            f"{len(result.trained)} starts reaches {best:.2g}. By hand: {result.width} ReLU "
            "knots.</p>"
        )


def _origin(result: Comparison, record: tuple[Comparison, Outcome] | None) -> str:
    if record is None:
        return f"Measured here just now in {result.seconds:.1f} s."
    outcome = record[1]
    return escape(f"Recorded: claim C3, {outcome.provenance}, trained in {result.seconds:.1f} s.")


def _outside(target: Target, result: Comparison) -> None:
    st.html(
        '<h3 class="pf-subheading">6 · Leave the interval</h3><p class="pf-note">The same networks '
        "on both sides of the shaded interval that they were fitted on. The theorem is silent "
        "there.</p>"
    )
    x = np.array(result.x)
    curves: dict[str, Any] = {"trained, five of them": np.array(result.curves)}
    if target.extends_outside:
        with np.errstate(all="ignore"):
            curves["the function"] = target(x)
    if result.ratios:
        ratio = median_of(result.ratios)
        st.html(
            f'<p class="pf-verdict-line">On [1, 2] the error is <strong>{ratio.value:.2g} times'
            "</strong> that on [0, 1].</p>"
            f'<p class="pf-note">Median of {len(result.ratios)} networks, 95 % interval '
            f"{ratio.low:.2g} to {ratio.high:.2g}; largest error {np.median(result.outside):.2g} "
            "outside.</p>"
        )
    else:
        st.html('<p class="pf-note">Your curve ends at the interval; the networks go on.</p>')
    label = "Five trained networks from x = -1 to 2, with the interval [0, 1] shaded"
    curves_chart(curves, x, key="approximation-outside", label=label)
    rows = ["x," + ",".join(f"trained {k + 1}" for k in range(len(result.curves)))]
    rows += [",".join(map(str, row)) for row in zip(result.x, *result.curves, strict=True)]
    st.download_button(
        "Download the curves",
        "\n".join(rows),
        file_name=f"{result.target}-{result.width}-{result.optimiser}.csv",
        mime="text/csv",
        key="approximation-download",
        on_click="ignore",
    )
