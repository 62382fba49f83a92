"""Section `bayesian-neural-networks`: a distribution over weights instead of a single set."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

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
            builds=True,
            notes=Notes(
                say=(
                    "Instead of one set of weights keep all of them, each with a weight according "
                    "to how well it explains the data and how plausible it was before. Go through "
                    "the formula from right to left: prior, likelihood, posterior. The "
                    "denominator is left for the next slide. With more data the weights that "
                    "survive look more and more alike."
                ),
                ask=(
                    "Before any data, which functions does this network think are plausible? "
                    "Guess, then look."
                ),
                show=(
                    "Part 1: move “Examples seen” from none to all. The curves from the prior are "
                    "wild; each example pins them down where it lies and nowhere else."
                ),
            ),
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
            notes=Notes(
                say=(
                    "The denominator is an integral over all weights. On a grid it needs a number "
                    "of points to the power of the number of weights, which ends the matter at a "
                    "dozen. So sample: draw networks from the posterior and average their "
                    "answers. Exact samples are slow, fast methods replace the posterior by "
                    "something simpler, and each one misses something else."
                ),
                ask=(
                    "What does an ensemble of five networks miss that a chain of ten thousand "
                    "samples finds?"
                ),
                show=(
                    "Part 3 for the grid: let the class choose the number of weights at which the "
                    "age of the universe is over. Part 2 for the methods: compare two of them "
                    "with the reference away from the data."
                ),
            ),
        ),
    ),
)
