"""Section `limitations-summary`: the list, and the debate about explanations."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

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
                    "Uncertainty and insight: a softmax output is neither a confidence nor an "
                    "explanation."
                ),
            ),
            equation=r"\mathrm{error}(n) \approx a\, n^{-b} + c",
            figure="data-hunger",
            references=(ref.HESTNESS_2017, ref.STRUBELL_2019),
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
            references=(ref.ADEBAYO_2018, ref.LIPTON_2016, ref.RUDIN_2019),
        ),
    ),
)
