"""Section `adversarial-examples`: the gradient with respect to the input."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="adversarial-examples",
    title="Adversarial examples",
    summary=(
        "A change too small to see turns a temple into an ostrich, by gradient ascent on the input."
    ),
    facts=(
        "Adversarial attacks on a standard CNN trained on ImageNet. A picture of a temple, "
        "classified as such with 97% probability, receives a small perturbation; the adversarial "
        "example looks the same to us, but for the network it is an ostrich, which makes no "
        "sense. How are such perturbations generated, and why do they fool the network? Gradient "
        "descent in training: an objective, the loss J, depends on weights theta, input x and "
        "label y; the weights are shifted to minimize the loss while x and y stay fixed. The "
        "attack solves another problem: modify the input image to increase the error in the "
        "prediction while theta and y stay fixed. Optimize over the input, maximise instead of "
        "minimise. Epsilon, sign of the gradient, fast gradient sign method, projected gradient "
        "descent, targeted class, L-infinity norm."
    ),
    claims=("C7", "C8"),
    slides=(
        Slide(
            slug="adversarial-examples-temple",
            title="Temple to ostrich",
            message=(
                "A perturbation too small to see makes the network mistake a temple for an ostrich."
            ),
            points=(
                (
                    "In the lecture, the network recognises the clean photograph as a temple, "
                    "with a probability of 97 %."
                ),
                (
                    "Add a perturbation of a few of 255 grey levels per pixel, and the picture "
                    "looks the same to us."
                ),
                "The same network now predicts an ostrich, with high confidence.",
                (
                    "Why it works: each of 150,000 input values changes a little, and their "
                    "effects on the loss add up."
                ),
            ),
            equation=r"x' = x + \delta, \qquad \lVert \delta \rVert_\infty \le \varepsilon",
            figure="small-change-large-effect",
            references=(ref.SZEGEDY_2014, ref.GOODFELLOW_2015),
        ),
        Slide(
            slug="adversarial-examples-mirror",
            title="The mirror image of training",
            message=(
                "Training changes the weights to lower the loss; an attack changes the input to "
                "raise it."
            ),
            points=(
                "Training: input x and label y are fixed, the weights θ move downhill.",
                "Attack: weights θ and label y are fixed, the input x moves uphill.",
                "Both gradients come from the same backward pass through the same network.",
                "A targeted attack moves downhill instead, on the loss of the target label.",
            ),
            equation=(
                r"\begin{aligned} \text{training:} \quad \theta &\leftarrow \theta - \eta\, "
                r"\nabla_{\theta} J(\theta, x, y) \\ \text{attack:} \quad x &\leftarrow x + "
                r"\alpha\, \nabla_{x} J(\theta, x, y) \end{aligned}"
            ),
            figure="training-and-attack",
            references=(ref.GOODFELLOW_2015,),
        ),
        Slide(
            slug="adversarial-examples-projection",
            title="Step and project",
            message=(
                "Projected gradient descent repeats two operations: step along the gradient's "
                "sign, project back into the ε-box."
            ),
            points=(
                "One step of size ε is the fast gradient sign method of 2015.",
                "Many small steps, each followed by a projection, find stronger examples.",
                "A targeted attack steps down the loss of the target class.",
                (
                    "Test defences with strong attacks: one claimed 71.22 % on CIFAR-10 and had "
                    "1.35 % left under AutoAttack."
                ),
            ),
            equation=(
                r"\begin{aligned} z &= x_k + \alpha\, \operatorname{sign} \nabla_x J(\theta, x_k, "
                r"y) \\ x_{k+1} &= \Pi_{[0,1]}\, \Pi_{\lVert x - x_0 \rVert_\infty \le "
                r"\varepsilon}\,(z) \end{aligned}"
            ),
            figure="projected-steps",
            references=(ref.GOODFELLOW_2015, ref.MADRY_2018, ref.CROCE_2020),
        ),
    ),
)
