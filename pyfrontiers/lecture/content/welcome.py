"""Section `welcome`: where the course stands and how it ends."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.course import COURSE
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="welcome",
    title="Welcome",
    summary=(
        "Where the course stands, what the final project involves, and an outline of this lecture."
    ),
    facts=(
        "Announcements and logistics at the start of the week's last foundational lecture: "
        "t-shirts, swag and shirts for registered students and listeners, the schedule, the lab "
        "on reinforcement learning, and the final project. Students for credit choose. They "
        "pitch a proposal in three minutes on Google Slides, judged by a panel from industry on "
        "Friday; groups of one may present, but eligible for a prize is only a team of two to "
        "four people, one of them registered for credit; sign-up with names and a tentative "
        "title closes tonight at 10 pm, slide submission on Thursday at midnight. Awards: NVIDIA "
        "GPUs for the top three teams, Google Homes for the next best. Or they write a one-page "
        "paper review and email it by Friday. Guest speakers: Google's PAIR (People and AI "
        "Research) about visualization techniques; the MIT-IBM Watson AI Lab, where a physicist "
        "asks whether backpropagation is biologically plausible as neuroscience and what else "
        "could train neurons; NVIDIA about computer vision. Pitch competition, ceremony, pizza, "
        "TAs, questions."
    ),
    slides=(
        Slide(
            slug="welcome-road",
            title="The road ahead",
            message=(
                "We have seen how deep networks work; now we ask where they fail and what comes "
                "next."
            ),
            points=(
                "Limitations: what fitting the data does not guarantee.",
                "Uncertainty: how a network can say that it does not know.",
                "Learning to learn: algorithms that design and train networks.",
                (
                    "In the same week: a lab on reinforcement learning, and guest lectures by "
                    "Google PAIR, the MIT-IBM Watson AI Lab and NVIDIA."
                ),
            ),
            figure="lecture-road",
            references=(
                ref.LECUN_2015,
                ref.SMILKOV_2017,
                ref.KROTOV_2019,
            ),
            builds=True,
            notes=Notes(
                say=(
                    "The course so far was about building networks that work. This lecture is "
                    "about the edges: three questions that a good accuracy does not answer. Read "
                    "the three as one thread. A network fails without noticing; it should at "
                    "least notice; and people should not have to repair every network by hand. "
                    "Announce the guest lectures as what they were in 2019."
                ),
                ask=(
                    "Which of the three would stop you from trusting a network with a decision "
                    "about yourself?"
                ),
                show=(
                    "Nothing to run yet. Open the overview with O and let the class see how the "
                    "four parts divide the time."
                ),
            ),
        ),
        Slide(
            slug="welcome-project",
            title="How the course ended",
            message=(
                f"In {COURSE.year}, the course ended with the pitch of an idea or the review of a "
                "paper."
            ),
            points=(
                f"{COURSE.name}, {COURSE.year}: the days in the picture are history.",
                (
                    "Pitch: three minutes. Groups of two to four, with at least one student "
                    "taking the course for credit, competed for prizes."
                ),
                "Prizes: three NVIDIA GPUs for the top three teams, four Google Homes.",
                "Review: one page on a recent deep learning paper, by email.",
            ),
            figure="course-endings",
            notes=Notes(
                say=(
                    "This is how the course of 2019 ended; it is here so that the lecture is "
                    "complete, and the dates are history. For your own class, say what the final "
                    "work is, who judges it and when it is due, and skip the rest."
                ),
                ask=(
                    "If you had three minutes to sell one idea from this course, which one, and "
                    "what would the last slide show?"
                ),
                show=(
                    "Nothing to run. If you use this deck for a class of your own, replace this "
                    "slide in a lecture pack."
                ),
            ),
        ),
    ),
)
