"""Section `multi-task-uncertainty`: uncertainty sets the weight of each task."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

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
        ),
        Slide(
            slug="multi-task-uncertainty-results",
            title="Better together?",
            message=(
                "In the paper, all three tasks do better together than alone, once the weights are "
                "learned."
            ),
            points=(
                "Alone: IoU 59.4 %, instance error 4.61 px, inverse depth error 0.640 px.",
                (
                    "Unweighted sum: 50.1 %, 3.79 px, 0.592 px; best weights from a grid search: "
                    "62.8 %, 3.61 px, 0.549 px."
                ),
                "Learned weights: 63.4 %, 3.50 px, 0.522 px.",
                "A public reimplementation found no gain, so check on your own data.",
            ),
            figure="task-weighting",
            references=(ref.KENDALL_2018,),
        ),
    ),
)
