"""Claims, money and winters: dated events of the field, each with the source that dates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyfrontiers.lecture import chronicle_sources as source
from pyfrontiers.lecture import references as ref

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Reference

__all__ = ["EVENTS", "KINDS", "WINTERS", "Event", "Kind"]

Kind = Literal["claim", "result", "doubt", "funding", "winter"]

#: What each kind is called, in the order in which a page lists them.
KINDS: dict[Kind, str] = {
    "claim": "Claims",
    "result": "Results",
    "doubt": "Doubts",
    "funding": "Funding",
    "winter": "Winters",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a known time.

    Attributes:
        year: when it happened or began.
        kind: one of `KINDS`.
        title: a few words.
        text: one or two sentences: who, what, how much.
        source: what dates it.
        end: last year, where it took longer.
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
        "Translation within years",
        "A machine of Georgetown University and IBM translates more than sixty Russian sentences. "
        "Its makers expect translation by machine to be a solved problem within three to five "
        "years.",
        source.HUTCHINS_2004,
    ),
    Event(
        1958,
        "claim",
        "Perceptron",
        "Rosenblatt's learning machine is shown to the press, which reports that the Navy expects "
        "it to walk, talk, see, write and know that it exists.",
        source.NYT_1958,
    ),
    Event(
        1958,
        "claim",
        "Chess champion in ten years",
        "Simon and Newell predict that within ten years a computer will be the world's champion "
        "in chess. It took until 1997.",
        source.SIMON_NEWELL_1958,
    ),
    Event(
        1963,
        "funding",
        "Project MAC",
        "ARPA gives the Massachusetts Institute of Technology 2.2 million dollars; its group for "
        "artificial intelligence lives on such grants until the seventies.",
        ref.CREVIER_1993,
    ),
    Event(
        1965,
        "claim",
        "All of man's work in twenty years",
        "Simon writes that within twenty years machines will be able to do any work that a man "
        "can do.",
        source.SIMON_1965,
    ),
    Event(
        1966,
        "doubt",
        "ALPAC report",
        "A committee of the National Academy finds translation by machine slower, less accurate "
        "and twice as dear as by people; public money for it in the United States all but ends.",
        ref.ALPAC_1966,
    ),
    Event(
        1967,
        "claim",
        "Solved within a generation",
        "Minsky writes that within a generation few parts of intelligence will remain outside the "
        "machine's realm.",
        source.MINSKY_1967,
    ),
    Event(
        1969,
        "doubt",
        "Perceptrons (book)",
        "Minsky and Papert prove what one layer of threshold units cannot compute; interest in "
        "networks fades.",
        ref.MINSKY_PAPERT_1969,
    ),
    Event(
        1971,
        "funding",
        "Speech understanding",
        "DARPA pays for five years of research on machines that understand speech. The programme "
        "ends in 1976 and is not followed by another.",
        source.NRC_1999,
        1976,
    ),
    Event(
        1973,
        "doubt",
        "Lighthill report",
        "Sir James Lighthill tells the British Science Research Council that in no part of the "
        "field have discoveries had the effect that was promised; most British funding ends.",
        ref.LIGHTHILL_1973,
    ),
    Event(
        1974,
        "winter",
        "First winter",
        "Grants end on both sides of the Atlantic, and the words artificial intelligence become "
        "bad for an application. Authors date it a few years apart.",
        ref.CREVIER_1993,
        1980,
    ),
    Event(
        1980,
        "result",
        "XCON at work",
        "An expert system configures the computers of Digital Equipment and comes to save the "
        "company some 40 million dollars a year. Others want one too.",
        source.BARKER_1989,
    ),
    Event(
        1982,
        "funding",
        "Fifth generation",
        "Japan's ministry of industry begins a ten-year project for computers that reason and "
        "converse. It ends in 1992 without having reached its great aims.",
        source.POLLACK_1992,
        1992,
    ),
    Event(
        1983,
        "funding",
        "Strategic Computing",
        "DARPA spends an additional billion dollars on machine intelligence within ten years.",
        source.ROLAND_2002,
        1993,
    ),
    Event(
        1983,
        "funding",
        "Alvey programme",
        "Britain answers Japan with 350 million pounds, from government and industry, for five "
        "years.",
        source.OAKLEY_1990,
        1987,
    ),
    Event(
        1984,
        "doubt",
        "A winter foretold",
        "At the field's own conference a panel warns that expectations have outrun what can be "
        "delivered, and that a new winter may follow.",
        source.AAAI_1985,
    ),
    Event(
        1986,
        "result",
        "Backpropagation",
        "Rumelhart, Hinton and Williams show that hidden layers can be trained by the chain rule "
        "and what they come to represent.",
        ref.RUMELHART_1986,
    ),
    Event(
        1987,
        "winter",
        "Second winter",
        "The market for Lisp machines collapses, expert systems prove costly to maintain, and "
        "DARPA cuts its programmes. Authors date it a few years apart.",
        ref.CREVIER_1993,
        1993,
    ),
    Event(
        1989,
        "result",
        "One layer suffices",
        "Cybenko proves that sums of sigmoidal units approximate any continuous function. The "
        "theorem says neither how many units, nor how to find them.",
        ref.CYBENKO_1989,
    ),
    Event(
        2012,
        "result",
        "AlexNet",
        "A deep convolutional network trained on graphics cards wins the ImageNet competition by "
        "a wide margin.",
        ref.KRIZHEVSKY_2012,
    ),
    Event(
        2016,
        "result",
        "AlphaGo",
        "A program of networks and tree search, trained on games and against itself, beats "
        "professional players of Go.",
        ref.SILVER_2016,
    ),
    Event(
        2018,
        "funding",
        "AI Next",
        "DARPA announces more than two billion dollars for the years to come.",
        source.DARPA_2018,
    ),
)

#: The two winters.
WINTERS = tuple(event for event in EVENTS if event.kind == "winter")
