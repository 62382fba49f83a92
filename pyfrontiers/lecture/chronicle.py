"""A timeline of the field: claims, results, criticism, funding and winters, with their sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyfrontiers.lecture import chronicle_sources as source
from pyfrontiers.lecture import references as ref

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Reference

__all__ = ["EVENTS", "KINDS", "WINTERS", "Event", "Kind"]

Kind = Literal["claim", "result", "criticism", "funding", "winter"]

#: Labels of the kinds, in the order of the page.
KINDS: dict[Kind, str] = {
    "claim": "Claims",
    "result": "Results",
    "criticism": "Criticism",
    "funding": "Funding",
    "winter": "Winters",
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event with a known date.

    Attributes:
        year: year of the event, or its first year.
        kind: one of `KINDS`.
        title: a few words.
        text: one or two sentences: who, what, how much.
        source: reference for the event and its date.
        end: last year, if it lasted longer.
    """

    year: int
    kind: Kind
    title: str
    text: str
    source: Reference
    end: int | None = None


EVENTS: tuple[Event, ...] = (
    Event(
        1954,
        "claim",
        "Translation within five years",
        (
            "A machine built by Georgetown University and IBM translates more than sixty Russian "
            "sentences. Its makers expect machine translation to be a solved problem within three "
            "to five years."
        ),
        source.HUTCHINS_2004,
    ),
    Event(
        1958,
        "claim",
        "Perceptron",
        (
            "Rosenblatt's learning machine is shown to the press, which reports that the Navy "
            "expects it to walk, talk, see, write and be conscious of its existence."
        ),
        source.NYT_1958,
    ),
    Event(
        1958,
        "claim",
        "Chess champion within ten years",
        (
            "Simon and Newell predict that a computer will be the world chess champion within ten "
            "years. It took until 1997."
        ),
        source.SIMON_NEWELL_1958,
    ),
    Event(
        1963,
        "funding",
        "Project MAC",
        (
            "ARPA grants the Massachusetts Institute of Technology 2.2 million dollars; its "
            "artificial intelligence group depends on such grants until the seventies."
        ),
        ref.CREVIER_1993,
    ),
    Event(
        1965,
        "claim",
        "Any human work within twenty years",
        (
            "Simon writes that within twenty years machines will be capable of any work that a "
            "person can do."
        ),
        source.SIMON_1965,
    ),
    Event(
        1966,
        "criticism",
        "ALPAC report",
        (
            "A committee of the National Academy finds machine translation slower, less accurate "
            "and twice as expensive as human translation; public funding in the United States all "
            "but ends."
        ),
        ref.ALPAC_1966,
    ),
    Event(
        1967,
        "claim",
        "Solved within a generation",
        (
            "Minsky writes that within a generation few aspects of intelligence will be out of "
            "reach of machines."
        ),
        source.MINSKY_1967,
    ),
    Event(
        1969,
        "criticism",
        "Perceptrons (book)",
        (
            "Minsky and Papert prove what a single layer of threshold units cannot compute; "
            "interest in neural networks fades."
        ),
        ref.MINSKY_PAPERT_1969,
    ),
    Event(
        1971,
        "funding",
        "Speech understanding",
        (
            "DARPA funds five years of research on speech understanding. The programme ends in "
            "1976 without a successor."
        ),
        source.NRC_1999,
        1976,
    ),
    Event(
        1973,
        "criticism",
        "Lighthill report",
        (
            "Sir James Lighthill tells the British Science Research Council that no part of the "
            "field has delivered the impact it promised; most British funding ends."
        ),
        ref.LIGHTHILL_1973,
    ),
    Event(
        1974,
        "winter",
        "First winter",
        (
            "Grants end on both sides of the Atlantic, and the term artificial intelligence "
            "becomes a liability in grant applications. Authors differ by a few years on the dates."
        ),
        ref.CREVIER_1993,
        1980,
    ),
    Event(
        1980,
        "result",
        "XCON in production",
        (
            "An expert system configures computers for Digital Equipment and eventually saves the "
            "company about 40 million dollars a year. Other companies follow."
        ),
        source.BARKER_1989,
    ),
    Event(
        1982,
        "funding",
        "Fifth generation",
        (
            "Japan's ministry of industry starts a ten-year project for computers that reason and "
            "converse. It ends in 1992 without reaching its ambitious goals."
        ),
        source.POLLACK_1992,
        1992,
    ),
    Event(
        1983,
        "funding",
        "Strategic Computing",
        "DARPA spends an additional billion dollars on machine intelligence over ten years.",
        source.ROLAND_2002,
        1993,
    ),
    Event(
        1983,
        "funding",
        "Alvey programme",
        (
            "Britain responds to Japan with 350 million pounds from government and industry over "
            "five years."
        ),
        source.OAKLEY_1990,
        1987,
    ),
    Event(
        1984,
        "criticism",
        "A winter foretold",
        (
            "At the field's main conference, a panel warns that expectations exceed what can be "
            "delivered, and that another winter may follow."
        ),
        source.AAAI_1985,
    ),
    Event(
        1986,
        "result",
        "Backpropagation",
        (
            "Rumelhart, Hinton and Williams train hidden layers with the chain rule and show what "
            "they learn to represent."
        ),
        ref.RUMELHART_1986,
    ),
    Event(
        1987,
        "winter",
        "Second winter",
        (
            "The market for Lisp machines collapses, expert systems prove expensive to maintain, "
            "and DARPA cuts its programmes. Authors differ by a few years on the dates."
        ),
        ref.CREVIER_1993,
        1993,
    ),
    Event(
        1989,
        "result",
        "One layer is enough",
        (
            "Cybenko proves that sums of sigmoidal units can approximate any continuous function. "
            "The theorem says neither how many units are needed nor how to find them."
        ),
        ref.CYBENKO_1989,
    ),
    Event(
        2012,
        "result",
        "AlexNet",
        (
            "A deep convolutional network trained on GPUs wins the ImageNet competition by a wide "
            "margin."
        ),
        ref.KRIZHEVSKY_2012,
    ),
    Event(
        2016,
        "result",
        "AlphaGo",
        (
            "A program that combines neural networks and tree search, trained on human games and "
            "self-play, beats professional Go players."
        ),
        ref.SILVER_2016,
    ),
    Event(
        2018,
        "funding",
        "AI Next",
        "DARPA announces more than two billion dollars for the following years.",
        source.DARPA_2018,
    ),
)

#: The two winters.
WINTERS = tuple(event for event in EVENTS if event.kind == "winter")
