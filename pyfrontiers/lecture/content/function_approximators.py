"""Section `function-approximators`: a fit is good where there are data."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="function-approximators",
    title="Function approximators",
    summary=(
        "A network is a maximum-likelihood fit of its training data. Outside their range it still "
        "predicts, but with no guarantee."
    ),
    facts=(
        "Neural networks are functional approximators, and really good ones; the universal "
        "approximation theorem states no more. A network learns a maximum likelihood estimate "
        "from training data, and for a new data point, the purple arrow on the axis, it predicts "
        "the likelihood's maximum. Extend the axis left and right, outside the region it was "
        "trained on: no guarantees exist out there, nobody knows what the function looks like "
        "beyond the bounds. A huge limitation of modern networks where data has never been seen. "
        "Extrapolation and interpolation, out of distribution, regression, Gaussian noise, "
        "coverage of the 95 percent band."
    ),
    claims=("C6",),
    slides=(
        Slide(
            slug="function-approximators-likelihood",
            title="A maximum-likelihood fit",
            message="Training chooses the weights under which the observed data are most probable.",
            points=(
                (
                    "With Gaussian noise, maximum likelihood is least squares; with class labels "
                    "it is cross-entropy."
                ),
                (
                    "Between the data points the fit interpolates, so new points there are "
                    "predicted well."
                ),
                (
                    "The likelihood depends only on the training points and says nothing about "
                    "other inputs."
                ),
            ),
            equation=r"\hat\theta = \arg\max_\theta \sum_{i=1}^{n} \log p_\theta(y_i \mid x_i)",
            figure="likelihood-fit",
            references=(ref.NIX_1994,),
            notes=Notes(
                say=(
                    "Training asks one question: under which weights are these observations most "
                    "probable? With Gaussian noise that is least squares, with classes it is "
                    "cross-entropy. The sum runs over the training points, so an input far away "
                    "from all of them appears nowhere in it. Keep that sentence for the next "
                    "slide."
                ),
                ask=(
                    "Where in this formula would a warning come from that an input is unlike the "
                    "training data?"
                ),
                show=(
                    "Show the recorded fits on their range first. Five networks, five random "
                    "starts, and inside the range they are nearly the same curve."
                ),
            ),
        ),
        Slide(
            slug="function-approximators-outside",
            title="Outside the range",
            message=(
                "Left and right of the training data, the network still predicts, with nothing to "
                "support it."
            ),
            points=(
                "Networks that agree inside the range can disagree arbitrarily outside it.",
                (
                    "ReLU networks continue as straight lines, tanh networks level off: the "
                    "activation decides, not the data."
                ),
                (
                    "A noise band fitted inside the range stays just as narrow outside, where it "
                    "is wrong."
                ),
            ),
            equation=(
                r"\begin{gathered} \hat f_1 \approx \hat f_2 \;\text{ on } [a, b] \\ "
                r"\not\Rightarrow\;\; \hat f_1 \approx \hat f_2 \;\text{ outside } [a, b] "
                r"\end{gathered}"
            ),
            figure="outside-the-range",
            references=(ref.LAKSHMINARAYANAN_2017,),
            notes=Notes(
                say=(
                    "Now leave the range. The five networks that agreed inside go different ways, "
                    "each without hesitation. Where they go is decided by the activation and the "
                    "random start, not by data. The noise band is the trap: it was fitted where "
                    "there was noise to see and stays narrow where there is none."
                ),
                ask="The band says 95 %. Of what, exactly, and where?",
                show=(
                    "Switch between tanh and ReLU and ask the class to predict the shape outside "
                    "before the fits appear. Then make the training range narrower and watch the "
                    "disagreement begin earlier."
                ),
            ),
        ),
    ),
)
