"""Slides are numbered through all sections; any address resolves to one of them."""

from __future__ import annotations

import pytest

from pyfrontiers.lecture import SECTIONS, section
from streamlit_app.views.section.turning import LAST, Place, place_at, slide_number


def test_place_at_inverts_number() -> None:
    assert [place_at(number).number for number in range(1, LAST + 1)] == list(range(1, LAST + 1))
    assert len({place_at(number) for number in range(1, LAST + 1)}) == LAST


def test_places_follow_the_lecture() -> None:
    walked = [place_at(number) for number in range(1, LAST + 1)]
    told = [Place(s.slug, k) for s in SECTIONS for k in range(1, len(s.slides) + 1)]
    assert walked == told


def test_previous_inverts_next_across_sections() -> None:
    for number in range(1, LAST):
        place = place_at(number)
        assert place.next is not None
        assert place.next.previous == place
    seven = section("adversarial-examples")
    after = Place(seven.slug, len(seven.slides)).next
    assert after == Place("robust-adversarial-examples", 1)


def test_places_are_clamped_to_the_lecture() -> None:
    assert place_at(1).previous is None
    assert place_at(LAST).next is None
    assert place_at(0) == place_at(1)
    assert place_at(10**6) == place_at(LAST)


@pytest.mark.parametrize(
    ("wanted", "slide"),
    [
        (None, 1),
        ("", 1),
        ("2", 2),
        (" 2 ", 2),
        ("3", 3),
        ("0", 1),
        ("-4", 1),
        ("99", 4),
        ("9" * 40, 4),
        ("-" + "9" * 40, 1),
        ("two", 1),
        ("2.5", 1),
        ("2; drop", 1),
        ("٢", 2),
        ("²", 1),
    ],
)
def test_slide_number_accepts_any_text(wanted: str | None, slide: int) -> None:
    assert slide_number(section("adversarial-examples"), wanted) == slide


def test_unknown_section_raises() -> None:
    with pytest.raises(KeyError, match="slug must name a section, got 'nowhere'"):
        _ = Place("nowhere", 1).number
