"""Train on randomised labels: one run in detail, then all recorded runs at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pyfrontiers.generalization import CONDITIONS, condition, early_stop, fit, fit_digits
from pyfrontiers.generalization.conditions import make_task
from pyfrontiers.generalization.fitting import EPOCHS
from pyfrontiers.generalization.network import WIDTH, FittingNet
from pyfrontiers.generalization.recorded_fits import WIDTHS, recorded_fits
from pyfrontiers.kernels import corrupt_labels
from streamlit_app import kit
from streamlit_app.labs.rethinking_generalization.charts import (
    accuracy_figures,
    loss_figures,
    prepare_figures,
)
from streamlit_app.labs.rethinking_generalization.overview import (
    overview,
    paper_tables,
    prepare_overview,
)
from streamlit_app.labs.rethinking_generalization.reading import run_as_json, show_reading

if TYPE_CHECKING:
    from pyfrontiers.generalization import Fit
    from pyfrontiers.generalization.metrics import Curves

controls = kit.Controls("rethinking-generalization")

_FIRST_SHARE, _FIRST_EPOCH = 50, 5
_BUTTON = "Train it here"
#: Condition, share, width and seed.
_Settings = tuple[str, float, int, int]


def draw() -> None:
    """Draw the experiment."""
    st.fragment(_run)()
    kit.subheading(
        "All shares at once",
        "Three seeds each, 40 epochs. Stopped early: at the epoch that held-out images choose. "
        "Last chart: a few weights suffice to learn true labels; random labels need many.",
    )
    overview()
    kit.subheading(
        "Compared with the paper", "Other images and a far smaller network show the same pattern."
    )
    paper_tables()
    st.html(
        '<p class="pf-note">To use your own images (one folder per class) or CIFAR-10: '
        "<code>pyfrontiers reproduce C5 --data FOLDER</code></p>"
    )


def prepare() -> None:
    """Read the record and make the charts' specifications."""
    prepare_overview()
    prepare_figures(EPOCHS)


def _run() -> None:
    slug, share, width, seed = settings = _settings()
    shown = kit.live(
        controls.key("fit"),
        fit_digits,
        {"condition": slug, "share": share, "width": width, "epochs": EPOCHS, "seed": seed},
        label=f"{condition(slug).title}, {100 * share:.0f} %",
        recorded=recorded_fit(settings),
        button=_BUTTON,
        draw=_so_far,
    )
    if shown is not None and shown.is_current:
        _result(shown.value, is_live=shown.is_live)


def _settings() -> _Settings:
    left, middle, right = st.columns([5, 8, 5], gap="medium", vertical_alignment="bottom")
    titles = {item.slug: item.title for item in CONDITIONS}
    slug = controls.choice("condition", "What is randomised", titles, shape="list", where=left)
    labels = slug == "labels"
    share = controls.slider(
        "share" if labels else f"share-{slug}",
        "Share of randomised labels, %",
        0,
        100,
        _FIRST_SHARE if labels else 0,
        10,
        where=middle,
        tip="Each training label is redrawn with this probability, uniformly from all ten classes.",
    )
    with right.popover("More settings", width="stretch"):
        width = controls.choice(
            "width",
            "Filters of the first layer",
            WIDTHS,
            WIDTH,
            shape="slider",
            tip="The network's capacity: 1 gives 384 weights, 32 gives 284 thousand.",
        )
        seed = controls.number("seed", "Seed", 0, 2**31, 0)
    return slug, share / 100, width, seed


def recorded_fit(settings: _Settings) -> Fit | None:
    """Return the recorded run with these settings, or ``None``."""
    return next(
        (
            one
            for one in recorded_fits()[0]
            if (one.condition, one.share, one.width, one.seed) == settings
        ),
        None,
    )


def _so_far(curves: Curves) -> None:
    accuracy_figures(curves, EPOCHS, None, name="so-far")


def _result(shown: Fit, *, is_live: bool) -> None:
    show_reading(shown, None if is_live else recorded_fits()[1])
    corrupt = shown.condition == "labels" and shown.share > 0
    stop = early_stop(shown.curves) if corrupt else None
    accuracy_figures(shown.curves, shown.epochs, stop, name="run")
    if shown.curves.clean_losses:
        _losses(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        kit.download(
            "Download this run",
            run_as_json(shown),
            f"random-labels-{shown.condition}-{round(100 * shown.share)}.json",
            mime="application/json",
        )
        kit.runs_on_badge(shown.device)


def _losses(shown: Fit) -> None:
    kit.subheading(
        "The loss of every training image",
        "Move the epoch: unchanged labels are fitted first, then the randomised ones one by one. "
        "Dashed: the loss of a uniform guess, ln 10. To its right the network disagrees with the "
        "label, and is often correct.",
    )
    last = len(shown.curves.train) - 1
    epoch = controls.slider("epoch", "Epoch", 0, last, min(_FIRST_EPOCH, last), 1)
    loss_figures(shown.curves, epoch)


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(fit, make_task, corrupt_labels, FittingNet, early_stop),
    guess=kit.Guess(
        "All labels are random. How many of them does the network learn?",
        (
            "a tenth, as many as chance",
            "about half",
            "all of them",
        ),
        right=2,
    ),
    question="If a network fits its training labels perfectly, has it learned anything?",
    found="Training accuracy reaches **100 %** for any labels, so it says nothing about "
    "generalisation; only unseen data do.",
    leads_to=("function-approximators",),
)
