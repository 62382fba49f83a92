"""Section `child-networks`: the child's accuracy trains the controller."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="child-networks",
    title="Child networks",
    summary=(
        "Each child is trained, its accuracy is the reward, and good regions of the search space "
        "gain probability."
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
                "Only one number of each trained child is used: its accuracy, cubed in 2017.",
                (
                    "The gradient needs only samples and their rewards, not the derivative of the "
                    "accuracy."
                ),
                "The baseline b, a moving average of the rewards, reduces the variance.",
                "After 12,800 children, the best network had a CIFAR-10 test error of 3.65 %.",
            ),
            equation=(
                r"\nabla J \approx \frac{1}{m} \sum_{k=1}^{m} ( R_k - b )\, \nabla_\phi \log "
                r"\pi_\phi\big(a^{(k)}\big)"
            ),
            figure="reinforce-probability",
            references=(ref.WILLIAMS_1992, ref.ZOPH_2017),
            notes=Notes(
                say=(
                    "Only one number comes back from a training run that took hours. REINFORCE "
                    "multiplies it with the gradient of the log-probability of what was chosen: "
                    "better than the average so far, more of it; worse, less of it. The baseline "
                    "changes nothing on average and everything in the noise."
                ),
                ask="What happens without a baseline if all rewards are between 0.9 and 0.95?",
                show=(
                    "Compare the regret of the controller with that of random search over the "
                    "number of trained children. Ask at which point the curves separate."
                ),
            ),
        ),
        Slide(
            slug="child-networks-bar",
            title="The baseline: random search",
            message=(
                "A search has learned something only if it beats random sampling at the same "
                "budget."
            ),
            points=(
                (
                    "Compare equal numbers of trained children, over many seeds, with confidence "
                    "intervals."
                ),
                (
                    "In the synthetic space of the figure, most effects simply add up, and the "
                    "controller wins."
                ),
                (
                    "Real spaces are harder: random search with weight sharing reached 2.85 ± 0.08 "
                    "% on CIFAR-10."
                ),
                "Much of a good result comes from the search space, which people designed.",
            ),
            figure="search-at-equal-budget",
            references=(ref.LI_2019,),
            builds=True,
            notes=Notes(
                say=(
                    "The question to ask about every search: what would drawing at random have "
                    "found with the same budget? In our benchmark, where all networks are "
                    "trained, the controller wins by a small and significant margin, and other "
                    "searches win by more. In larger spaces, random search has been very hard to "
                    "beat, because people had already put the knowledge into the space."
                ),
                ask=(
                    "A paper reports a new search with one run and no random baseline. What do "
                    "you conclude?"
                ),
                show=(
                    "Run the comparison with a seed that the class chooses. With five runs of "
                    "each search the order changes from seed to seed; with twenty it hardly does."
                ),
            ),
        ),
    ),
)
