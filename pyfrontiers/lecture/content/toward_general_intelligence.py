"""Section `toward-general-intelligence`: transfer and meta-learning."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="toward-general-intelligence",
    title="Toward general intelligence",
    summary=(
        "People transfer what they learn to unrelated tasks. AI systems should improve their own "
        "learning, too."
    ),
    facts=(
        "The question at the heart of the course: generalized artificial intelligence. "
        "Intelligence, loosely speaking, takes in information and uses it for a future decision. "
        "The learning pipeline of humans is not limited to defined tasks; one task learned has "
        "an impact on another that is completely separate and unrelated. To reach that level, AI "
        "systems have to improve their learning and their reasoning, beyond single tasks, and "
        "generalize over related, dependent tasks. A thought to leave with: discuss, "
        "introspection, chat with the TAs. This concludes the lecture series; what follows are "
        "three guest lectures and the lab on reinforcement learning. Transfer, few-shot "
        "learning, meta-learning."
    ),
    claims=("C22",),
    slides=(
        Slide(
            slug="toward-general-intelligence-transfer",
            title="One task helps another",
            message=(
                "People who learn one task get better at others; most networks start from scratch."
            ),
            points=(
                "Intelligence, loosely: take in information and use it for later decisions.",
                "What transfers is a prior: which functions, features and moves are worth trying.",
                (
                    "With a prior learned from related tasks, five examples can be enough for a "
                    "new one."
                ),
            ),
            figure="few-shot-error",
            references=(ref.LAKE_2017, ref.CARUANA_1997),
            notes=Notes(
                say=(
                    "A person who has learned one game starts the next one better. What carries "
                    "over is not the solution but the expectations: which features matter, which "
                    "moves are worth a try. In the language of this lecture it is a prior, and a "
                    "prior learned from related tasks can replace most of the data."
                ),
                ask=(
                    "Which skill of yours made another one easier that has nothing to do with it?"
                ),
                show=(
                    "No lab of this section. Go back to “Bayesian neural networks”, part 1, and "
                    "show how few examples are enough when the prior is right."
                ),
            ),
        ),
        Slide(
            slug="toward-general-intelligence-meta",
            title="Learning how to learn",
            message=(
                "Meta-learning optimises the starting point so that a few steps are enough for a "
                "new task."
            ),
            points=(
                "Inner step: adapt to one task from a few examples.",
                (
                    "Outer step: move the starting point θ so that adaptation works better on the "
                    "next task."
                ),
                (
                    "The figure learns a prior over weights from 300 sine curves; MAML learns θ "
                    "by gradient descent."
                ),
                "Open question: how different can a new task be before experience stops helping?",
            ),
            equation=(
                r"\min_{\theta} \; \sum_{i} \mathcal{L}_i\big( \theta - \alpha\, \nabla_\theta "
                r"\mathcal{L}_i(\theta) \big)"
            ),
            figure="few-shot-curves",
            references=(ref.FINN_2017, ref.THRUN_1998),
            builds=True,
            notes=Notes(
                say=(
                    "Two loops again, as in the architecture search, but now the outer loop moves "
                    "the starting point and has a gradient. After a few steps on a few examples, "
                    "the network should be good at a task that it has never seen. The figure "
                    "learns a prior from related curves; the method named on the slide learns a "
                    "starting point. Close with the open question, it is a good one to leave "
                    "with."
                ),
                ask="How different may the new task be before experience starts to hurt?",
                show=(
                    "No lab of this section. End on the overview with O and let the class name "
                    "the slide that they would contradict."
                ),
            ),
        ),
    ),
)
