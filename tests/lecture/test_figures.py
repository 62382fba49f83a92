"""Every figure draws, is valid, has a text alternative and follows the theme."""

from __future__ import annotations

import copy
import math
import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import get_type_hints

import altair as alt
import pytest

from pyfrontiers.lecture import figures
from pyfrontiers.lecture.palette import LIGHT

each_figure = pytest.mark.parametrize("name", figures.names())
# By what their functions declare: drawing them all takes seconds, in each process that collects.
SVGS = [
    name
    for name, figure in figures.registry.FIGURES.items()
    if get_type_hints(figure.draw)["return"] is figures.Svg
]
CHARTS = [n for n in figures.names() if n not in SVGS]

LONGEST_TITLE = 42  # characters that fit 340 px at 13 px semi-bold
LONGEST_NOTE = 60  # characters that fit 340 px at 12 px


def numbers(node):
    """Yield every number below a node of a specification."""
    if isinstance(node, dict):
        for value in node.values():
            yield from numbers(value)
    elif isinstance(node, list):
        for value in node:
            yield from numbers(value)
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield node


def rows(spec):
    tables = list(spec.get("datasets", {}).values())
    stack = [spec]
    while stack:
        node = stack.pop()
        if "values" in node.get("data", {}):
            tables.append(node["data"]["values"])
        stack += node.get("layer", [])
    return tables


@cache
def _validated(name):
    return figures.draw(name).to_dict()  # Altair validates against the Vega-Lite schema here


def spec_of(name):
    """The specification of a chart, to be changed at will."""
    return copy.deepcopy(_validated(name))


@each_figure
def test_figure_is_of_the_declared_type(name):
    assert isinstance(figures.draw(name), figures.Svg if name in SVGS else alt.TopLevelMixin)


@each_figure
def test_description_consists_of_sentences(name):
    text = figures.describe(name)
    assert 60 <= len(text) <= 330
    assert text[0].isupper()
    assert text.endswith(".")


def test_unknown_figure_suggests_a_similar_name():
    with pytest.raises(KeyError, match=r"'sum-of-bump' is not a figure.*'sum-of-bumps'"):
        figures.draw("sum-of-bump")
    with pytest.raises(KeyError, match=r"'zzz' is not a figure.*known names: lecture-road"):
        figures.describe("zzz")


def test_lecture_has_charts_and_drawings():
    assert len(CHARTS) >= 12
    assert len(SVGS) >= 8


@pytest.mark.parametrize("name", CHARTS)
def test_chart_is_valid_and_fills_its_container(name):
    spec = spec_of(name)
    assert spec["width"] == "container"
    assert spec["height"] >= 200
    title = spec["title"]
    assert len(title["text"]) <= LONGEST_TITLE
    assert all(len(line) <= LONGEST_NOTE for line in title["subtitle"])


@pytest.mark.parametrize("name", CHARTS)
def test_chart_data_are_finite_and_small(name):
    tables = rows(spec_of(name))
    assert tables
    assert all(tables)
    assert all(math.isfinite(number) for number in numbers(tables))
    assert sum(len(table) for table in tables) <= 2000


@pytest.mark.parametrize("name", CHARTS)
def test_chart_has_no_fixed_colours(name):
    spec = spec_of(name)
    spec.pop("datasets", None)
    text = str(spec)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|currentColor", text)
    assert not re.search(r"'(color|fill|stroke)': '(?!independent)", text)
    assert "'scheme'" not in text


@pytest.mark.parametrize("name", CHARTS)
def test_fixed_axis_positions_are_numbers(name):
    # the schema allows a string, but Vega-Lite then fails to draw
    stack = [spec_of(name)]
    while stack:
        part = stack.pop()
        stack += part.get("layer", [])
        for channel in part.get("encoding", {}).values():
            assert not isinstance(channel.get("datum", 0), str)


@pytest.mark.parametrize("name", CHARTS)
def test_data_are_deterministic(name):
    again = figures.registry.FIGURES[name].draw().to_dict()
    assert rows(again) == rows(spec_of(name))


@pytest.mark.parametrize("name", SVGS)
def test_drawing_is_valid_scalable_xml_with_a_description(name):
    drawing = figures.draw(name)
    root = ET.fromstring(drawing.markup)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert root.get("role") == "img"
    assert root.get("width") is None
    assert root.get("height") is None
    left, top, width, height = (float(v) for v in root.get("viewBox").split())
    assert (left, top) == (0.0, 0.0)
    assert width == 440.0
    assert 200.0 <= height <= 330.0
    assert root[0].tag == f"{space}title"
    assert root[0].text == drawing.alt == figures.describe(name)


@pytest.mark.parametrize("name", SVGS)
def test_drawing_takes_all_colours_from_the_theme(name):
    for element in ET.fromstring(figures.draw(name).markup).iter():
        for paint in (element.get("fill"), element.get("stroke")):
            if paint not in (None, "none"):
                assert re.fullmatch(r"var\(--pf-(\w+)\)", paint)
                assert paint[9:-1] in LIGHT
        if element.tag.endswith("text"):
            assert element.get("fill") is not None


@pytest.mark.parametrize("name", SVGS)
def test_text_in_drawings_is_large_enough_and_inside(name):
    root = ET.fromstring(figures.draw(name).markup)
    width, height = (float(v) for v in root.get("viewBox").split()[2:])
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        size = float(element.get("font-size"))
        assert size >= 14.0
        length = 0.5 * size * len(element.text)
        x = float(element.get("x"))
        anchor = element.get("text-anchor")
        start = x - length * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        assert start >= 0.0
        assert start + length <= width
        assert 0.0 < float(element.get("y")) <= height
