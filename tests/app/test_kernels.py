"""The kernels page: the recorded run and runnable examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import streamlit_app
from pyfrontiers.comparison import recorded, summary
from pyfrontiers.comparison.interleaving import Spread
from pyfrontiers.comparison.live import Compared, Comparison
from pyfrontiers.kernels.table import FUNCTIONS, KERNELS, Kernel
from streamlit_app.views.kernels.tables import circumstances, typeset

ROUTER = Path(streamlit_app.__file__).with_name("router.py")


def test_page_shows_every_target_of_the_record() -> None:
    def script() -> None:
        from streamlit_app.views.kernels import kernels_page

        kernels_page()

    app = AppTest.from_function(script, default_timeout=120).run()
    assert not app.exception
    page = "".join(element.proto.body for element in app.get("html"))
    rows = summary(recorded())
    assert page.count('<th scope="row">') == len(rows)
    for word, status in (("met", "pass"), ("missed", "fail")):
        assert page.count(f">{word}</td>") == sum(row.status == status for row in rows)
    assert page.count('class="pf-targets-why"') == sum(bool(row.why) for row in rows)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_every_example_runs_and_calls_its_kernel(kernel: Kernel) -> None:
    exec(kernel.listing, {})
    assert any(f"kernels.{function}(" in kernel.example for function in kernel.functions)


def test_recorded_cases_over_sizes_are_named_after_their_kernel() -> None:
    points = [point for result in recorded()["results"] for point in result.get("points", ())]
    named = {point["kernel"].partition(",")[0] for point in points}
    assert named - {"copy"} <= set(FUNCTIONS)


def test_comparison_reports_load_from_other_programs() -> None:
    row = Compared("dropout", "torch", 1.0, 2.0, Spread(2.0, 2.0, 2.0), 5)
    quiet, busy = (circumstances(Comparison((row,), 4096, 2, cores)) for cores in (0.1, 1.4))
    assert "Other programs" not in quiet
    assert "Other programs kept 1.4 cores busy" in busy


def test_ratios_and_units_are_typeset() -> None:
    shown = typeset("4 us per call, 8 x 8 x 16, 1.80x, 1,200x")
    assert shown == "4\N{NO-BREAK SPACE}µs per call, 8 × 8 × 16, 1.80×, 1,200×"
    assert typeset("dropout, x in us & max") == "dropout, x in us &amp; max"
