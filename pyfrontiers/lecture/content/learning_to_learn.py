"""Section `learning-to-learn`: experts are the bottleneck."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="learning-to-learn",
    title="Learning to learn",
    summary=(
        "Each network is built for one task, by experts who are scarce. Could an algorithm choose "
        "the model instead?"
    ),
    facts=(
        "The second exciting area is learning to learn. Today's neural networks solve the single "
        "task they were optimized for. Models get more and more complex, and engineering, "
        "building and deploying them requires expert knowledge. That knowledge is a bottleneck: "
        "deep learning would be useful in many different settings, but researchers and engineers "
        "are few. Why not a learning algorithm that learns which model suits an arbitrary task "
        "and arbitrary data? Google's answer of a few years ago is the concept of AutoML, "
        "automatic machine learning: learning how to create a new model for the problem at hand. "
        "Meta-learning, search space, scarce experts."
    ),
    slides=(
        Slide(
            slug="learning-to-learn-bottleneck",
            title="The bottleneck",
            message=(
                "There are more problems for deep learning than experts who can design a network "
                "for each."
            ),
            points=(
                "Most networks are built for one task by one team.",
                (
                    "Depth, width, filter size, stride, optimiser, schedule: each choice takes "
                    "experience or trial and error."
                ),
                "As models grow, so does the knowledge needed to build and deploy them.",
            ),
            references=(ref.THRUN_1998, ref.HUTTER_2019),
        ),
        Slide(
            slug="learning-to-learn-question",
            title="The question",
            message="Can an algorithm learn which model suits a given data set and task?",
            points=(
                "Outer problem: choose the architecture a. Inner problem: train its weights.",
                "Each evaluation of the outer problem costs a full training run.",
                (
                    "With 192 choices per layer, as in the search of 2017, six layers already give "
                    "5 · 10¹³ networks."
                ),
            ),
            equation=(
                r"\begin{aligned} a^{*} &= \arg\max_{a \in \mathcal{A}} \; "
                r"\mathrm{accuracy}_{\text{val}}\big(a, \hat\theta(a)\big) \\ \hat\theta(a) &= "
                r"\arg\min_{\theta} \; \mathcal{L}_{\text{train}}(a, \theta) \end{aligned}"
            ),
            figure="architecture-count",
            references=(ref.ZOPH_2017, ref.FEURER_2015, ref.HUTTER_2019),
        ),
    ),
)
