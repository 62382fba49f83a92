"""Section `progress-so-far`: what deep learning changed, and what it was optimised for."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="progress-so-far",
    title="Progress so far",
    summary=(
        "Deep learning changed many fields by learning to map data to decisions and back, one task "
        "at a time."
    ),
    facts=(
        "What deep learning has revolutionised so far: autonomous vehicles, medicine and "
        "healthcare, robotics, generative modelling, reinforcement learning, a multitude of "
        "disciplines and research areas. A summary of the first lectures. Input data such as "
        "signals, sequences, images and other sensory measurements lead to a decision as output: "
        "a prediction or an action. The opposite direction, decision to data, is generative: "
        "draw brand-new samples in a probabilistic setting. Each algorithm is designed and "
        "optimised for one single task; none thinks, operates or reasons as humans do at a "
        "higher level of intelligence. Advances, architectures, complex tasks, supervised "
        "learning."
    ),
    slides=(
        Slide(
            slug="progress-so-far-directions",
            title="From data to decision, and back",
            message=(
                "Networks learn two directions: from data to a decision, and from a decision back "
                "to data."
            ),
            points=(
                "Data to decision: classify an image, transcribe speech, choose the next action.",
                "Decision to data: generate a sample of a chosen class.",
                "Both are conditional distributions: label given data, or data given label.",
                "The same recipe works in vision, medicine, games, robotics and driving.",
            ),
            equation=r"p_\theta(y \mid x) \quad\longleftrightarrow\quad p_\theta(x \mid y)",
            figure="data-and-decision",
            references=(
                ref.KRIZHEVSKY_2012,
                ref.ESTEVA_2017,
                ref.SILVER_2016,
                ref.KINGMA_2014,
                ref.GOODFELLOW_2014,
            ),
            notes=Notes(
                say=(
                    "Sort everything the class has seen into two arrows. From data to a decision: "
                    "a label, a transcript, a move. From a decision to data: an image of a chosen "
                    "class. Both are conditional distributions, and both are trained by the same "
                    "recipe, so progress in one field carried over to the next so quickly."
                ),
                ask=(
                    "Speech recognition and speech synthesis: which arrow is which, and what is x "
                    "and y in each?"
                ),
                show=(
                    "Draw a digit in the left half and let the class read the probabilities. Then "
                    "choose the same digit in the right half and press Sample again. Draw "
                    "something that is no digit: the left network answers all the same, which "
                    "section 10 comes back to."
                ),
            ),
        ),
        Slide(
            slug="progress-so-far-one-task",
            title="One task at a time",
            message="Each of these systems is optimised for a single task and nothing else.",
            points=(
                "Training minimises one average loss over one data set.",
                "The network has no reason to learn what the loss does not measure.",
                (
                    "People reuse what they know, learn from few examples and notice when a "
                    "question makes no sense."
                ),
            ),
            equation=(
                r"\hat\theta = \arg\min_\theta \; \frac{1}{n} \sum_{i=1}^{n} J(\theta;\, x_i,\, "
                r"y_i)"
            ),
            figure="one-network-per-task",
            references=(
                ref.LECUN_2015,
                ref.LAKE_2017,
            ),
            notes=Notes(
                say=(
                    "One objective, one data set, one average. Everything a network can do is "
                    "there because it lowered that number; nothing else is learned. That is a "
                    "strength while the task stays fixed. Contrast it with a person who "
                    "reads the same digits: they also notice that a sheet is upside down."
                ),
                ask=(
                    "What do you know about a handwritten seven that no loss on labels would ever "
                    "teach?"
                ),
                show=(
                    "Draw a seven with a bar, a seven mirrored, a seven in a corner. The "
                    "classifier was optimised for one kind of seven, and its probabilities show "
                    "where that ends."
                ),
            ),
        ),
    ),
)
