"""Sections to take home: a notebook and a script of the same cells, both of which run."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.notebooks import Drawn, draw_figure, notebook, script

each_section = pytest.mark.parametrize("item", SECTIONS, ids=lambda item: item.slug)


@each_section
def test_notebook_holds_the_slides_figures_and_claims(item) -> None:
    found = json.loads(notebook(item.slug))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in found["cells"]}) == len(found["cells"])
    text = "".join("".join(cell["source"]) for cell in found["cells"])
    for slide in item.slides:
        assert slide.message in text
        assert all(point in text for point in slide.points)
        assert slide.figure is None or f"draw_figure('{slide.figure}')" in text
    assert all(f"Claim {name}" in text for name in item.claims if name != "C22")


@each_section
def test_script_is_valid_python_with_the_notebooks_code(item) -> None:
    cells = json.loads(notebook(item.slug))["cells"]
    told = script(item.slug)
    compile(told, f"{item.slug}.py", "exec")
    for cell in cells:
        if cell["cell_type"] == "code":
            assert "".join(cell["source"]) in told


def test_notebook_and_script_run(capsys: pytest.CaptureFixture[str]) -> None:
    slug = "dropout-sampling"
    exec(compile(script(slug), f"{slug}.py", "exec"), {})
    assert capsys.readouterr().out.startswith("pass ")
    space: dict[str, object] = {}
    for cell in json.loads(notebook(slug))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert capsys.readouterr().out.startswith("pass ")


def test_drawing_has_colours_of_its_own() -> None:
    found = draw_figure("filters-kept-and-dropped")
    assert isinstance(found, Drawn)
    assert "var(" not in found.markup
    ElementTree.fromstring(found.markup)
    assert found.markup in found._repr_html_()


def test_unknown_section_suggests_a_similar_one() -> None:
    with pytest.raises(KeyError, match=r"'dropout' is not a section.*'dropout-sampling'"):
        notebook("dropout")
