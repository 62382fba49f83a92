"""Section `depth-uncertainty`: a depth and a doubt for every pixel."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Slide

CONTENT = Content(
    slug="depth-uncertainty",
    title="Uncertainty of depth",
    summary=(
        "A network that predicts depth for each pixel can predict its own error beside it. It is "
        "largest at overlaps."
    ),
    facts=(
        "One application: depth estimation. A network is trained on an input image to predict "
        "every pixel's depth, and gives the uncertainty of its estimate beside it. Visualize the "
        "uncertainty: it is high at an edge, the place where one car overlaps another, because "
        "there the depth of a pixel is difficult to tell. That makes sense when one looks back "
        "at the original input. Monocular depth from a single image, occlusion boundary, "
        "per-pixel variance, heteroscedastic likelihood, street scene, two cars overlapping, "
        "line of the edge."
    ),
    claims=("C18",),
    slides=(
        Slide(
            slug="depth-uncertainty-likelihood",
            title="Predict the error, too",
            message=(
                "Let the network predict a variance beside each depth, and the likelihood teaches "
                "it when to doubt."
            ),
            points=(
                "A large residual is forgiven where the predicted variance is large.",
                "The logarithm charges for variance, so doubt everywhere does not pay.",
                (
                    "At the minimum the predicted σ equals the size of the residual; no label for "
                    "σ is needed."
                ),
            ),
            equation=(
                r"\mathcal{L} = \frac{1}{N} \sum_{i=1}^{N} \left[ \frac{(d_i - \hat d_i)^2}{2\, "
                r"\hat\sigma_i^2} + \frac{1}{2} \log \hat\sigma_i^2 \right]"
            ),
            figure="loss-attenuation",
            references=(ref.NIX_1994, ref.KENDALL_GAL_2017),
        ),
        Slide(
            slug="depth-uncertainty-edges",
            title="Where two cars overlap",
            message="The doubt is largest along the edge where a near car hides part of a far one.",
            points=(
                (
                    "A pixel on the edge belongs to the near car or to the far one: two depths, "
                    "nothing between."
                ),
                (
                    "A blurred picture does not tell which, so the spread there is that of a coin "
                    "toss between them."
                ),
                "On each car the depth varies smoothly and the doubt is small.",
            ),
            equation=(
                r"\sigma^2 = \pi (1 - \pi)\, (d_{\text{far}} - d_{\text{near}})^2 + \sigma_0^2"
            ),
            figure="depth-edge",
            references=(ref.KENDALL_GAL_2017, ref.EIGEN_2014),
        ),
    ),
)
