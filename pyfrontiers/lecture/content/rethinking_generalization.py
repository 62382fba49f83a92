"""Section `rethinking-generalization`: networks that memorise random labels."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="rethinking-generalization",
    title="Rethinking generalization",
    summary="Networks fit random labels as perfectly as real ones, so a perfect fit proves little.",
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
                "Replace a share of the labels with rolls of a K-sided die, then train as usual."
            ),
            points=(
                "The images stay the same; only their labels become noise.",
                "A K-sided die still lands on the true label once in K rolls.",
                "At 100 %, nothing connects an image to its label, so there is nothing to learn.",
            ),
            equation=(
                r"\tilde y_i = \begin{cases} y_i & \text{with prob. } 1 - r \\ \text{a roll} & "
                r"\text{with prob. } r \end{cases}"
            ),
            figure="labels-from-a-die",
            references=(ref.ZHANG_2017,),
            notes=Notes(
                say=(
                    "Take the training set and a die with as many sides as there are classes. For "
                    "a share of the images, the die decides the label. Nothing else changes: same "
                    "images, same network, same optimiser. Point out that the die is sometimes "
                    "right, so even a fully random set keeps a few true labels, more of them when "
                    "there are few classes."
                ),
                ask=(
                    "Before the next slide: what happens to the training accuracy when all labels "
                    "are random? Ask for a show of hands at 10 %, 50 % and 100 %."
                ),
                show=(
                    "Set the share in the lab without training yet. Read off the slide's figure "
                    "how many labels stay true with 2, 10 and 1,000 classes."
                ),
            ),
        ),
        Slide(
            slug="rethinking-generalization-result",
            title="Fitting pure noise",
            message=(
                "With random labels, training accuracy stays at 100 % while test accuracy falls to "
                "chance."
            ),
            points=(
                (
                    "Inception on CIFAR-10, train and test: 100 % and 89.05 % with true labels, "
                    "100 % and 9.78 % with random labels."
                ),
                "Without any regularisation, test accuracy with true labels is still 85.75 %.",
                (
                    "A multilayer perceptron with three layers of 512 units, random labels: 100 % "
                    "train, 10.48 % test."
                ),
                (
                    "A two-layer ReLU network with 2n + d weights can fit any labels for n points "
                    "in d dimensions."
                ),
                (
                    "So perfect training accuracy cannot tell learning from memorising; only "
                    "held-out data can."
                ),
            ),
            figure="random-labels",
            references=(ref.ZHANG_2017,),
            builds=True,
            notes=Notes(
                say=(
                    "The hands were mostly wrong: the training accuracy stays at the top for "
                    "every share, and only the test accuracy notices. So the network has room for "
                    "a table of all labels, and falls back on it when there is no rule. This does "
                    "not mean that networks only memorise: a perfect fit cannot tell you which of "
                    "the two happened."
                ),
                ask=(
                    "Two networks both reach 100 % on the training set. What would you have to "
                    "measure to find out which of them learned something?"
                ),
                show=(
                    "Choose a share between the recorded ones, train it live, and move the epoch. "
                    "True labels are fitted first and wrong ones later, one by one. That order is "
                    "why stopping early helps."
                ),
            ),
        ),
    ),
)
