"""Section `multi-task-uncertainty`: uncertainty sets the weight of each task."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="multi-task-uncertainty",
    title="Three tasks, one network",
    summary=(
        "One network learns segmentation, instances and depth; uncertainty sets the weight of "
        "each task."
    ),
    facts=(
        "A group at Cambridge trained one convolutional architecture simultaneously for semantic "
        "segmentation, instance segmentation and depth estimation: three tasks. A video in "
        "yesterday's lecture showed it: the segmentation is cleaner and crisper than the group's "
        "result of the prior year. How they achieve the improvement: uncertainty estimates of "
        "two tasks raise the accuracy of the third. Training on different tasks regularizes the "
        "network and improves how it generalizes, for instance in the domain of segmentation. "
        "Results look crisp and clean next to the input image. Task weights, shared encoder, "
        "homoscedastic uncertainty, weighting of the losses."
    ),
    claims=("C19",),
    slides=(
        Slide(
            slug="multi-task-uncertainty-network",
            title="One encoder, three tasks",
            message=(
                "One network solves three tasks for a street scene, and learned noise levels "
                "weight their losses."
            ),
            points=(
                (
                    "For every pixel: which class is it, which car does it belong to, and how far "
                    "away is it?"
                ),
                "The shared encoder must serve all three tasks, which regularises it.",
                (
                    "A task with large noise σ counts less; the logarithm keeps σ from growing "
                    "without bound."
                ),
                "During training, each σ² settles at the level of its task's loss.",
            ),
            equation=(
                r"\mathcal{L}(\theta, \sigma) = \sum_{k=1}^{3} \left[ \frac{1}{2 \sigma_k^2}\, "
                r"\mathcal{L}_k(\theta) + \log \sigma_k \right]"
            ),
            figure="multi-task-network",
            references=(ref.CARUANA_1997, ref.KENDALL_2018),
            notes=Notes(
                say=(
                    "One encoder sees the street once; three heads ask it three questions. How "
                    "much should each question count? The weights could be searched by hand, or "
                    "each task gets a noise level that is learned: a noisy task counts less, and "
                    "the logarithm keeps the noise honest. It is the previous section's formula, "
                    "one σ for each task instead of one for each pixel."
                ),
                ask=(
                    "If you doubled the unit in which depth is measured, what should happen to "
                    "its weight?"
                ),
                show=(
                    "Move the point in the triangle of weights to a corner and look at what the "
                    "other two tasks lose."
                ),
            ),
        ),
        Slide(
            slug="multi-task-uncertainty-results",
            title="Better together?",
            message=(
                "In the paper, all three tasks do better together than alone, once the weights are "
                "learned."
            ),
            points=(
                (
                    "Three networks: 59.4 % IoU of the classes, 4.61 px error of the instances, "
                    "0.640 px of inverse depth."
                ),
                "One network, equal weights: 50.1 % IoU; the other two tasks gain.",
                "One network, learned weights: better in all three, 63.4 %, 3.50 px and 0.522 px.",
                "A grid search of fixed weights comes close: 62.8 %, 3.61 px and 0.549 px.",
                "A public reimplementation found no gain.",
            ),
            measured="C19",
            figure="task-weighting",
            references=(ref.KENDALL_2018,),
            notes=Notes(
                say=(
                    "First the published result, as it is: with learned weights all three tasks "
                    "do better together. Then ours, as it is: on our small street scenes the "
                    "claim fails, separate networks do better on most measures, and the card says "
                    "so. Leave both on the screen. Sharing helps when the tasks need the same "
                    "features and data are short; it is a hypothesis to test, not a rule."
                ),
                ask=(
                    "What would you change in our experiment to give sharing a fair chance, and "
                    "what result would convince you that it does not help?"
                ),
                show=(
                    "Open the table with intervals and find a row in which the interval excludes "
                    "zero. Then show how the learned weights develop over training."
                ),
            ),
        ),
    ),
)
