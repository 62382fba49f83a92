"""Section `limitations-summary`: the list, and the debate about explanations."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="limitations-summary",
    title="Limitations in summary",
    summary="Six limitations, and two camps on whether networks need to explain themselves.",
    facts=(
        "Limitations of neural networks in a list: very data hungry; computationally intensive "
        "to train; fooled by adversarial examples; subject to algorithmic bias; poor at "
        "representing uncertainty; black boxes that one cannot peer into. Interpretability "
        "splits the ML and AI community into camps: some argue strongly that it matters a lot "
        "and deserves energy and thought, others are not concerned and care for architectures "
        "that perform well on the task of interest. From limitations to new frontiers, emerging "
        "areas of research, in two sets of points: understanding uncertainty, and moving past a "
        "model optimized for one task to building models capable of many different problems. "
        "Saliency maps, fairness, energy, cost, learning curve."
    ),
    claims=("C11", "C12", "C13", "C14"),
    slides=(
        Slide(
            slug="limitations-summary-list",
            title="Six limitations",
            message=(
                "Deep networks are data-hungry, expensive, easy to fool, biased by their data, "
                "overconfident and opaque."
            ),
            points=(
                "Data: the error falls only as a power of the number of examples.",
                "Cost: computation and energy grow with every gain in accuracy.",
                "Attacks: small changes to the input change the prediction.",
                "Bias: predictions are worse for groups that are rare in the data.",
                (
                    "Uncertainty and insight: an output of 99 % says neither how sure the network "
                    "is nor why."
                ),
            ),
            equation=r"\mathrm{error}(n) \approx a\, n^{-b} + c",
            figure="data-hunger",
            references=(ref.HESTNESS_2017, ref.STRUBELL_2019),
            builds=True,
            notes=Notes(
                say=(
                    "Collect what the class already has and add what was left out. Data: the "
                    "error falls as a power, so each halving costs a multiple of the examples. "
                    "Cost: counted in operations, not in adjectives. Attacks: seen. Bias: the "
                    "next slide. The last point joins two limits, because a softmax output is "
                    "asked to serve as confidence and as explanation and is neither."
                ),
                ask=(
                    "Which of these would more data solve, which would a larger network solve, "
                    "and which neither?"
                ),
                show=(
                    "Open the tile “Hungry for data” and ask how many times as many examples "
                    "would halve the error; the tile has the measured answer. Then “Costly to "
                    "train”, and let the class order the networks by cost before you show the "
                    "table."
                ),
            ),
        ),
        Slide(
            slug="limitations-summary-bias",
            title="Measuring bias",
            message=(
                "A good average can hide a bad subgroup: three products failed most often on "
                "darker-skinned women."
            ),
            points=(
                (
                    "Gender classification: up to 34.7 % error for darker-skinned women, at most "
                    "0.8 % for lighter-skinned men."
                ),
                (
                    "Common benchmarks showed mostly lighter-skinned faces, so the average looked "
                    "fine."
                ),
                "The first step is to report the error for each subgroup.",
            ),
            figure="gender-shades",
            references=(ref.BUOLAMWINI_2018,),
            notes=Notes(
                say=(
                    "An average is a weighted vote of the groups in the test set. A group that is "
                    "rare in the data hardly moves it, so a system can be nearly perfect on "
                    "average and poor for some people. The study on the slide did one simple "
                    "thing: it reported the error for each group separately, and the picture "
                    "changed."
                ),
                ask=(
                    "Which groups would you split your own test set into, and what would you do "
                    "about groups for which there are no labels?"
                ),
                show=(
                    "Open the tile “Biased by its data” and choose the smallest share of slanted "
                    "digits. Compare the two groups before and after reweighting, and read what "
                    "the common group pays for it."
                ),
            ),
        ),
        Slide(
            slug="limitations-summary-camps",
            title="Two camps",
            message=(
                "One camp wants networks that explain themselves; the other asks only that they "
                "perform well."
            ),
            points=(
                "For: a decision about a person needs a reason that can be checked.",
                "For: explanations uncover models that are right for the wrong reasons.",
                "Against: measured performance protects users; a plausible story is not evidence.",
                (
                    "Evidence: with randomised weights, guided backpropagation still gives the "
                    "same map; gradients and Grad-CAM do not."
                ),
            ),
            figure="maps-after-randomisation",
            references=(ref.ADEBAYO_2018, ref.LIPTON_2016, ref.RUDIN_2019),
            builds=True,
            notes=Notes(
                say=(
                    "Give each camp its best argument. One side: a decision about a person needs "
                    "a reason that can be contested. Other side: a story that sounds right is not "
                    "evidence, measured performance is. Then the experiment that both should "
                    "accept: destroy the weights, and look whether the explanation changes. Some "
                    "popular ones do not."
                ),
                ask=(
                    "A doctor or a network that is right more often but cannot say why: which do "
                    "you want, and does it depend on what happens when it is wrong?"
                ),
                show=(
                    "Open the tile “Black boxes”: which maps are still the same below the "
                    "randomised network? Then let the class vote at the end of the lab."
                ),
            ),
        ),
    ),
)
