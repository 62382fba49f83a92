"""Section `child-networks`: the child's accuracy teaches the parent."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="child-networks",
    title="Child networks",
    summary=(
        "The child is trained, its accuracy is the reward, and good regions of the space gain "
        "probability."
    ),
    facts=(
        "The child network, called so because another neural network generated it. Sampled from "
        "the RNN, it is trained on the desired task and dataset, and its accuracy is evaluated. "
        "Then back to the controller: update it with the child's performance after training, so "
        "that the parent creates a better child model. Thousands of rounds of generating, "
        "testing and feedback to learn from. In the end the controller's probability is high in "
        "the better areas of the space of architectures, where accuracy on the task is high, and "
        "low where architectures perform badly. Iteratively, proposals, next round, reward, "
        "policy gradient, REINFORCE, baseline, random search."
    ),
    claims=("C20",),
    slides=(
        Slide(
            slug="child-networks-reinforce",
            title="Moving probability",
            message=(
                "REINFORCE moves probability towards children that did better than the average so "
                "far."
            ),
            points=(
                "One number of each trained child is kept: its accuracy, cubed in 2017.",
                (
                    "The gradient needs samples and their rewards only, not a derivative of the "
                    "accuracy."
                ),
                "The baseline b, a moving average of the rewards, lowers the variance.",
                "After 12,800 children: CIFAR-10 test error 3.65 % for the best network.",
            ),
            equation=(
                r"\nabla J \approx \frac{1}{m} \sum_{k=1}^{m} ( R_k - b )\, \nabla_\phi \log "
                r"\pi_\phi\big(a^{(k)}\big)"
            ),
            figure="reinforce-probability",
            references=(ref.WILLIAMS_1992, ref.ZOPH_2017),
        ),
        Slide(
            slug="child-networks-bar",
            title="The bar: random search",
            message=(
                "A search has learned something only if it beats random draws at the same budget."
            ),
            points=(
                (
                    "Compare at equal numbers of trained children, over many seeds, with an "
                    "interval."
                ),
                (
                    "In the synthetic space of the figure most effects simply add up, and the "
                    "controller leads."
                ),
                (
                    "Real spaces are less kind: random search with weight sharing reached 2.85 ± "
                    "0.08 % on CIFAR-10."
                ),
                "Much of a good result is the search space that people designed.",
            ),
            figure="search-at-equal-budget",
            references=(ref.LI_2019,),
        ),
    ),
)
