"""Section `adversarial-examples`: the gradient with respect to the input."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

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
                    "The lecture's network said temple, 97 %. Ours has no class for temples: it "
                    "says palace, and is less certain."
                ),
                (
                    "Add a perturbation of a few of 255 grey levels per pixel, and the picture "
                    "looks the same to us."
                ),
                "The same network now predicts an ostrich, and is nearly certain.",
            ),
            equation=r"x' = x + \delta, \qquad \lVert \delta \rVert_\infty \le \varepsilon",
            figure="temple-to-ostrich",
            references=(ref.SZEGEDY_2014, ref.GOODFELLOW_2015),
            builds=True,
            notes=Notes(
                say=(
                    "Show the three pictures and let the class look for a difference before you "
                    "name one. The change in the middle is enlarged to be visible at all. In the "
                    "lecture the first picture was a temple for the network; the network that "
                    "runs here has no such class and calls it a palace, with much less certainty. "
                    "The effect is the same one. It is not a bug in one network: a small step in "
                    "each of very many inputs adds up."
                ),
                ask=(
                    "How large would the change have to be for a person to answer differently? "
                    "Why does the network need so little?"
                ),
                show=(
                    "Press Attack with the target that the class chooses. Lower the largest "
                    "change step by step until the attack fails, and note where that is."
                ),
            ),
        ),
        Slide(
            slug="adversarial-examples-many",
            title="Why so little is enough",
            message="Each input value changes a little, and their effects on the loss add up.",
            points=(
                "A photograph of 224 × 224 pixels has 150,528 input values.",
                (
                    "Along the gradient's sign, every change pushes the same way: the effect grows "
                    "with the square root of their number."
                ),
                "In a random direction the pushes cancel, so noise of the same size does nothing.",
            ),
            equation=(
                r"w^{\top} \delta = \varepsilon \lVert w \rVert_1 \quad \text{for} \quad "
                r"\delta = \varepsilon \operatorname{sign} w"
            ),
            figure="small-change-large-effect",
            references=(ref.GOODFELLOW_2015,),
            notes=Notes(
                say=(
                    "People expect that a large effect needs a large change somewhere. Count "
                    "instead: there are very many inputs, each may move by the same small step, "
                    "and an attacker chooses all the directions. Even a linear model gives way, so "
                    "depth is not the reason. Random noise of the same size shows that it is the "
                    "direction that matters, not the size."
                ),
                ask="Would a picture with fewer pixels be harder to attack?",
                show=(
                    "Set the largest change to 1 of 255 and attack again. Then look at the "
                    "perturbation with the largest magnification: it is everywhere."
                ),
            ),
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
            notes=Notes(
                say=(
                    "Write the two updates under each other and change one letter at a time: the "
                    "weights become the input, minus becomes plus. Both use the same backward "
                    "pass: if you can train a network, you can attack it. A targeted attack keeps "
                    "the minus and changes the label."
                ),
                ask=(
                    "What does an attacker need that an ordinary user of the network does not have?"
                ),
                show=(
                    "The second half of the lab trains a small network on digits and attacks it "
                    "with the same loss; put the two curves side by side and ask which is which."
                ),
            ),
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
            notes=Notes(
                say=(
                    "Two operations, repeated: follow the sign of the gradient by a small step, "
                    "then go back to the nearest point that is allowed. The sign makes every "
                    "pixel move by the same amount, which suits a limit for each pixel. One large "
                    "step is the method of 2015. Many small ones are stronger, and a defence that "
                    "was only tried on the first is not a defence."
                ),
                ask="Why the sign of the gradient and not the gradient?",
                show=(
                    "Set the number of steps to 1, then to 5, then to 20 with the same largest "
                    "change, and compare the probability of the target."
                ),
            ),
        ),
    ),
)
