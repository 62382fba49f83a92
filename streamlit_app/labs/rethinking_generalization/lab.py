"""The laboratory as it stands on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.generalization import CONDITIONS, condition, early_stop, fit, fit_digits
from pyfrontiers.generalization.conditions import make_task
from pyfrontiers.generalization.fitting import EPOCHS
from pyfrontiers.generalization.network import WIDTH, FittingNet
from pyfrontiers.generalization.recorded_fits import WIDTHS, recorded_fits
from pyfrontiers.kernels import corrupt_labels
from streamlit_app.kit import Lab, job_panel, runs_on_badge, start_job, text_beside
from streamlit_app.labs.rethinking_generalization.charts import (
    accuracy_charts,
    loss_charts,
    prepare_charts,
)
from streamlit_app.labs.rethinking_generalization.overview import (
    overview,
    paper_table,
    prepare_overview,
)
from streamlit_app.labs.rethinking_generalization.reading import run_as_json, show_reading

if TYPE_CHECKING:
    from pyfrontiers.generalization import Fit
    from pyfrontiers.generalization.metrics import Curves

_JOB = "random-labels"
_FIRST_SHARE, _FIRST_EPOCH = 50, 5
#: Condition, share, width and seed.
_Settings = tuple[str, float, int, int]


def draw() -> None:
    """Draw the laboratory: one run to look into, then all recorded runs at a glance."""
    st.fragment(_run)()
    _subheading(
        "All shares at once",
        "Three seeds each, 40 epochs. Orange: the accuracy where early stopping would have ended. "
        "Last chart: sense is learned with few weights, noise takes many.",
    )
    overview()
    _subheading(
        "Beside the paper",
        "Other images and a far smaller network, and the same pattern.",
    )
    paper_table()
    st.html(
        '<p class="pf-note">On images of your own (one folder a class) or CIFAR-10 for Python: '
        "<code>pyfrontiers reproduce C5 --data FOLDER</code></p>"
    )


def prepare() -> None:
    """Read the record and make the charts' specifications, so that no visitor waits for them."""
    prepare_overview()
    prepare_charts(EPOCHS)


def _run() -> None:
    settings = _controls()
    with st.container():
        found: Fit | None = job_panel(_JOB, draw=_so_far)
    mine = found is not None and _settings_of(found) == settings
    shown = found if mine else _recorded(settings)
    if shown is None:
        st.html(
            '<p class="pf-note">There is no recorded run with these settings; press Train it here '
            "(about ten seconds).</p>"
        )
        return
    show_reading(shown, None if mine else recorded_fits()[1])
    corrupt = shown.condition == "labels" and shown.share > 0
    accuracy_charts(
        shown.curves, shown.epochs, early_stop(shown.curves) if corrupt else None, key="run"
    )
    if shown.curves.clean_losses:
        _losses(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download this run",
            run_as_json(shown),
            file_name=f"random-labels-{shown.condition}-{round(100 * shown.share)}.json",
            mime="application/json",
            key="download-run",
            on_click="ignore",
        )
        runs_on_badge(shown.device)


def _controls() -> _Settings:
    left, middle, right = st.columns([5, 8, 5], gap="medium", vertical_alignment="bottom")
    slug: str = left.selectbox(
        "What is made random",
        [item.slug for item in CONDITIONS],
        format_func=lambda name: condition(name).title,
        key="gen-condition",
    )
    share = middle.slider(
        "Share of labels thrown, %",
        0,
        100,
        _FIRST_SHARE if slug == "labels" else 0,
        10,
        key=f"gen-share-{slug}",
        help="Each training label is thrown anew with this probability, by a die with ten sides.",
    )
    with right.popover("More settings", width="stretch"):
        width: int = st.select_slider(
            "Filters of the first layer",
            WIDTHS,
            WIDTH,
            key="gen-width",
            help="The network's capacity: 1 is 384 weights, 32 is 284 thousand.",
        )
        seed = st.number_input("Seed", 0, 2**31, 0, key="gen-seed")
    settings = (slug, share / 100, width, int(seed))
    st.button(
        "Train it here",
        key="gen-start",
        type="primary",
        on_click=_start,
        args=(settings,),
    )
    return settings


def _start(settings: _Settings) -> None:
    slug, share, width, seed = settings
    start_job(
        _JOB,
        fit_digits,
        label=f"{condition(slug).title}, {100 * share:.0f} %",
        condition=slug,
        share=share,
        width=width,
        epochs=EPOCHS,
        seed=seed,
    )


def _settings_of(found: Fit) -> _Settings:
    return (found.condition, found.share, found.width, found.seed)


def _recorded(settings: _Settings) -> Fit | None:
    return next((f for f in recorded_fits()[0] if _settings_of(f) == settings), None)


def _so_far(curves: Curves) -> None:
    accuracy_charts(curves, EPOCHS, None, key="so-far")


def _losses(shown: Fit) -> None:
    _subheading(
        "The loss of every training image",
        "Move the epoch: the labels left alone are learned first, the thrown ones follow one by "
        "one. Dashed: the loss of not knowing, ln 10. To the right of it the network contradicts "
        "its label, and is often right to.",
    )
    last = len(shown.curves.train) - 1
    epoch = st.slider("Epoch", 0, last, min(_FIRST_EPOCH, last), key=f"gen-epoch-{last}")
    loss_charts(shown.curves, epoch, key="spread")


def _subheading(text: str, note: str) -> None:
    st.html(f'<h3 class="pf-subheading">{text}</h3><p class="pf-note">{note}</p>')


LAB = Lab(
    draw=draw,
    prepare=prepare,
    code=(fit, make_task, corrupt_labels, FittingNet, early_stop),
    css=text_beside(__file__, "lab.css"),
)
