"""Parts of the kit: panels, named series, the next value, a record's finding, the time left."""

from __future__ import annotations

import re

import altair as alt
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.claims import recorded
from streamlit_app.kit import (
    ColourScale,
    Guess,
    Label,
    PanelPicture,
    Series,
    finding_of,
    panel_html,
    point_board,
    start_job,
)
from streamlit_app.kit.job import _times


def _steps() -> None:
    import streamlit as st

    from streamlit_app import kit

    controls = kit.Controls("function-approximators")
    scenes = (5, 7, 9)
    number = controls.choice("scene", "Scene", scenes, shape="slider")
    controls.next_button("scene", "Another", scenes, number)
    st.text(number)


def test_next_button_goes_through_a_choice_and_begins_again() -> None:
    app = AppTest.from_function(_steps, default_timeout=120).run()
    seen = [app.text[0].value]
    for _ in range(3):
        app.button(key="fa-next-scene").click().run()
        seen.append(app.text[0].value)
    assert seen == ["5", "7", "9", "5"]
    assert not dict(app.query_params)


def test_series_share_one_legend_and_name_a_layer_or_a_column() -> None:
    series = Series({"true": "ink", "found": "orange"}, {"found": (4, 4)})
    token = {"ink": "#000000", "orange": "#ff8800"}
    colour, dash = series.colour(token, "of").to_dict(), series.dash("of").to_dict()
    assert colour["field"] == dash["field"] == "of"
    assert colour["legend"] == dash["legend"]
    assert colour["scale"] == {"domain": ["true", "found"], "range": ["#000000", "#ff8800"]}
    assert dash["scale"]["range"] == [[1, 0], [4, 4]]
    layer = series.layer(alt.Chart().mark_line(), token, "found").to_dict()
    assert layer["transform"] == [{"calculate": '"found"', "as": "series"}]
    assert layer["encoding"]["color"]["scale"] == colour["scale"]
    with pytest.raises(KeyError, match="other"):
        series.layer(alt.Chart().mark_line(), token, "other")


def test_panel_escapes_labels_and_says_where_there_is_no_picture() -> None:
    pixels = np.zeros((2, 4, 3), np.uint8)
    labels = (Label("<b>", 0, 0), Label("2", 1, 3))
    scale = ColourScale(("#000000", "#ffffff"), ("0", "≥ 1/m"))
    html = panel_html(
        [
            PanelPicture("Map", "Of <i>", pixels, labels, scale),
            PanelPicture("Other", "", None, instead="There is none."),
        ]
    )
    assert 'alt="Map. Of &lt;i&gt;. Labels: &lt;b&gt;, 2."' in html
    assert "left: 12.5%; top: 25.0%" in html
    assert "linear-gradient(to right, #000000, #ffffff)" in html
    assert "<span>≥ 1/m</span>" in html
    assert html.count("<img") == 1
    assert "There is none." in html


def test_labels_at_the_edge_of_a_picture_are_moved_inside() -> None:
    pixels = np.zeros((64, 128, 3), np.uint8)
    labels = (Label("12 m", 0, 0), Label("3 m", 63, 127), Label("1 m", 32, 64))
    html = panel_html([PanelPicture("Map", "", pixels, labels)])
    places = [tuple(map(float, at)) for at in re.findall(r"left: ([\d.]+)%; top: ([\d.]+)%", html)]
    assert places == [(6.8, 5.0), (94.9, 95.0), (50.4, 50.8)]


def test_finding_is_the_sentence_of_the_record() -> None:
    outcome = recorded("C18")
    assert outcome is not None
    assert finding_of("C18")() == outcome.finding.sentence


def test_remaining_time_counts_down_at_the_pace_after_start_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit_app.kit.job.st.session_state", {})
    assert _times("fit", 0.0, 20.0) == "20.0 s"  # a slow start
    assert _times("fit", 0.1, 30.0) == "30.0 s"
    assert _times("fit", 0.2, 32.0) == "32.0 s, about 16 s left"
    assert _times("fit", 0.2, 35.0) == "35.0 s, about 13 s left"
    assert _times("fit", 0.9, 46.0) == "46.0 s, about 2 s left"
    # A last step that takes longer than the steps before it.
    assert _times("fit", 0.9, 55.0) == "55.0 s, longer than expected"
    # The next run begins anew.
    assert _times("fit", 0.1, 2.0) == "2.0 s"
    monkeypatch.setattr("streamlit_app.kit.job.submit", lambda *_, **__: None)
    start_job("fit", print, label="")
    assert _times("fit", 0.5, 60.0) == "60.0 s"


def test_guess_without_a_right_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="right must be a position in the 2 answers, got 2"):
        Guess("Which?", ("one", "two"), right=2)


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ([[1, 2], [3, 4.5]], [[(1.0, 2.0), (3.0, 4.5)]]),
        ([[1, 2]] * 9, [[(1.0, 2.0)] * 5]),
        ([], []),
        (None, []),
        ([[1]], []),
        ([[1, "x"]], []),
        ([[1, float("nan")]], []),
        ("none", []),
    ],
)
def test_board_passes_on_points_and_nothing_else(monkeypatch, sent, heard) -> None:
    told: list[list[tuple[float, ...]]] = []
    monkeypatch.setattr("streamlit_app.kit.board.st.session_state", {"board": {"points": sent}})
    monkeypatch.setattr(
        "streamlit_app.kit.board._board", lambda *, on_points_change, **_: on_points_change()
    )
    point_board("board", [], told.append, reach=(1, 1), most=5, revision="")
    assert told == heard
