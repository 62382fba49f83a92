"""Section `automl-controller`: a recurrent network that designs another network."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="automl-controller",
    title="The AutoML controller",
    summary="A recurrent network designs another network, one hyperparameter at a time.",
    facts=(
        "Google's original AutoML proposal is a reinforcement learning framework: agent and "
        "environment. The agent is the controller, a RNN; it proposes a child model architecture "
        "by its parameters, and feedback on the child's performance informs the next proposal. "
        "At the macro scale the controller considers layer after layer of the proposed network; "
        "inside each candidate layer it predicts hyperparameters: how many filters, their "
        "dimensionality (height and width), the stride with which a filter patch slides in the "
        "convolution. For a child CNN these are the parameters of convolutional layers. Each "
        "choice is sampled from a softmax and becomes the next input of the recurrent network."
    ),
    slides=(
        Slide(
            slug="automl-controller-agent",
            title="Agent and environment",
            message=(
                "Architecture search is reinforcement learning: the action is a network, the "
                "reward is its accuracy."
            ),
            points=(
                "Agent: a controller, itself a recurrent network, proposes an architecture.",
                (
                    "Environment: a child network with this architecture is trained on the task "
                    "and scored on validation data."
                ),
                (
                    "The accuracy has no derivative with respect to a stride, so the controller "
                    "learns from samples."
                ),
                (
                    "The loop runs thousands of times; the search of 2017 trained 12,800 child "
                    "networks."
                ),
            ),
            equation=r"J(\phi) = \mathbb{E}_{a \sim \pi_\phi} \left[ R(a) \right]",
            figure="architecture-search-loop",
            references=(ref.ZOPH_2017, ref.WILLIAMS_1992),
        ),
        Slide(
            slug="automl-controller-unrolled",
            title="One token at a time",
            message=(
                "The controller writes the child layer by layer; each choice depends on the "
                "previous ones."
            ),
            points=(
                (
                    "Per layer: filter height and width from {1, 3, 5, 7}, filters from {24, 36, "
                    "48, 64}, stride from {1, 2, 3}."
                ),
                "Each choice is sampled from a softmax and fed back as the next input.",
                (
                    "The controller of 2017: two LSTM layers of 35 units, Adam at 6 · 10⁻⁴, "
                    "weights from U(−0.08, 0.08)."
                ),
            ),
            equation=r"\pi_\phi(a) = \prod_{t=1}^{L} \pi_\phi(a_t \mid a_1, \dots, a_{t-1})",
            figure="controller-unrolled",
            references=(ref.ZOPH_2017,),
        ),
    ),
)
