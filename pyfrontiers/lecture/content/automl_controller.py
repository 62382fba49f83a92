"""Section `automl-controller`: a recurrent network that designs another network."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

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
            notes=Notes(
                say=(
                    "Translate: the action is an architecture, the environment trains it, the "
                    "reward is its validation accuracy. The agent is a recurrent network with "
                    "weights of its own. There is no derivative of the accuracy with respect to a "
                    "stride, so the agent learns from samples: what did well becomes more "
                    "probable."
                ),
                ask="What is the state in this problem, if there is one?",
                show=(
                    "Press Play and let it run while you talk. Stop when the first choice has "
                    "settled and ask whether it settled on the right value."
                ),
            ),
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
            notes=Notes(
                say=(
                    "The controller writes the architecture like a sentence, one word at a time. "
                    "Each word is drawn from a softmax and read back in, so a later choice can "
                    "depend on an earlier one. Name the words for one layer: height and width of "
                    "the filter, number of filters, stride."
                ),
                ask="Why should the stride of layer 3 depend on the stride of layer 1?",
                show=(
                    "Step through the updates and look at one child as a graph. Find two choices "
                    "whose values go together."
                ),
            ),
        ),
    ),
)
