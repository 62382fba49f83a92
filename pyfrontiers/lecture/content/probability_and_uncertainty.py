"""Section `probability-and-uncertainty`: probability is not confidence."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="probability-and-uncertainty",
    title="Probability and uncertainty",
    summary=(
        "A classifier's probabilities sum to one, even for an image of something it has never seen."
    ),
    facts=(
        "The first new frontier is Bayesian deep learning, a whole field that models uncertainty "
        "in deep networks and tries to understand it. Image classification, a simple problem, "
        "outputs probabilities for a fixed set of classes: dogs versus cats, say. Feed in a "
        "horse: the network still answers dog or cat, since probabilities have to sum to one. A "
        "distinction to draw: probability is one thing, uncertainty or confidence another; the "
        "prediction of the model may be likely and yet uncertain. Softmax, temperature, "
        "calibration, entropy, mutual information, out of distribution, aleatoric and epistemic "
        "uncertainty."
    ),
    claims=("C15",),
    slides=(
        Slide(
            slug="probability-and-uncertainty-horse",
            title="A horse among dogs and cats",
            message=(
                "Shown a horse, a dog-or-cat classifier still divides 100 % between dog and cat."
            ),
            points=(
                "Softmax turns any scores into positive numbers that sum to one.",
                "The sum leaves no room for “neither”.",
                "Adding a constant to all scores changes nothing: their overall level is lost.",
            ),
            equation=(
                r"\begin{gathered} p(y = k \mid x) = \frac{e^{z_k}}{\sum_j e^{z_j}} \\ \sum_k p(y "
                r"= k \mid x) = 1 \end{gathered}"
            ),
            figure="dog-cat-horse",
            references=(ref.HENDRYCKS_2017,),
            notes=Notes(
                say=(
                    "The classifier has two outputs and they sum to one by construction. Show it "
                    "a horse and it must still answer. The answer is not wrong in the sense of "
                    "the loss: the question has no third option. What gets lost is the overall "
                    "level of the scores, which softmax cancels."
                ),
                ask="Would a third output “something else” help? What would you train it on?",
                show=(
                    "The lab opens with the horse. Show the dog and the cat first, then the "
                    "horse, and hide the lower part until the class has guessed the two bars."
                ),
            ),
        ),
        Slide(
            slug="probability-and-uncertainty-confidence",
            title="Probability is not confidence",
            message=(
                "A probability says how classes compare; uncertainty says how much to trust that "
                "comparison."
            ),
            points=(
                (
                    "For two inputs with the same mean probability, plausible networks may agree "
                    "on one and disagree on the other."
                ),
                (
                    "Temperature scaling can fix calibration on average, but does not detect "
                    "unknown inputs."
                ),
                (
                    "Modern networks are often overconfident: they are right less often than they "
                    "claim."
                ),
            ),
            equation=r"p_T(y = k \mid x) = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}",
            figure="probability-or-confidence",
            references=(ref.GUO_2017, ref.LAKSHMINARAYANAN_2017),
            notes=Notes(
                say=(
                    "Two inputs, the same average probability. For one of them, all networks that "
                    "fit the data agree on it; for the other, they are split between sure and "
                    "sure of the opposite. The average cannot tell them apart and a decision "
                    "should. Temperature repairs the average overconfidence and leaves this "
                    "problem as it is."
                ),
                ask=(
                    "A forecast says 60 % rain every day of the year. It can be perfectly "
                    "calibrated. What is it missing?"
                ),
                show=(
                    "Compare the 1,000 samples behind the bars for the dog and for the horse. "
                    "Then switch the method to a single network: the samples collapse to a line."
                ),
            ),
        ),
        Slide(
            slug="probability-and-uncertainty-information",
            title="Two kinds of uncertainty",
            message=(
                "Entropy splits into noise in the data and disagreement among the networks that "
                "fit them."
            ),
            points=(
                "Total: the entropy of the averaged prediction.",
                (
                    "Aleatoric, from noise: the average entropy of the individual predictions. "
                    "More data do not reduce it."
                ),
                (
                    "Epistemic, from ignorance: the difference, the mutual information of label "
                    "and weights. More data reduce it."
                ),
                "The epistemic part is the one that should rise for a horse.",
            ),
            equation=(
                r"\underbrace{H\big[\mathbb{E}_{\theta}\, p_\theta\big]}_{\text{total}} = "
                r"\underbrace{\mathbb{E}_{\theta}\, H\big[p_\theta\big]}_{\text{aleatoric}} + "
                r"\underbrace{I(y; \theta \mid x)}_{\text{epistemic}}"
            ),
            figure="entropy-split",
            references=(ref.HOULSBY_2011, ref.KENDALL_GAL_2017),
            builds=True,
            notes=Notes(
                say=(
                    "One identity. Total uncertainty is the entropy of the average; the average "
                    "of the entropies is what noise causes; the rest is disagreement among the "
                    "networks. Say which part shrinks with data and which does not. A horse "
                    "should raise the disagreement, a blurred dog should raise the noise."
                ),
                ask=(
                    "A coin of which you have seen two tosses, and a coin of which you have seen "
                    "a million: which part of the uncertainty differs?"
                ),
                show=(
                    "Read the three figures below the bars for a known animal, for a stranger, "
                    "and for a blurred picture of your own. The table of strangers says how often "
                    "disagreement finds them."
                ),
            ),
        ),
    ),
)
