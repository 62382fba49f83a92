"""Every slide has one message, two to five points, valid LaTeX and sources with an address."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from pyfrontiers.lecture import SECTIONS
from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.figures import names
from pyfrontiers.lecture.model import Reference

SLIDES = [(entry, slide) for entry in SECTIONS for slide in entry.slides]
HOSTS = {"arxiv.org", "doi.org", "jmlr.org", "proceedings.mlr.press", "papers.nips.cc"}
EQUATIONS = [slide for _, slide in SLIDES if slide.equation]
SOURCES = [value for name, value in vars(ref).items() if isinstance(value, Reference)]

each_slide = pytest.mark.parametrize(
    ("entry", "slide"), SLIDES, ids=[slide.slug for _, slide in SLIDES]
)
each_equation = pytest.mark.parametrize("slide", EQUATIONS, ids=lambda s: s.slug)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.text.split(":")[0])


def test_30_to_45_slides_with_unique_names():
    slugs = Counter(slide.slug for _, slide in SLIDES)
    assert 30 <= len(SLIDES) <= 45
    assert max(slugs.values()) == 1
    assert all(entry.slides for entry in SECTIONS)


@each_slide
def test_slide_name_starts_with_its_section(entry, slide):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slide.slug)
    assert slide.slug.startswith(f"{entry.slug}-")


@each_slide
def test_message_is_one_short_sentence(entry, slide):
    assert slide.message[0].isupper()
    assert slide.message.endswith((".", "?"))
    assert not re.search(r"[.?!] [A-Z]", slide.message)
    assert 6 <= len(slide.message.split()) <= 18
    assert slide.title != entry.title or len(entry.slides) == 1


@each_slide
def test_two_to_five_points_of_at_most_two_lines(entry, slide):
    assert 2 <= len(slide.points) <= 5
    assert len(set(slide.points)) == len(slide.points)
    for point in slide.points:
        assert point.endswith((".", "?"))
        assert len(point) <= 150


@each_slide
def test_texts_contain_no_markdown_characters(entry, slide):
    # pages render points as Markdown, where these would start emphasis, code, maths or a link
    for text in (entry.title, entry.summary, slide.title, slide.message, *slide.points):
        assert not re.search(r"[$`*_<\\~]|\]\(|^\s*[-+#>]", text)
        assert text == text.strip()
        assert "  " not in text


@each_slide
def test_notes_say_ask_and_show(entry, slide):
    notes = slide.notes
    assert 30 <= len(notes.say.split()) <= 110
    assert "?" in notes.ask
    assert len(notes.ask.split()) <= 45
    assert 8 <= len(notes.show.split()) <= 60
    for text in (notes.say, notes.ask, notes.show):
        assert text.endswith((".", "?"))
        assert text == text.strip()
        assert "  " not in text


def test_notes_are_written_for_one_slide_each():
    written = [text for _, s in SLIDES for text in (s.notes.say, s.notes.ask, s.notes.show)]
    assert max(Counter(written).values()) == 1


def test_notes_do_not_repeat_the_points():
    for _, slide in SLIDES:
        for point in (slide.message, *slide.points):
            assert point not in slide.notes.say


@each_equation
def test_braces_and_environments_of_equations_are_balanced(slide):
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", slide.equation):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", slide.equation):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert not stack
    assert (
        slide.equation.count(r"\left") - slide.equation.count(r"\leftarrow")
        == (slide.equation.count(r"\right") - slide.equation.count(r"\rightarrow"))
        or r"\longleftrightarrow" in slide.equation
    )
    assert "$" not in slide.equation


def test_equations_of_the_lecture_are_included():
    everything = " ".join(slide.equation for slide in EQUATIONS)
    for part in (
        r"\nabla_{\theta} J",
        r"\nabla_{x} J",
        r"\Pi_{",
        r"p(\theta \mid X, Y)",
        "Var",
        r"\nabla_\phi \log \pi_\phi",
        r"\mathrm{Bernoulli}",
        r"\mathbb{E}_{t \sim T}",
    ):
        assert part in everything


def test_each_figure_is_used_by_one_slide():
    used = [slide.figure for _, slide in SLIDES if slide.figure]
    assert Counter(used) == Counter(names())


@each_source
def test_source_has_authors_title_year_and_https_address(source):
    assert re.search(r": .+\b(19|20)\d\d\.$", source.text)
    print_only = ("Minsky", "Lighthill", "Crevier")
    if source.text.startswith(print_only):
        assert source.url == ""
        return
    address = urlsplit(source.url)
    assert address.scheme == "https"
    assert address.netloc in HOSTS
    if address.netloc == "arxiv.org":
        assert re.fullmatch(r"/abs/\d{4}\.\d{4,5}", address.path)
    if address.netloc == "doi.org":
        assert re.fullmatch(r"/10\.\d{4,5}/\S+", address.path)


def test_short_form_of_a_source_names_authors_and_year():
    assert ref.MADRY_2018.short == "Madry et al. 2018"
    assert ref.ZOPH_2017.short == "Zoph and Le 2017"
    assert ref.KRIZHEVSKY_2012.short == "Krizhevsky et al. 2012"
    assert ref.HUTTER_2019.short == "Hutter et al. 2019"
    assert all(len(source.short) <= 36 for source in SOURCES)
    assert max(Counter(source.short for source in SOURCES).values()) == 1


def test_every_source_is_cited_and_defined_once():
    quoted = {source for _, slide in SLIDES for source in slide.references}
    assert quoted == set(SOURCES)
    assert max(Counter(s.url for s in SOURCES if s.url).values()) == 1
