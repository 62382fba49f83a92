"""Sections, page files, addresses and claims carry the same names in the same order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture import SECTIONS, figures
from pyfrontiers.lecture.published import PUBLISHED
from streamlit_app.pages import ADDRESSES, LABS, page_file

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = page_file(SECTIONS[0]).parent


def _section_page_call(path: Path) -> ast.Call:
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "section_page"
    ]
    assert len(calls) == 1, path
    return calls[0]


def test_one_page_file_per_section_and_none_besides() -> None:
    assert sorted(FOLDER.glob("*.py")) == [page_file(item) for item in SECTIONS]


def test_every_page_draws_its_own_section() -> None:
    for item in SECTIONS:
        call = _section_page_call(page_file(item))
        assert isinstance(call.args[0], ast.Constant)
        assert call.args[0].value == item.slug


def test_exactly_the_announced_sections_have_a_laboratory() -> None:
    with_lab = {
        item.slug
        for item in SECTIONS
        if any(k.arg == "experiment" for k in _section_page_call(page_file(item)).keywords)
    }
    assert with_lab == LABS


def test_every_section_has_an_address() -> None:
    assert {item.slug for item in SECTIONS} < ADDRESSES
    assert {"", "search", "transcript", "kernels"} < ADDRESSES


def test_every_claim_is_either_measured_or_published() -> None:
    claimed = [name for item in SECTIONS for name in item.claims]
    assert sorted(claimed) == sorted([*CLAIMS, *PUBLISHED])


def test_every_figure_that_a_slide_names_is_drawn() -> None:
    named = {slide.figure for item in SECTIONS for slide in item.slides if slide.figure}
    assert named <= set(figures.names())


def test_pages_stay_short() -> None:
    package = FOLDER.parent
    for path in package.rglob("*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= (120 if path.parent == FOLDER else 250), path
