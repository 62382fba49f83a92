"""Claim cards: a sentence with bold figures, and the other figures in a collapsed table."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pyfrontiers.claims import Figure, recorded
from streamlit_app.views.section.claims import _figures


def cards() -> None:
    from streamlit_app.views.section.claims import claim_cards

    claim_cards("universal-approximation")


@pytest.fixture(scope="module")
def page() -> str:
    session = AppTest.from_function(cards, default_timeout=120).run()
    assert not session.exception
    bodies = " ".join(element.proto.body for element in session.get("html"))
    return bodies.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", ["C1", "C2", "C3", "C4"])
def test_card_shows_the_recorded_sentence_with_bold_figures(page: str, name: str) -> None:
    record = recorded(name)
    assert record is not None
    bold = [text for text, is_bold in record.finding.parts if is_bold]
    assert bold
    assert all(f"<strong>{text}</strong>" in page for text in bold)


def test_other_figures_are_in_a_closed_details_element(page: str) -> None:
    assert page.count("<details") == 4
    assert "<details open" not in page
    assert '<th scope="row">Error on [1, 2]</th><td>1.1<small>0.79 to 1.8</small></td>' in page
    assert "Grey: 95 % intervals" in page


def test_table_without_intervals_has_no_caption() -> None:
    made = _figures([Figure("A < B", "1")])
    assert "<caption>" not in made
    assert "A &lt; B" in made
    assert _figures([]) == ""
