"""Parts of the pages: search excerpts, code listings, charts and job panels."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.lecture.search import Hit
from streamlit_app.kit.code import _source
from streamlit_app.kit.text import percent, unbroken
from streamlit_app.views.search import marked
from streamlit_app.views.section.figure import _headed


def test_excerpt_marks_matches_and_escapes_html() -> None:
    hit = Hit("welcome", None, "a <b> dropout & noise", 1.0, "transcript", ((6, 13), (16, 21)))
    assert marked(hit) == "a &lt;b&gt; <mark>dropout</mark> &amp; <mark>noise</mark>"


def test_code_listing_shows_source_of_the_function() -> None:
    name, source = _source(marked)
    assert name == "streamlit_app.views.search.marked"
    assert source.startswith("def marked(hit: Hit) -> str:")
    assert source.endswith("escape(hit.excerpt[at:])")


def test_no_line_break_between_number_and_unit_or_spread() -> None:
    kept = unbroken("89.05 % of 3 images, 4.61 px, 2.85 ± 0.08 % and 5 pmf")
    assert kept == "89.05\xa0% of 3 images, 4.61\xa0px, 2.85\xa0±\xa00.08\xa0% and 5 pmf"
    assert percent(0.3349) == "33\xa0%"
    assert percent(0.2391, 1) == "23.9\xa0%"


def test_chart_title_is_moved_to_html() -> None:
    head, spec = _headed("small-change-large-effect", "light")
    assert "title" not in spec
    assert "<b>Many small changes add up</b>" in head
    assert "every input moved by 4/255</span>" in head


def _job_page() -> None:
    import statistics
    import timeit

    import streamlit as st

    from streamlit_app.kit import job_panel, start_job

    def mean(*numbers: float) -> None:
        start_job("job", statistics.mean, label="A mean", data=list(numbers))

    def wait() -> None:
        start_job(
            "job", timeit.timeit, label="A wait", stmt="__import__('time').sleep(60)", number=1
        )

    st.button("mean", key="mean", on_click=mean, args=(2.0, 4.0))
    st.button("mean of nothing", key="nothing", on_click=mean)
    st.button("wait", key="wait", on_click=wait)
    result = job_panel("job")
    if result is not None:
        st.html(f"<p>result {result}</p>")


def _run_until(app: AppTest, wanted: str) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        shown = " ".join(element.proto.body for element in app.get("html"))
        if wanted in shown:
            return shown
        time.sleep(0.05)
        app.run()
    pytest.fail(f"{wanted!r} was never shown")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(_job_page, default_timeout=120).run()


def test_panel_returns_and_keeps_the_result(app: AppTest) -> None:
    app.button(key="mean").click().run()
    _run_until(app, "result 3.0")
    app.run()
    assert "result 3.0" in app.get("html")[-1].proto.body


def test_panel_shows_error_of_failed_job(app: AppTest) -> None:
    app.button(key="nothing").click().run()
    shown = _run_until(app, "A mean: ")
    assert 'role="alert"' in _run_until(app, "pf-failed")
    assert "Traceback" not in shown
    assert not app.exception


def test_panel_cancels_job(app: AppTest) -> None:
    app.button(key="wait").click().run()
    app.button(key="cancel-job").click().run()
    _run_until(app, "A wait: cancelled.")
    assert "cancel-job" not in [button.key for button in app.button]


def test_starting_another_job_cancels_the_running_one(app: AppTest) -> None:
    app.button(key="wait").click().run()
    before = app.session_state["job-job"]
    app.button(key="mean").click().run()
    _run_until(app, "result 3.0")
    assert before.state == "cancelled"


def test_starting_an_equal_job_keeps_it_running(app: AppTest) -> None:
    app.button(key="wait").click().run()
    first = app.session_state["job-job"]
    app.button(key="wait").click().run()
    assert app.session_state["job-job"].state in {"queued", "running"}
    app.session_state["job-job"].cancel()
    assert first.done


def test_badge_names_cores_and_instruction_set() -> None:
    def script() -> None:
        from pyfrontiers.kernels import use_isa
        from streamlit_app.kit import runs_on_badge

        with use_isa("scalar"):
            runs_on_badge(link=False)

    shown = AppTest.from_function(script, default_timeout=120).run().get("html")[0].proto.body
    assert "CPU, " in shown
    assert "core" in shown
    assert "plain C++ kernels" in shown
