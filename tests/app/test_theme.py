"""One palette for Streamlit's settings, the style sheets and the charts."""

from __future__ import annotations

import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import altair as alt
import pytest

import streamlit_app
from pyfrontiers.lecture.palette import DARK, LIGHT, SERIES
from streamlit_app.kit import chart_config, chart_spec, themed
from streamlit_app.kit.mode import Mode, tokens_of
from streamlit_app.theme.style import page_css

APP = Path(streamlit_app.__file__).parent
CONFIG = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def _chart() -> alt.Chart:
    rows = alt.Data(values=[{"x": 0, "y": 1}, {"x": 1, "y": 2}])
    return alt.Chart(rows).mark_line().encode(x="x:Q", y="y:Q")


@pytest.mark.parametrize(("mode", "token"), [("light", LIGHT), ("dark", DARK)])
def test_streamlit_theme_uses_the_palette(mode: str, token: dict[str, str]) -> None:
    theme = CONFIG["theme"][mode]
    assert theme["backgroundColor"] == token["paper"]
    assert theme["secondaryBackgroundColor"] == token["sunken"]
    assert theme["textColor"] == token["ink"]
    assert theme["primaryColor"] == theme["linkColor"] == token["blue"]
    assert theme["borderColor"] == token["line"]


def test_server_settings() -> None:
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["runner"]["postScriptGC"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["maxUploadSize"] == 25


def test_css_defines_every_token_for_both_themes() -> None:
    for name, light in LIGHT.items():
        assert f"--pf-{name}: light-dark({light}, {DARK[name]});" in page_css()


def test_css_uses_only_defined_variables() -> None:
    sheets = [page_css(), *(p.read_text(encoding="utf-8") for p in APP.rglob("*.css"))]
    defined = set(re.findall(r"(--pf-[a-z0-9-]+):", "\n".join(sheets)))
    for sheet in sheets:
        assert set(re.findall(r"var\((--pf-[a-z0-9-]+)", sheet)) <= defined


def test_css_fetches_nothing_and_takes_colours_from_the_palette() -> None:
    for path in APP.rglob("*.css"):
        sheet = path.read_text(encoding="utf-8")
        assert "url(" not in sheet, path
        assert "@import" not in sheet, path
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s)])", sheet), path


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_chart_series_use_the_palette(mode: Mode) -> None:
    config = themed(_chart(), mode).to_dict()["config"]
    assert config["range"]["category"] == [tokens_of(mode)[name] for name in SERIES]
    expected = chart_config(mode)
    assert {name: config[name] for name in expected if name != "view"} == {
        name: value for name, value in expected.items() if name != "view"
    }


def test_theming_copies_the_chart_and_keeps_its_settings() -> None:
    chart = _chart().configure_axis(grid=False)
    before = chart.to_dict()
    config = themed(chart, "dark").to_dict()["config"]
    assert chart.to_dict() == before
    assert config["axis"]["grid"] is False
    assert config["axis"]["labelColor"] == DARK["muted"]


def test_concurrent_themes_do_not_interfere() -> None:
    modes: list[Mode] = ["light", "dark"] * 50

    def background(mode: Mode) -> str:
        return str(themed(_chart(), mode).to_dict()["config"]["axis"]["labelColor"])

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(background, modes))
    assert seen == [tokens_of(mode)["muted"] for mode in modes]


def test_charts_are_converted_in_one_module_only() -> None:
    """Streamlit swaps Altair's global transformer while converting, so conversions need a lock."""
    for path in APP.rglob("*.py"):
        if path == APP / "kit" / "chart.py":
            continue
        source = path.read_text(encoding="utf-8")
        for way in ("alt.theme", "st.altair_chart", ".to_dict()", ".to_json("):
            assert way not in source, (path, way)


def test_concurrent_conversions_keep_their_data() -> None:
    def convert(_: int) -> object:
        return chart_spec(_chart(), "light")["data"]["values"]

    with ThreadPoolExecutor(8) as pool:
        assert all(len(rows) == 2 for rows in pool.map(convert, range(40)))
