"""Claims of the lecture that this package does not measure yet, with published figures.

Claims that :mod:`pyfrontiers.claims` measures have their statement and figure there. A test checks
that each claim is in exactly one of the two places.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PUBLISHED", "PublishedClaim"]


@dataclass(frozen=True, slots=True)
class PublishedClaim:
    """A claim with a published figure.

    Attributes:
        statement: The claim in one sentence.
        figure: The published figure or result, with its source.
    """

    statement: str
    figure: str


PUBLISHED: Mapping[str, PublishedClaim] = MappingProxyType(
    {
        "C22": PublishedClaim(
            "Learning one task makes learning the next one easier.",
            (
                "From a meta-learned starting point, one gradient step on five examples fits a new "
                "sinusoid (Finn, Abbeel and Levine 2017)."
            ),
        ),
    }
)
