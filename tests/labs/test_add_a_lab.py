"""The lab in docs/add-a-lab.md runs and has at most forty lines."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import streamlit_app.labs as found_labs
from streamlit_app.labs import lab_of, labs

DOCUMENT = Path(__file__).parents[2] / "docs" / "add-a-lab.md"
SLUG = "welcome"


@pytest.fixture
def lines() -> str:
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return blocks[0]


@pytest.fixture
def _added(lines, tmp_path, monkeypatch):
    """The documented lab in a temporary folder that is part of `streamlit_app.labs`."""
    name = SLUG.replace("-", "_")
    package = tmp_path / "labs" / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A lab."""\n', encoding="utf-8")
    (package / "lab.py").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(found_labs, "__path__", [*found_labs.__path__, str(tmp_path / "labs")])
    labs.cache_clear()
    yield
    labs.cache_clear()
    for module in (f"{found_labs.__name__}.{name}", f"{found_labs.__name__}.{name}.lab"):
        sys.modules.pop(module, None)


def test_documented_lab_has_at_most_forty_lines(lines):
    assert len(lines.splitlines()) <= 40


@pytest.mark.usefixtures("_added")
def test_documented_lab_runs_and_reads_the_address(visit, text):
    assert SLUG in labs()
    lab_of(SLUG).prepare()
    page = visit(SLUG)
    assert "says cat with probability <strong>0.67</strong>" in text(page)
    assert "it is no measure of confidence" in text(page)
    assert "says cat with probability <strong>0.96</strong>" in text(
        visit(SLUG, w_temperature="0.3")
    )
    assert "<strong>0.67</strong>" in text(visit(SLUG, w_temperature="nonsense"))
