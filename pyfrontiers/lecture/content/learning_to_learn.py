"""Section `learning-to-learn`: experts are the bottleneck."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

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
            figure="expert-bottleneck",
            references=(ref.THRUN_1998, ref.HUTTER_2019),
            notes=Notes(
                say=(
                    "List the choices that somebody had to make before the first gradient step: "
                    "depth, widths, filter sizes, strides, optimiser, schedule. For a new task "
                    "they are made again, by the few people who have done it before. That is the "
                    "bottleneck, and it is not computing time."
                ),
                ask=(
                    "Which of these choices did you ever make for a reason, and which because the "
                    "example you copied had them?"
                ),
                show=(
                    "Let the class design a network in the lab, choice by choice, and write down "
                    "their guess of the share of networks that it beats. Do not train it yet."
                ),
            ),
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
            notes=Notes(
                say=(
                    "Two nested problems. The inner one trains weights for a given architecture "
                    "and costs a whole training run; the outer one chooses the architecture and "
                    "has no gradient. Count the networks on the slide to see why trying all of "
                    "them is not an option, and why each trial must be used well."
                ),
                ask="You may train a hundred networks. How do you choose the second one?",
                show=(
                    "Train the network that the class designed and compare it with the guess, "
                    "with the median of all networks, with random search and with the controller."
                ),
            ),
        ),
    ),
)
