"""Lecture packs: the template is valid, and every fault is named with its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pyfrontiers.lecture.pack import PackError, read_pack, write_template

if TYPE_CHECKING:
    from pathlib import Path

LABS = ("dropout-sampling", "welcome-lab")
FIGURES = ("filters-kept-and-dropped",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "pack")
    return tmp_path / "pack"


def faults(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(folder, labs=LABS, figures=FIGURES)
    return [str(fault) for fault in caught.value.faults]


def test_template_is_a_valid_pack_with_every_part_of_the_form(folder: Path) -> None:
    pack = read_pack(folder, labs=LABS, figures=FIGURES)
    (section,) = pack.sections
    mask, equation = section.slides
    assert (section.slug, section.part, section.number) == ("hello", "Opening", 1)
    assert pack.labs == {"hello": "dropout-sampling"}
    assert (mask.slug, mask.builds, len(mask.points)) == ("hello-what-a-mask-does", True, 3)
    assert mask.figure == "filters-kept-and-dropped"
    assert mask.notes.ask == "What do you ask the class?"
    assert mask.references[0].short == "Gal and Ghahramani 2016"
    assert mask.references[0].url == "https://arxiv.org/abs/1506.02142"
    assert equation.equation is not None
    assert equation.equation.startswith(r"\mathbb{E}[y]")
    (question,) = pack.quizzes[equation.slug]
    assert question.answers[question.right] == "2 to the power of 64"


def test_template_is_written_into_an_empty_folder_only(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"folder must be new or empty, got '.*pack'"):
        write_template(folder)


@pytest.mark.parametrize(
    ("line", "replaced", "told"),
    [
        ("# Hello", "Hello", "hello.md:1: the file must begin with the heading of its section"),
        ("lab: dropout-sampling", "lab: dropout", "hello.md:4: there is no lab 'dropout'; did you"),
        ("figure: filters-kept-and-dropped", "figure: filters", "hello.md:14: there is no figure"),
        ("## What a mask does", "##", "hello.md:6: the slide has no title"),
        ("( ) 64", "64", "hello.md:"),
        ("(x) 2 to", "( ) 2 to", "a question needs one right answer, '(x) ...', got 0"),
        ("figure: filters-kept-and-dropped", "![](a.png)", "hello.md:14: a picture needs a descri"),
        ("figure: filters-kept-and-dropped", "![A](a.png)", "the picture 'a.png' does not exist"),
        ("figure: filters-kept-and-dropped", "![A](../a.png)", "must be inside the pack's folder"),
        ("figure: filters-kept-and-dropped", "![A](a.exe)", "the picture 'a.exe' must be one of"),
        ("- A point is there", "A point is there", "neither a point nor a field of a slide: 'A po"),
    ],
)
def test_fault_is_named_with_file_and_line(folder, line: str, replaced: str, told: str) -> None:
    file = folder / "hello.md"
    text = file.read_text()
    assert line in text
    file.write_text(text.replace(line, replaced, 1))
    found = faults(folder)
    assert any(told in fault for fault in found), found


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    (folder / "hello.md").write_text("# Hello\n\n## One\n\n$$\nx\n\n## Two\n\n**M.**\n")
    assert faults(folder) == [
        "hello.md:5: the equation that begins here has no '$$' at its end",
        "hello.md:3: the slide has no message: one sentence between '**'",
    ]
    (folder / "hello.md").unlink()
    assert faults(folder) == ["hello.md: the file cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = \nyear = 1", "lecture.toml:1: the file is not valid TOML"),
        ("year = 'x'\ntitle = 'T'", "year must be a whole number, got 'x'"),
        ("title = 'T'", "a lecture needs at least one part"),
        ("title = 'T'\n[[part]]\nname = 'A'\nsections = ['../x']", "small letters, digits and '-'"),
        ("title = 'T'\n[[part]]\nname = 'A'\nsections = []", "the part 'A' has no sections"),
        (
            "title = 'T'\n[[part]]\nname = 'A'\nsections = ['hello', 'hello']",
            "the section 'hello' is listed twice",
        ),
    ],
)
def test_fault_of_the_table_of_contents(folder: Path, text: str, told: str) -> None:
    (folder / "lecture.toml").write_text(text)
    found = faults(folder)
    assert any(told in fault for fault in found), found


def test_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "hello.md").write_bytes(b"# \xff")
    assert faults(folder) == ["hello.md: the file must be UTF-8; byte 2 is not"]


def test_folder_without_a_lecture_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path) == ["lecture.toml: the file cannot be read: No such file or directory"]
