"""Move a car in front of another and watch where the depth becomes uncertain."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.claims import recorded
from pyfrontiers.depth import DepthNet, negative_log_likelihood, predict_depth, trained_depth
from pyfrontiers.depth.more_data import recorded_data_runs
from pyfrontiers.depth.overlap import find_overlap
from pyfrontiers.scenes import occlusion_edges
from streamlit_app import kit
from streamlit_app.labs.depth_uncertainty.charts import (
    coverage_chart,
    coverage_rows,
    data_chart,
    data_rows,
    profile_chart,
    profile_rows,
    sigma_chart,
    sparse_chart,
    sparse_rows,
)
from streamlit_app.labs.depth_uncertainty.controls import (
    FIRST,
    OWN,
    PER_KM,
    SCENES,
    STREET,
    controls,
)
from streamlit_app.labs.depth_uncertainty.own import own_photograph
from streamlit_app.labs.depth_uncertainty.panel import street_panel
from streamlit_app.labs.depth_uncertainty.results import Street, contour, street

_COLUMNS = 128
_PASSES = 20


def draw() -> None:
    """Draw the scene with its maps, and the recorded curves."""
    st.fragment(_experiment)()
    _sparsification()
    _more_data()
    kit.runs_on_badge()


def prepare() -> None:
    """Compute what a visitor sees first."""
    trained_depth()
    place = SCENES.index(FIRST)
    for number in SCENES[place : place + 2]:
        for share in (0.0, 1.0):
            street(number, share, 0.0, 0.0, _PASSES)
        contour(number)
    kit.prepare_figure("profile", profile_chart, _COLUMNS)
    kit.prepare_figure("sigma", sigma_chart, _COLUMNS)
    kit.prepare_figure("sparsification", sparse_chart)
    kit.prepare_figure("coverage", coverage_chart)
    kit.prepare_figure("data", data_chart)


def _experiment() -> None:
    left, right = st.columns([2, 1], gap="medium", vertical_alignment="bottom")
    kind = controls.choice(
        "source", "Picture", {STREET: "Drawn street", OWN: "Your photograph"}, where=left
    )
    passes = controls.slider("passes", "Passes T", 2, 100, _PASSES, 1, where=right)
    if kind == OWN:
        own_photograph(passes)
        return
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    places = {number: str(place) for place, number in enumerate(SCENES, start=1)}
    number = controls.choice("scene", "Scene", places, FIRST, shape="slider", where=left)
    controls.next_button("scene", "Another scene", SCENES, number, where=right)
    a, b, c = st.columns(3, gap="medium")
    share = controls.slider(
        "move",
        "Move the car in front of another, %",
        0,
        100,
        100,
        5,
        where=a,
        tip="0 %: its place in the scene. 100 %: it covers half of a car behind it.",
    )
    fog = controls.slider("fog", "Fog", 0.0, 1.0, 0.0, 0.1, where=b)
    night = controls.slider("night", "Night", 0.0, 1.0, 0.0, 0.1, where=c)
    found = street(number, share / 100, fog, night, passes)
    _say(found, number, share, fog, night, passes)
    street_panel(found)
    kit.subheading(
        "Across the car",
        f"Row {found.row} of the picture, with σ below it.",
    )
    rows = profile_rows(found)
    kit.figure(
        "profile",
        profile_chart,
        _COLUMNS,
        data=rows.drop(columns=["sigma on edges"]),
        label="True and predicted inverse depth along a row through the moved car",
    )
    kit.figure(
        "sigma",
        sigma_chart,
        _COLUMNS,
        data=rows[["column", "sigma", "sigma on edges"]],
        label="Sigma along the same row",
    )


def _say(found: Street, number: int, share: int, fog: float, night: float, passes: int) -> None:
    cars = found.mean_on(found.edges.between("car", "car"))
    road = found.mean_on(found.edges.between("car", "road"))
    if cars is None or road is None:
        ratio_line = "No car covers another here."
    else:
        ratio_line = (
            f"On all edges where a car covers a car, σ is {cars / road:.1f} times as large as "
            "where one stands against the road."
        )
    usual = street(number, share / 100, 0.0, 0.0, passes).maps.epistemic.mean()
    ratio = float(found.maps.epistemic.mean() / usual)
    weather = (
        f"In this weather, which the network has not seen, the passes disagree {ratio:.1f} times "
        "as much as on a clear day."
        if fog or night
        else "The network was trained on clear days only: try fog and night."
    )
    kit.verdict(_moved_line(found, number, share, fog, night, passes), f"{ratio_line} {weather}")


def _moved_line(
    found: Street, number: int, share: int, fog: float, night: float, passes: int
) -> str:
    """Compare sigma at the same pixels before the move and now: it follows the edge."""
    outline = contour(number)
    before = street(number, 0.0, fog, night, passes).mean_on(outline)
    now = found.mean_on(outline)
    if before is None or now is None:
        return "At 100 % the moved car hides the other one."
    place = "Where the moved car's outline ends up on the other car, σ"
    if share == 0:
        return f"{place} is **{PER_KM * before:.1f} /km** before the move."
    return (
        f"{place} is **{PER_KM * now:.1f} /km** at {share} % and was "
        f"**{PER_KM * before:.1f} /km** before the move."
    )


def _sparsification() -> None:
    outcome = recorded("C18")
    if outcome is None:
        return
    details = outcome.measurement.details
    kit.subheading(
        "Does σ know where the errors are?",
        f"Reject the most uncertain pixels first: the error of the rest should fall. Means over "
        f"{details['scenes']} scenes that the network has not seen. The oracle rejects the largest "
        "errors. Second chart: an interval of m ± k σ should hold the share of pixels "
        "that it claims.",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        kit.figure(
            "sparsification",
            sparse_chart,
            data=sparse_rows(details),
            label="Mean error of the remaining pixels against the share of pixels rejected",
        )
    with right:
        kit.figure(
            "coverage",
            coverage_chart,
            data=coverage_rows(details),
            label="Share of pixels inside the central interval against its nominal share",
        )
    kit.origin(outcome.provenance)


def _more_data() -> None:
    record = recorded_data_runs()
    if record is None:
        return
    found, provenance = record
    falls, runs = found["falls"], found["runs"]
    kit.subheading(
        "What more data removes",
        f"Networks trained for {found['steps']} steps on {runs[0]['scenes']} to "
        f"{runs[-1]['scenes']:,} scenes, tested on {found['tests']} others. Epistemic σ becomes "
        f"{falls['epistemic']['value']:.2f} times as large ({falls['epistemic']['low']:.2f} to "
        f"{falls['epistemic']['high']:.2f}), the error {falls['error']['value']:.2f} times. "
        "Aleatoric σ rises: a network that has memorised its few scenes underestimates the noise.",
    )
    kit.figure(
        "data",
        data_chart,
        data=data_rows(found),
        label="Mean error, aleatoric and epistemic sigma against the number of training scenes",
    )
    kit.origin(provenance)


LAB = kit.Lab(
    draw=draw,
    prepare=prepare,
    code=(DepthNet, negative_log_likelihood, predict_depth, find_overlap, occlusion_edges),
    guess=kit.Guess(
        "Where in a street is the depth most uncertain?",
        (
            "on dark surfaces",
            "along the outlines of near objects",
            "in the middle of the picture",
        ),
        right=1,
    ),
    question="Depth from one picture: where does the network not know, and does it say so?",
    found=kit.finding_of("C18"),
    leads_to=("multi-task-uncertainty",),
)
