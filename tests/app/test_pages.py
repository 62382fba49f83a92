"""Sections, addresses, labs and claims use the same names in the same order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import pyfrontiers
import streamlit_app
from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture import SECTIONS, figures
from streamlit_app.labs import lab_of, labs
from streamlit_app.routes import ADDRESSES, GROUPS, ROUTES

PACKAGE = Path(streamlit_app.__file__).parent


def test_routes_follow_the_order_of_the_lecture() -> None:
    slugs = [item.slug for item in SECTIONS]
    assert [slug for slug in ROUTES if slug in slugs] == slugs
    assert [route.slug for route in GROUPS[""]] == ["", "search", "transcript", "kernels"]
    assert {*slugs, "", "search", "transcript", "kernels", "healthz", "present"} == ADDRESSES


def test_lab_package_is_named_after_its_section() -> None:
    folders = {path.parent.name for path in (PACKAGE / "labs").glob("*/lab.py")}
    assert {name.replace("_", "-") for name in folders} == labs()
    assert labs() <= {item.slug for item in SECTIONS}


@pytest.mark.parametrize("slug", sorted(labs()))
def test_lab_defines_draw_and_code(slug: str) -> None:
    lab = lab_of(slug)
    assert lab is not None
    assert callable(lab.draw)
    assert lab.code


def test_lab_of_section_without_lab_is_none() -> None:
    assert lab_of("welcome") is None


def test_listing_labs_imports_none_of_them() -> None:
    script = (
        "import sys; from streamlit_app.labs import labs; assert labs();"
        "print([m for m in sys.modules if m.split('.')[0] in ('streamlit', 'torch', 'altair')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def _imports(path: Path) -> set[str]:
    """Return the modules of the app that a file imports, including imports in functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "streamlit_app":
            found |= {f"streamlit_app.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {name for name in found if name.split(".")[0] == "streamlit_app"}


@pytest.mark.parametrize(
    ("folder", "known"),
    [
        ("theme", ("theme",)),
        ("kit", ("kit", "theme", "routes")),
        ("views", ("views", "labs", "kit", "routes")),
        ("presenting", ("presenting", "labs", "kit", "theme")),
    ],
)
def test_layers_import_only_lower_layers(folder: str, known: tuple[str, ...]) -> None:
    for path in (PACKAGE / folder).rglob("*.py"):
        assert {name.split(".")[1] for name in _imports(path)} <= set(known), path


def test_labs_import_only_the_kit_and_themselves() -> None:
    for path in (PACKAGE / "labs").glob("*/**/*.py"):
        own = f"streamlit_app.labs.{path.relative_to(PACKAGE / 'labs').parts[0]}"
        for name in _imports(path):
            assert name.startswith(("streamlit_app.kit", own)), (path, name)


def test_recorded_data_are_stored_once() -> None:
    package = Path(pyfrontiers.__file__).parent
    records = [path for root in (PACKAGE, package) for path in root.rglob("recorded/*.*")]
    assert records
    assert len({path.read_bytes() for path in records}) == len(records)
    for folder in PACKAGE.rglob("recorded"):
        assert folder.parent.parent == PACKAGE / "labs", folder


def test_every_claim_is_measured() -> None:
    assert [name for item in SECTIONS for name in item.claims] == list(CLAIMS)


def test_figures_named_by_slides_exist() -> None:
    named = {slide.figure for item in SECTIONS for slide in item.slides if slide.figure}
    assert named <= set(figures.names())


def test_files_are_short() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, path


@pytest.mark.parametrize("slug", sorted(labs()))
def test_guess_has_different_answers(slug: str) -> None:
    lab = lab_of(slug)
    assert lab is not None
    if lab.guess is not None:
        assert lab.guess.question.endswith("?")
        assert len(set(lab.guess.answers)) == len(lab.guess.answers) >= 2
