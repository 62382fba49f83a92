"""Section `universal-approximation`: one hidden layer, and what the theorem leaves open."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="universal-approximation",
    title="Universal approximation",
    summary=(
        "One hidden layer can come as close as you like to any continuous function. The theorem "
        "says nothing about how."
    ),
    facts=(
        "A theorem of 1989 about neural networks, universal approximation, famous in the theory "
        "of the field and the cause of quite a stir. A single hidden layer approximates an "
        "arbitrary continuous function, so deep models with multiple layers are not needed for "
        "it; every problem that can be written as inputs and an output has some network. An "
        "incredibly powerful result with big caveats. It gives no guarantee about the size of "
        "the layer: how many hidden units may be required stays open. It leaves the weights to "
        "be found by gradient descent in a non-convex landscape; existence is proved, not a "
        "straightforward process of learning. And nothing is said of whether the learned model "
        "will generalise to other tasks. Sigmoid units, steps, bumps, ReLU knots, width, error, "
        "Barron's bound."
    ),
    claims=("C1", "C2", "C3", "C4"),
    slides=(
        Slide(
            slug="universal-approximation-theorem",
            title="One layer suffices",
            message=(
                "A single hidden layer of enough units approximates any continuous function as "
                "closely as you like."
            ),
            points=(
                (
                    "For every continuous f on [0, 1]ᵈ and every ε > 0 there is a width N with "
                    "error below ε everywhere."
                ),
                (
                    "Cybenko proved it for sigmoids; Hornik, Stinchcombe and White for general "
                    "squashing units, both in 1989."
                ),
                (
                    "So whatever can be written as a continuous map from inputs to an output has "
                    "a network."
                ),
            ),
            equation=(
                r"\begin{gathered} f_N(x) = \sum_{j=1}^{N} v_j\, \sigma\!\left(w_j^{\top} x + "
                r"b_j\right) \\ \sup_{x \in [0,1]^d} \left| f(x) - f_N(x) \right| < \varepsilon "
                r"\end{gathered}"
            ),
            figure="one-hidden-layer",
            references=(ref.CYBENKO_1989, ref.HORNIK_1989),
        ),
        Slide(
            slug="universal-approximation-construction",
            title="Built by hand",
            message="Two steep sigmoids make a bump, and enough bumps side by side make any curve.",
            points=(
                (
                    "A steep sigmoid, σₖ(x) = σ(kx) with large k, is a step; a step up and a "
                    "step down enclose a bump."
                ),
                (
                    "N steps leave an error that falls like 1/N; N ReLU knots, which join "
                    "straight lines, like 1/N²."
                ),
                "No training is involved: the weights are read off the target.",
                "In d dimensions a grid of bumps needs a number of units exponential in d.",
            ),
            equation=(
                r"\sum_{j=1}^{N} f(c_j) \left[ \sigma_k(x - a_j) - \sigma_k(x - a_{j+1}) \right]"
            ),
            figure="sum-of-bumps",
            references=(ref.CYBENKO_1989, ref.BARRON_1993),
        ),
        Slide(
            slug="universal-approximation-caveats",
            title="What it does not say",
            message=(
                "The theorem proves that weights exist; it neither finds them nor promises that "
                "they generalise."
            ),
            points=(
                (
                    "Size: the theorem bounds no width. Barron's bound does, for functions with "
                    "a finite Fourier moment on a ball of radius r."
                ),
                (
                    "Search: gradient descent on a non-convex loss need not find the weights "
                    "that exist."
                ),
                "Generalisation: the statement covers the interval, not what lies beside it.",
            ),
            equation=(
                r"\begin{gathered} \left\| f - f_N \right\|_{2} \le \frac{2\, r\, C_f}{\sqrt{N}} "
                r"\\ C_f = \int \lVert \omega \rVert\, \big| \hat f(\omega) \big|\, d\omega "
                r"\end{gathered}"
            ),
            figure="width-for-frequency",
            references=(ref.BARRON_1993, ref.HORNIK_1989),
        ),
    ),
)
