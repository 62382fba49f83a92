"""Section `dropout-sampling`: dropout at prediction time."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="dropout-sampling",
    title="Sampling with dropout",
    summary=(
        "Keep dropout on at prediction time: each pass samples different weights, and the spread "
        "of the outputs is the uncertainty."
    ),
    facts=(
        "Dropout, introduced in the first lecture, as a sampling approach that yields an "
        "estimate of a network's uncertainty; also called Monte Carlo dropout. For convolutional "
        "layers with two-dimensional feature maps, make stochastic passes through the network; "
        "in every pass a dropout mask of 0s and 1s samples the filter maps: blue weights are "
        "kept, white ones discarded, and the result is a stochastic sample of the original "
        "filters. Over T passes follow the output's expected value, the mean, and a variance "
        "term, which tells how uncertain the prediction is. Bernoulli mask, drop probability p, "
        "predictive mean and variance."
    ),
    claims=("C17",),
    slides=(
        Slide(
            slug="dropout-sampling-masks",
            title="A mask samples the weights",
            message=(
                "Each stochastic pass keeps some filters and drops the others, which samples one "
                "network."
            ),
            points=(
                "A coin flip decides for each filter: 1 keeps it, 0 drops it.",
                (
                    "Kept filters are scaled by 1/(1 − p), so that the expected output does not "
                    "change."
                ),
                "Dropout was invented to regularise training; here it stays on for predictions.",
                "A layer of 64 filters has 2⁶⁴ masks, so no two passes are alike.",
            ),
            equation=(
                r"\begin{aligned} W_t &= W \odot \frac{z_t}{1 - p} \\ z_{t,c} &\sim "
                r"\mathrm{Bernoulli}(1 - p) \end{aligned}"
            ),
            figure="filters-kept-and-dropped",
            references=(ref.SRIVASTAVA_2014, ref.GAL_2016),
            notes=Notes(
                say=(
                    "Dropout was introduced to make training robust. Leave it on when predicting "
                    "and each pass uses another subset of the filters, so each pass is another "
                    "network. The mask is a row of coin flips, one for each filter. Scaling keeps "
                    "the mean of the outputs where it was."
                ),
                ask="How many different networks does one layer of 64 filters contain?",
                show=(
                    "Step through a few passes and watch which filters are computed. Then set p "
                    "to the smallest and the largest value."
                ),
            ),
        ),
        Slide(
            slug="dropout-sampling-moments",
            title="Mean and variance",
            message=(
                "Over T passes the mean is the prediction, and the variance is its uncertainty."
            ),
            points=(
                "The mean averages the networks; the variance measures how much they disagree.",
                "Both can be accumulated pass by pass, without storing the T outputs.",
                "For regression the noise variance 1/τ is added to the variance of the passes.",
            ),
            equation=(
                r"\begin{aligned} \mathbb{E}[y] &\approx \frac{1}{T} \sum_{t=1}^{T} f(x; \theta_t) "
                r"\\ \operatorname{Var}[y] &\approx \frac{1}{T} \sum_{t=1}^{T} f(x; \theta_t)^2 - "
                r"\mathbb{E}[y]^2 \end{aligned}"
            ),
            figure="mean-and-variance",
            references=(ref.GAL_2016,),
            notes=Notes(
                say=(
                    "T passes give T answers. Their mean is the prediction, their variance says "
                    "how much the sampled networks disagree. Both can be kept as running sums, so "
                    "nothing needs to be stored. For regression remember to add the noise of the "
                    "data: the passes know only about the weights."
                ),
                ask="All T passes agree. Does that mean that the answer is right?",
                show=(
                    "Tab “Rotation”: find an angle at which the prediction is wrong already, and "
                    "ask whether the disagreement says so there."
                ),
            ),
        ),
        Slide(
            slug="dropout-sampling-passes",
            title="How many passes",
            message="Four times as many passes halve the error of the mean and of the variance.",
            points=(
                (
                    "Passes are independent samples, so both errors fall as one over the square "
                    "root of T."
                ),
                "200 passes measure the variance to about 10 %; the spread itself does not shrink.",
                (
                    "On Boston housing, the paper of 2016 reports an RMSE of 2.97 ± 0.85 and a "
                    "log-likelihood of −2.46."
                ),
                "Its author corrected both in 2018: 2.90 ± 0.18 and −2.40.",
            ),
            equation=(
                r"\operatorname{sd}\big[\hat\mu_T\big] = \frac{\sigma}{\sqrt{T}}, \quad "
                r"\frac{\operatorname{sd}[\hat\sigma^2_T]}{\sigma^2} \approx \sqrt{\frac{2}{T}}"
            ),
            figure="error-with-passes",
            references=(ref.GAL_2016,),
            notes=Notes(
                say=(
                    "How many passes are enough is a question about averages, and averages answer "
                    "it: four times the passes, half the error. But note what does not shrink. "
                    "The spread of the passes is a property of the network and the input; more "
                    "passes only measure it better. The two rows of figures on the slide are the "
                    "published result and its later correction."
                ),
                ask="After ten passes the variance is 0.04. How sure are you of that number?",
                show=(
                    "Tab “Number of passes”: let the class predict the slope on the double "
                    "logarithmic axes, then press “Measure the error against T”."
                ),
            ),
        ),
    ),
)
