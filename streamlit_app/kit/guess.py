"""A question to guess before an experiment; the answer stands with what was found."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

__all__ = ["Guess", "ask_guess", "judged_guess"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A question that the experiment answers.

    Attributes:
        question: The question.
        answers: Possible answers, short enough for a line.
        right: Position of the right answer, from 0.
    """

    question: str
    answers: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        if not 0 <= self.right < len(self.answers):
            raise ValueError(
                f"right must be a position in the {len(self.answers)} answers, got {self.right}."
            )


def ask_guess(guess: Guess, key: str) -> str | None:
    """Draw the question and its answers.

    Args:
        guess: The question.
        key: Unique in the app; the choice is kept for the visitor's session.

    Returns:
        The chosen answer, or ``None``.
    """
    with st.container(key=f"guess-{key}"):
        chosen: str | None = st.radio(
            f"Guess first: {guess.question}", guess.answers, index=None, key=f"guessed-{key}"
        )
    return chosen


def judged_guess(guess: Guess, chosen: str | None) -> str:
    """Return a sentence about the chosen answer; it may contain ``**bold**``."""
    right = guess.answers[guess.right]
    if chosen is None:
        return ""
    if chosen == right:
        return f"Your guess was right: **{right}**."
    return f"Your guess was “{chosen}”; the answer is **{right}**."
