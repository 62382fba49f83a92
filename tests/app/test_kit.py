"""The kit: controls in the address, axis domains, alternative texts, live runs and records."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.lecture import SECTIONS
from streamlit_app.kit import nice_domain, prepare_figure
from streamlit_app.kit.description import describe
from streamlit_app.kit.state import initials
from streamlit_app.kit.text import _cell, rich, scientific

if TYPE_CHECKING:
    from collections.abc import Mapping


def _controls() -> None:
    import streamlit as st

    from streamlit_app import kit

    controls = kit.Controls("function-approximators")
    ends = controls.span("range", "Range", -1.0, 2.0, (0.0, 1.0), 0.05)
    whole = controls.slider("n", "N", 1, 10, 3, 2)
    part = controls.slider("p", "p", 0.0, 1.0, 0.5, 0.1)
    units = controls.choice("units", "Units", {"tanh": "tanh", "relu": "ReLU"})
    width = controls.choice("width", "Width", (2, 4, 8), 4, shape="slider")
    image = controls.hidden("image", ("cat", "dog"))
    seed = controls.number("seed", "Seed", 0, 2**31, 0)
    more = controls.toggle("more", "More")
    st.button("Dog", on_click=controls.set, args=("image", "dog"))
    st.text(repr((ends, whole, part, units, width, image, seed, more)))


def _opened(query: Mapping[str, str | list[str]]) -> AppTest:
    app = AppTest.from_function(_controls, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


DEFAULTS = ((0.0, 1.0), 3, 0.5, "tanh", 4, "cat", 0, False)


@pytest.mark.parametrize(
    ("query", "place", "value"),
    [
        ({"fa-range": ["0.2", "0.9"]}, 0, (0.2, 0.9)),
        ({"fa-range": ["0.9", "0.2"]}, 0, (0.2, 0.9)),
        ({"fa-range": ["0.21", "0.88"]}, 0, (0.2, 0.9)),
        ({"fa-n": "7"}, 1, 7),
        ({"fa-n": "6"}, 1, 5),
        ({"fa-p": "0.3"}, 2, 0.3),
        ({"fa-units": "ReLU"}, 3, "relu"),
        ({"fa-width": "8"}, 4, 8),
        ({"fa-image": "dog"}, 5, "dog"),
        ({"fa-seed": "77"}, 6, 77),
        ({"fa-more": "true"}, 7, True),
    ],
)
def test_control_takes_its_value_from_the_address(
    query: dict[str, Any], place: int, value: object
) -> None:
    wanted = (*DEFAULTS[:place], value, *DEFAULTS[place + 1 :])
    assert _opened(query).text[0].value == repr(wanted)


@pytest.mark.parametrize("bad", ["", "nan", "-inf", "1e999", "-7", "9" * 300, "<b>", "0; drop"])
def test_invalid_values_in_the_address_give_the_defaults(bad: str) -> None:
    names = ("range", "n", "p", "units", "width", "image", "seed", "more")
    opened = _opened({f"fa-{name}": bad for name in names})
    assert opened.text[0].value == repr(DEFAULTS)


def test_button_sets_hidden_choice() -> None:
    app = _opened({"fa-n": "9"})
    app.button[0].click().run()
    assert app.text[0].value == repr((DEFAULTS[0], 9, *DEFAULTS[2:5], "dog", *DEFAULTS[6:]))
    assert dict(app.query_params) == {"fa-n": "9", "fa-image": "dog"}


def test_initials_of_sections_are_unique() -> None:
    assert len({initials(item.slug) for item in SECTIONS}) == len(SECTIONS)


def test_default_must_be_one_of_the_options() -> None:
    from streamlit_app.kit import Controls

    with pytest.raises(ValueError, match=r"default must be one of \[1, 2\], got 3"):
        Controls("welcome").choice("n", "N", (1, 2), 3)


@pytest.mark.parametrize(
    ("values", "log", "domain"),
    [
        ((0.013, 0.94), False, (0.0, 1.0)),
        ((-2.1, 2.2), False, (-4.0, 4.0)),
        ((5.0,), False, (4.0, 6.0)),
        ((0.0,), False, (0.0, 0.25)),
        ((3e-4, 0.2), True, (1e-4, 1.0)),
        ((1.0, 1.0), True, (1.0, 10.0)),
    ],
)
def test_nice_domain_contains_the_values(
    values: tuple[float, ...], log: bool, domain: tuple[float, float]
) -> None:
    low, high = nice_domain(values, log=log)
    assert low <= min(values) <= max(values) <= high
    assert (low, high) == pytest.approx(domain)


def test_nice_domain_needs_a_finite_value() -> None:
    with pytest.raises(ValueError, match=r"values must hold at least one number .*, got none"):
        nice_domain([float("nan")])
    with pytest.raises(ValueError, match=r"values must hold at least one number .*, got none"):
        nice_domain([0.0, -1.0], log=True)


def _line(y: alt.Y, *, x: alt.X | None = None) -> alt.Chart:
    fixed = alt.X("x:Q", title="width", scale=alt.Scale(domain=[0, 1]))
    return alt.Chart().mark_line().encode(x=x or fixed, y=y, color="of:N").properties(height=100)


def test_chart_without_domain_raises() -> None:
    with pytest.raises(ValueError, match="chart 'free': the scale of y has no domain"):
        prepare_figure("free", lambda _: _line(alt.Y("y:Q")))
    prepare_figure("fixed", lambda _: _line(alt.Y("y:Q", scale=alt.Scale(domain=[0, 1]))))
    prepare_figure("named", lambda _: _line(alt.Y("y:N")))


def test_layers_share_a_domain_but_concatenated_charts_do_not() -> None:
    fixed = _line(alt.Y("y:Q", scale=alt.Scale(domain=[0, 1])))
    prepare_figure("layered", lambda _: alt.layer(fixed, _line(alt.Y("y:Q"))))
    with pytest.raises(ValueError, match="chart 'beside': the scale of y has no domain"):
        prepare_figure("beside", lambda _: alt.hconcat(fixed, _line(alt.Y("y:Q"))))


def test_layers_show_or_hide_an_axis_together() -> None:
    shown = _line(alt.Y("y:Q", scale=alt.Scale(domain=[0, 1])))
    hidden = _line(alt.Y("y:Q", scale=alt.Scale(domain=[0, 1]), axis=None))
    with pytest.raises(ValueError, match="chart 'mixed': one layer has axis=None for y and"):
        prepare_figure("mixed", lambda _: alt.layer(shown, hidden))
    with pytest.raises(ValueError, match="chart 'nested': one layer has axis=None for y and"):
        prepare_figure("nested", lambda _: alt.layer(hidden, alt.layer(shown, shown)))
    prepare_figure("both", lambda _: alt.layer(hidden, hidden))
    apart = alt.layer(shown, hidden).resolve_axis(y="independent")
    prepare_figure("apart", lambda _: apart)
    prepare_figure("beside too", lambda _: alt.hconcat(shown, hidden))


def test_alt_text_gives_ranges_and_series() -> None:
    rows = pd.DataFrame({"x": [0.0, 1.0], "y": [0.25, 3.0], "of": ["steps", "knots"]})
    spec = {
        "encoding": {
            "x": {"field": "x", "title": "width"},
            "y": {"field": "y"},
            "color": {"field": "of"},
        }
    }
    assert describe("Error by width", spec, rows) == (
        "Error by width. Width from 0 to 1; y from 0.25 to 3; series: steps, knots."
    )
    spec["encoding"]["x"]["title"] = ["units,", "doubling"]
    assert describe("Error by width", spec, rows).startswith("Error by width. Units, doubling from")
    assert describe("Nothing yet", spec, rows.iloc[:0].astype(object)) == "Nothing yet."


def test_rich_text_allows_bold_and_escapes_everything_else() -> None:
    assert rich("**44 times** <b>") == "<strong>44 times</strong> &lt;b&gt;"


def test_numbers_do_not_break_within_a_line() -> None:
    assert scientific(0.00038) == "3.8\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻⁴"
    assert scientific(2.4e11, 2) == "2.40\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10¹¹"
    assert _cell("0.98 (0.86 to 1.00)") == "0.98 (0.86\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}1.00)"


def _live_page() -> None:
    import statistics

    import streamlit as st

    from streamlit_app import kit

    controls = kit.Controls("function-approximators")
    top = controls.slider("top", "Top", 0, 9, 4, 1)
    on_record = {4: 2.0}.get(top)
    shown = kit.live(
        controls.key("mean"),
        statistics.mean,
        {"data": [0.0, float(top)]},
        label="A mean",
        recorded=on_record,
    )
    st.text(repr(shown and (shown.value, shown.is_live, shown.is_current)))


class _Here:
    """A job that runs immediately in this process."""

    state, done, error = "done", True, ""

    def __init__(self, function: Any, parameters: dict[str, Any]) -> None:
        self._result = function(**parameters)

    def result(self) -> object:
        return self._result


def test_live_shows_record_first_then_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def submit(function: Any, /, *, label: str, durable: bool, **parameters: Any) -> _Here:
        return _Here(function, parameters)

    finished: dict[float, _Here] = {}

    def recall(_: Any, /, *, label: str, durable: bool, data: list[float]) -> _Here | None:
        return finished.get(data[1])

    monkeypatch.setattr("streamlit_app.kit.job.submit", submit)
    monkeypatch.setattr("streamlit_app.kit.job.recall", recall)
    app = AppTest.from_function(_live_page, default_timeout=120).run()
    assert app.text[0].value == "(2.0, False, True)"
    app.slider(key="fa-top").set_value(6).run()
    assert app.text[0].value == "None"
    assert "No run with these settings is recorded" in app.get("html")[-1].proto.body
    app.button(key="run-fa-mean").click().run()
    assert app.text[0].value == "(3.0, True, True)"
    # Without a record the last run stays; with one, the record shows.
    app.slider(key="fa-top").set_value(8).run()
    assert app.text[0].value == "(3.0, True, False)"
    app.slider(key="fa-top").set_value(4).run()
    assert app.text[0].value == "(2.0, False, True)"
    # A reload begins a new session; the server's finished result is shown again.
    finished[6.0] = _Here(statistics.mean, {"data": [0.0, 6.0]})
    app = AppTest.from_function(_live_page, default_timeout=120)
    app.query_params["fa-top"] = "6"
    assert app.run().text[0].value == "(3.0, True, True)"
