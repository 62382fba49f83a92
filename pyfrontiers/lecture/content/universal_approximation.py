"""Section `universal-approximation`: one hidden layer, and what the theorem leaves open."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="universal-approximation",
    title="Universal approximation",
    summary=(
        "One hidden layer can approximate any continuous function as closely as you like. The "
        "theorem does not say how."
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
            title="One layer is enough",
            message=(
                "A single hidden layer with enough units approximates any continuous function as "
                "closely as you like."
            ),
            points=(
                (
                    "For every continuous f on [0, 1]ᵈ and every ε > 0 there is a width N with "
                    "error below ε everywhere."
                ),
                (
                    "In 1989, Cybenko proved it for sigmoids, and Hornik, Stinchcombe and White "
                    "for general squashing functions."
                ),
                "So for any continuous map from inputs to an output, there is a network.",
            ),
            equation=(
                r"\begin{gathered} f_N(x) = \sum_{j=1}^{N} v_j\, \sigma\!\left(w_j^{\top} x + "
                r"b_j\right) \\ \sup_{x \in [0,1]^d} \left| f(x) - f_N(x) \right| < \varepsilon "
                r"\end{gathered}"
            ),
            figure="one-hidden-layer",
            references=(ref.CYBENKO_1989, ref.HORNIK_1989),
            notes=Notes(
                say=(
                    "Read the theorem aloud once with its quantifiers: for every function and "
                    "every tolerance there is a width. Stress the order. The width may depend on "
                    "both, and nothing bounds it. Say what compact means here: on the unit cube, "
                    "not everywhere. Then say why it mattered in 1989: it ended the argument that "
                    "a network with one hidden layer might be too weak in principle."
                ),
                ask=(
                    "What does the theorem say about a function that you know only at a hundred "
                    "points?"
                ),
                show=(
                    "Parts 1 to 3 of the lab, in order: one neuron, then a large weight that "
                    "makes it a step, then two steps that make a bump. Let someone in the class "
                    "set the position of the bump."
                ),
            ),
        ),
        Slide(
            slug="universal-approximation-construction",
            title="Built by hand",
            message="Two steep sigmoids make a bump, and enough bumps side by side make any curve.",
            points=(
                (
                    "A steep sigmoid, σₖ(x) = σ(kx) with large k, is nearly a step; a step up and "
                    "a step down make a bump."
                ),
                (
                    "With N steps the error falls as 1/N; with N ReLU knots, which join line "
                    "segments, as 1/N²."
                ),
                "There is no training: the weights are read off the target function.",
                (
                    "In d dimensions, the number of units in a grid of bumps grows exponentially "
                    "with d."
                ),
            ),
            equation=(
                r"\sum_{j=1}^{N} f(c_j) \left[ \sigma_k(x - a_j) - \sigma_k(x - a_{j+1}) \right]"
            ),
            figure="sum-of-bumps",
            references=(ref.CYBENKO_1989, ref.BARRON_1993),
            notes=Notes(
                say=(
                    "Forget training for a moment: this network is written down. Two steep "
                    "sigmoids are a bump, a row of bumps is a staircase, and a staircase with "
                    "narrow steps is any curve. ReLU knots join points by straight lines and need "
                    "fewer units for the same error. In many dimensions the same idea needs a "
                    "grid, and a grid is hopeless."
                ),
                ask=(
                    "With ten bumps for each axis, how many bumps for a picture of ten pixels? "
                    "And of a thousand?"
                ),
                show=(
                    "Part 4: start with N = 4 and go up. Switch from steps to ReLU at the same N "
                    "and watch the error. Type a function of the class's choice."
                ),
            ),
        ),
        Slide(
            slug="universal-approximation-caveats",
            title="What it does not say",
            message=(
                "The theorem proves that good weights exist, not that training finds them or that "
                "they generalise."
            ),
            points=(
                (
                    "Size: the theorem does not bound the width. Barron does, for functions with a "
                    "finite Fourier moment on a ball of radius r."
                ),
                "Search: gradient descent on a non-convex loss may not find these weights.",
                "Generalisation: the theorem covers the interval and nothing outside it.",
            ),
            equation=(
                r"\begin{gathered} \left\| f - f_N \right\|_{2} \le \frac{2\, r\, C_f}{\sqrt{N}} "
                r"\\ C_f = \int \lVert \omega \rVert\, \big| \hat f(\omega) \big|\, d\omega "
                r"\end{gathered}"
            ),
            figure="width-for-frequency",
            references=(ref.BARRON_1993, ref.HORNIK_1989),
            builds=True,
            notes=Notes(
                say=(
                    "Three gaps, one for each word that people hear in the theorem: size, search, "
                    "generalisation. The claim cards below the lab measure each gap on a small "
                    "problem. The middle one surprises most: weights as good as the ones written "
                    "by hand exist in the same network, and gradient descent stops at worse ones."
                ),
                ask=(
                    "You are told that suitable weights exist. What else do you have to know "
                    "before you would pay for the project?"
                ),
                show=(
                    "Part 5 trains twenty networks of the same width; compare the best of them "
                    "with the one built by hand. Part 6 leaves the interval. Keep the frame open "
                    "until someone says what the curve outside has to do with the data: nothing."
                ),
            ),
        ),
    ),
)
