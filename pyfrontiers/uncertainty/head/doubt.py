"""What a head says about an image: four measures of doubt from one set of draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Count, Floats, Seed, checked
from pyfrontiers.kernels import predictive
from pyfrontiers.uncertainty.posterior import Posterior

__all__ = ["Doubt", "doubt"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Measures of N images; each of the last four is larger where there is more doubt.

    Attributes:
        probabilities: (N, K) mean over the draws.
        samples: (S, N, K) probabilities of each draw.
        mutual_information: (N,) disagreement of the draws in nats.
        entropy: (N,) entropy of the mean in nats.
        remainder: (N,) 1 - the largest mean probability.
        energy: (N,) - log sum exp of the mean logits.

    Source:
        Houlsby et al., Bayesian active learning by disagreement (2011); Hendrycks and Gimpel, A
        baseline for detecting misclassified and out-of-distribution examples, ICLR 2017; Liu et
        al., Energy-based out-of-distribution detection, NeurIPS 2020.
    """

    probabilities: Tensor
    samples: Tensor
    mutual_information: Tensor
    entropy: Tensor
    remainder: Tensor
    energy: Tensor

    @property
    def measures(self) -> dict[str, Tensor]:
        """The four measures by name."""
        return {
            "mutual information": self.mutual_information,
            "maximum probability": self.remainder,
            "entropy": self.entropy,
            "energy": self.energy,
        }


@checked
def doubt(
    posterior: Posterior,
    features: Annotated[Tensor, Floats("N", "D")],
    *,
    samples: Count = 1000,
    seed: Seed = 0,
) -> Doubt:
    """Draw from a head and measure its doubt.

    Args:
        posterior: a fitted head, or any other posterior over classifiers of these features.
        features: (N, D).
        samples: number of draws S.
        seed: 64-bit seed of the draws.

    Returns:
        The measures. All draws are kept, S N K numbers; `predict` streams them.
    """
    logits = torch.cat(list(posterior.sample(features, samples, seed=seed)))
    found = predictive(logits)
    mean = found.mean_probability
    return Doubt(
        mean,
        logits.softmax(2),
        found.mutual_information,
        found.entropy,
        1 - mean.max(1).values,
        -logits.mean(0).logsumexp(1),
    )
