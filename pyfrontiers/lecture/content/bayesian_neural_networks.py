"""Section `bayesian-neural-networks`: a distribution over weights instead of a single set."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="bayesian-neural-networks",
    title="Bayesian neural networks",
    summary=(
        "Learn a distribution over the weights instead of a single set. The exact posterior is "
        "intractable, so we sample."
    ),
    facts=(
        "Bayesian neural networks learn a distribution over weights in place of one fixed set, "
        "given input data X and output labels Y. Bayes' rule, a fundamental law of probability "
        "theory and statistics, parameterizes the problem. The posterior distribution says how "
        "likely weights are once input and output are given. It is computationally intractable "
        "in practice, cannot be learned directly, and so one finds ways to approximate the "
        "posterior by sampling operations. Prior, evidence, marginal likelihood, integral, "
        "Markov chain Monte Carlo, Hamiltonian, variational inference, ensembles, Laplace "
        "approximation."
    ),
    claims=("C16",),
    slides=(
        Slide(
            slug="bayesian-neural-networks-posterior",
            title="A distribution over weights",
            message=(
                "A Bayesian neural network keeps every set of weights that explains the data, "
                "weighted by its probability."
            ),
            points=(
                "The prior says which weights are plausible before seeing any data.",
                "The likelihood says how well they explain the labels.",
                "With more data, the posterior narrows and the weights become more certain.",
            ),
            equation=r"p(\theta \mid X, Y) = \frac{p(Y \mid X, \theta)\; p(\theta)}{p(Y \mid X)}",
            figure="bayes-posterior",
            references=(ref.MACKAY_1992, ref.NEAL_1996),
        ),
        Slide(
            slug="bayesian-neural-networks-intractable",
            title="An intractable integral",
            message=(
                "The exact posterior needs an integral over all weights; sampling replaces it with "
                "an average."
            ),
            points=(
                (
                    "Ten values per weight make 10ᵈ grid cells for d weights; real networks have "
                    "millions of weights."
                ),
                (
                    "Markov chain methods such as Hamiltonian Monte Carlo are exact in the limit, "
                    "but slow."
                ),
                (
                    "Variational inference, Laplace approximation, ensembles and dropout are fast, "
                    "but approximate."
                ),
            ),
            equation=(
                r"\begin{aligned} p(Y \mid X) &= \int p(Y \mid X, \theta)\, p(\theta)\, d\theta "
                r"\\ p(y \mid x, X, Y) &\approx \frac{1}{T} \sum_{t=1}^{T} p(y \mid x, \theta_t) "
                r"\end{aligned}"
            ),
            figure="sampled-posterior",
            references=(
                ref.NEAL_1996,
                ref.BLUNDELL_2015,
            ),
        ),
    ),
)
