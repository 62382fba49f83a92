"""Section `hype-and-winters`: how overpromising stopped the field twice."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="hype-and-winters",
    title="Hype and winters",
    summary=(
        "An existence proof was sold as a solution. Twice before, overpromising brought the field "
        "to a halt."
    ),
    facts=(
        "Over-hype in AI and its possible effects: careful marketing and advertising of "
        "algorithms. The theorem of 1989 gave excitement and false hope to the community, as if "
        "the networks that existed at the time were enough for every problem. Overhype is "
        "extremely dangerous. History has had two AI winters, when research in artificial "
        "intelligence, and neural networks in the second one, came to a grinding stop. "
        "Motivation to begin with limitations, and then to look at new research that addresses "
        "these problems. The state of deep learning, perceptrons, the Lighthill report, expert "
        "systems, funding cuts."
    ),
    slides=(
        Slide(
            slug="hype-and-winters-promise",
            title="From proof to promise",
            message=(
                "A proof that a network exists was mistaken for a promise that every problem can "
                "be solved."
            ),
            points=(
                "The theorem: for a given function, suitable weights exist.",
                "The hope: any problem can be solved with the networks and computers of the day.",
                (
                    "What lies in between: the width, the search for weights, the data and "
                    "generalisation."
                ),
                "State a result together with the conditions under which it holds.",
            ),
            figure="proof-and-promise",
            references=(
                ref.CYBENKO_1989,
                ref.RUMELHART_1986,
            ),
            builds=True,
            notes=Notes(
                say=(
                    "Above what was proved, below what was heard. Every box in "
                    "between is a question that the proof does not touch, and each was open when "
                    "the promise was made. The lesson is about writing as much as about "
                    "mathematics: a result travels without its conditions unless they are in the "
                    "same sentence."
                ),
                ask=(
                    "Take a headline about AI from this month. Which of the boxes between proof "
                    "and promise did it skip?"
                ),
                show=(
                    "Move the timeline to the theorem of 1989 and read the entry; then go one "
                    "event back and one forward, and ask what was claimed and what was shown in "
                    "each."
                ),
            ),
        ),
        Slide(
            slug="hype-and-winters-timeline",
            title="Two winters",
            message=(
                "Twice, research in artificial intelligence came close to a halt after promises "
                "it could not keep."
            ),
            points=(
                (
                    "First winter, about 1974 to 1980: after the Lighthill report most British "
                    "funding ended."
                ),
                (
                    "Second winter, about 1987 to 1993: expert systems proved costly and the "
                    "Lisp machine market collapsed."
                ),
                (
                    "Backpropagation was widely known by 1986, but data and hardware only caught "
                    "up in 2012."
                ),
                "Authors differ by a few years on the dates.",
            ),
            figure="hype-timeline",
            references=(
                ref.ALPAC_1966,
                ref.MINSKY_PAPERT_1969,
                ref.LIGHTHILL_1973,
                ref.CREVIER_1993,
            ),
            builds=True,
            notes=Notes(
                say=(
                    "Two winters with the same shape: a promise with a date, money, a report that "
                    "compares the two, and then the money leaves. Research went on with fewer "
                    "people, and much of what works today comes from those years. Say that "
                    "historians differ about the exact dates; the slide gives the usual ones."
                ),
                ask=(
                    "What would a third winter look like, and which of today's promises could be "
                    "tested by a report?"
                ),
                show=(
                    "Walk the slider from event to event with the arrow keys. Stop at the two "
                    "reports and ask what each of them measured."
                ),
            ),
        ),
    ),
)
