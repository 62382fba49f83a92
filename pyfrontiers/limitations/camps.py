"""The two camps about interpretability: what each says, with its sources, each at its strongest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.lecture import references as ref

if TYPE_CHECKING:
    from pyfrontiers.lecture import Reference

__all__ = ["CAMPS", "Argument", "Camp"]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument in a sentence or two, and where it is made or what supports it."""

    text: str
    source: Reference


@dataclass(frozen=True, slots=True)
class Camp:
    """One side of the quarrel.

    Attributes:
        name: What a vote for it is called.
        creed: What it holds, in one sentence.
        arguments: The same number on either side.
    """

    name: str
    creed: str
    arguments: tuple[Argument, ...]


CAMPS: tuple[Camp, Camp] = (
    Camp(
        name="It must explain itself",
        creed="Where a decision touches people, a model whose reasons nobody can check is no tool.",
        arguments=(
            Argument(
                "A person who is refused a loan, or released or not, is owed a reason that can be "
                "disputed. A simple model that can be read is often as accurate.",
                ref.RUDIN_2019,
            ),
            Argument(
                "A model can be right on the test for a wrong reason that fails elsewhere; only "
                "looking inside shows it before harm is done.",
                ref.LIPTON_2016,
            ),
            Argument(
                "An average hides whom a system fails. Whoever does not ask how it decides does "
                "not find the group that it serves badly.",
                ref.BUOLAMWINI_2018,
            ),
        ),
    ),
    Camp(
        name="It must perform well",
        creed="What protects the people who rely on a model is measured performance, not a story.",
        arguments=(
            Argument(
                "An explanation can look right and have nothing to do with the model: some draw "
                "the same picture when the weights are random.",
                ref.ADEBAYO_2018,
            ),
            Argument(
                "Interpretable has no agreed meaning, so asking for it gives no guarantee; errors "
                "on new cases have a meaning, and they can be measured.",
                ref.LIPTON_2016,
            ),
            Argument(
                "Networks that nobody can read outdid hand-made, readable features where it "
                "counted, such as in recognising images; tying them down would have cost that.",
                ref.KRIZHEVSKY_2012,
            ),
        ),
    ),
)
