"""Section `rethinking-generalization`: networks that learn random labels by heart."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="rethinking-generalization",
    title="Rethinking generalization",
    summary=(
        "Networks fit labels drawn by a die as perfectly as real ones. Fitting the data therefore "
        "proves little."
    ),
    facts=(
        "Rethinking generalization: a simple and powerful paper from Google Brain on "
        "understanding deep neural networks. Images of the ImageNet dataset with labels; for "
        "every image a die is rolled with one side for each of the K classes, and the result is "
        "the image's new, randomly sampled label. Two dogs may end up in different classes. The "
        "labels are then random with respect to what the picture shows. A network is fitted to "
        "data that range from original, untouched labels to completely randomised ones. On the "
        "test dataset the accuracy decreases progressively with the randomness; on the training "
        "set the model reaches 100% accuracy no matter how random the labels are. Deep nets "
        "perfectly fit, that is memorise, any function of the training data, even one of "
        "entirely random labels. Capacity, overfitting, regularisation, classification."
    ),
    claims=("C5",),
    slides=(
        Slide(
            slug="rethinking-generalization-die",
            title="Labels from a die",
            message=(
                "Replace a share of the labels by throws of a K-sided die, then train as usual."
            ),
            points=(
                "The images stay as they are; only what they are called becomes noise.",
                "A die of K sides still hits the true label once in K throws.",
                (
                    "At a share of 100 % nothing links a picture to its label: there is nothing "
                    "left to learn."
                ),
            ),
            equation=(
                r"\tilde y_i = \begin{cases} y_i & \text{with prob. } 1 - r \\ \text{a throw} & "
                r"\text{with prob. } r \end{cases}"
            ),
            figure="labels-from-a-die",
            references=(ref.ZHANG_2017,),
        ),
        Slide(
            slug="rethinking-generalization-result",
            title="100 % of the noise",
            message=(
                "With random labels the training accuracy stays at 100 % while the test accuracy "
                "falls to chance."
            ),
            points=(
                (
                    "CIFAR-10, Inception: true labels 100 % train and 89.05 % test, random "
                    "labels 100 % and 9.78 %."
                ),
                "Without any regularisation the true labels still give 85.75 % on the test set.",
                (
                    "A plain network of three layers of 512 units: random labels 100 % train, "
                    "10.48 % test."
                ),
                (
                    "A two-layer ReLU network with 2n + d weights can fit any labels of n points "
                    "in d dimensions."
                ),
                (
                    "So a perfect training score cannot tell learning from memorising; only data "
                    "held back can."
                ),
            ),
            figure="random-labels",
            references=(ref.ZHANG_2017,),
        ),
    ),
)
