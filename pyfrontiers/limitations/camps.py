"""The two camps in the debate about interpretability: their best arguments, with sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyfrontiers.lecture import references as ref

if TYPE_CHECKING:
    from pyfrontiers.lecture import Reference

__all__ = ["CAMPS", "Argument", "Camp"]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of one or two sentences, with the paper that makes or supports it."""

    text: str
    source: Reference


@dataclass(frozen=True, slots=True)
class Camp:
    """One side of the debate.

    Attributes:
        name: Label of the button that votes for it.
        position: Its position in one sentence.
        arguments: Its arguments; both sides have the same number.
    """

    name: str
    position: str
    arguments: tuple[Argument, ...]


CAMPS: tuple[Camp, Camp] = (
    Camp(
        name="It must explain itself",
        position="Decisions about people must not rest on a model whose reasons cannot be checked.",
        arguments=(
            Argument(
                "People who are refused a loan or parole are owed a reason that they can contest, "
                "and a simple, interpretable model is often just as accurate.",
                ref.RUDIN_2019,
            ),
            Argument(
                "A model can be right on the test set for a wrong reason that fails elsewhere; "
                "only looking inside reveals this before it does harm.",
                ref.LIPTON_2016,
            ),
            Argument(
                "Average accuracy hides whom a system fails. Without asking how it decides, you "
                "may never notice the group it serves badly.",
                ref.BUOLAMWINI_2018,
            ),
        ),
    ),
    Camp(
        name="It must perform well",
        position="What protects people who rely on a model is measured performance, not a story.",
        arguments=(
            Argument(
                "An explanation can look right and have nothing to do with the model: some "
                "methods draw the same map after the weights are randomised.",
                ref.ADEBAYO_2018,
            ),
            Argument(
                "Interpretability has no agreed definition, so requiring it guarantees nothing. "
                "The error on new cases is well defined, and it can be measured.",
                ref.LIPTON_2016,
            ),
            Argument(
                "Opaque networks beat hand-crafted, readable features at tasks such as image "
                "recognition; insisting on readable models would have cost that progress.",
                ref.KRIZHEVSKY_2012,
            ),
        ),
    ),
)
