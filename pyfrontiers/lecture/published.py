"""What the lecture claims where no experiment of this package measures it, and what was published.

Claims that :mod:`pyfrontiers.claims` measures carry their statement and figure there; each claim is
in exactly one of the two places, which a test holds.
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
    """A claim with the figure that its source gives.

    Attributes:
        statement: The claim in one sentence.
        figure: The published figure with its source, or what the source proves.
    """

    statement: str
    figure: str


PUBLISHED: Mapping[str, PublishedClaim] = MappingProxyType(
    {
        "C9": PublishedClaim(
            "Adversarial examples can survive rotation, noise and change of light.",
            "96.4 % of transformed 2D images stay adversarial (Athalye et al. 2018).",
        ),
        "C10": PublishedClaim(
            "A printed turtle is taken for a rifle in the majority of photographs.",
            "3D models, simulated: 83.4 ± 21.7 % of poses; printed: turtle 82 %, baseball 59 % "
            "(Athalye et al. 2018).",
        ),
        "C15": PublishedClaim(
            "The class probabilities sum to one for any input, so they are no confidence.",
            "A softmax can be certain far from the data; the spread over stochastic passes tells "
            "(Gal and Ghahramani 2016).",
        ),
        "C16": PublishedClaim(
            "The posterior over weights is intractable and is approximated by sampling.",
            "Boston housing with dropout: RMSE 2.97 ± 0.85, log-likelihood -2.46 (Gal and "
            "Ghahramani 2016); corrected by the author in 2018 to 2.90 ± 0.18 and -2.40.",
        ),
        "C18": PublishedClaim(
            "The uncertainty of depth is high where two objects overlap.",
            "Uncertainty learned with the depth is largest at object boundaries (Kendall and Gal "
            "2017).",
        ),
        "C19": PublishedClaim(
            "Tasks weighted by their uncertainty help each other.",
            "IoU %, instance and inverse-depth error in pixels: alone 59.4 / 4.61 / 0.640, equal "
            "weights 50.1 / 3.79 / 0.592, learned weights 63.4 / 3.50 / 0.522 (Kendall, Gal and "
            "Cipolla 2018, Table 1).",
        ),
        "C20": PublishedClaim(
            "The controller moves probability towards better child networks.",
            "CIFAR-10 error 3.65 % after 12,800 children (Zoph and Le 2017); random search with "
            "weight sharing reaches 2.85 ± 0.08 % (Li and Talwalkar 2019).",
        ),
        "C21": PublishedClaim(
            "Data and metrics go in, a trained network to deploy comes out.",
            "Over more than 100 data sets a search over whole pipelines outdid the systems before "
            "it (Feurer et al. 2015).",
        ),
        "C22": PublishedClaim(
            "Learning one task makes learning the next one easier.",
            "A shared starting point fits a new sinusoid from five examples in one gradient step "
            "(Finn, Abbeel and Levine 2017).",
        ),
    }
)
