"""Section `depth-uncertainty`: depth and its uncertainty for every pixel."""

from __future__ import annotations

from pyfrontiers.lecture import references as ref
from pyfrontiers.lecture.model import Content, Notes, Slide

CONTENT = Content(
    slug="depth-uncertainty",
    title="Depth uncertainty",
    summary=(
        "A network that predicts the depth of each pixel can also predict its own error, which is "
        "largest where objects overlap."
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
            title="Predicting the error too",
            message=(
                "Let the network predict a variance for each depth; the likelihood teaches it when "
                "to be uncertain."
            ),
            points=(
                "Where the predicted variance is large, a large residual costs less.",
                "The logarithm penalises variance, so being uncertain everywhere does not pay.",
                (
                    "At the minimum, the predicted σ equals the size of the residual; no labels "
                    "for σ are needed."
                ),
            ),
            equation=(
                r"\mathcal{L} = \frac{1}{N} \sum_{i=1}^{N} \left[ \frac{(d_i - \hat d_i)^2}{2\, "
                r"\hat\sigma_i^2} + \frac{1}{2} \log \hat\sigma_i^2 \right]"
            ),
            figure="loss-attenuation",
            references=(ref.NIX_1994, ref.KENDALL_GAL_2017),
            notes=Notes(
                say=(
                    "Give the network two outputs for each pixel, the depth and how wrong it "
                    "expects to be. The likelihood needs no labels for the second one: claiming a "
                    "large error makes the residual cheap and the logarithm makes the claim "
                    "expensive. The minimum is where the claim equals the residual. So the "
                    "network learns where it is usually wrong."
                ),
                ask=(
                    "What stops the network from claiming a large error everywhere? Point at the "
                    "term."
                ),
                show=(
                    "Show depth, error and predicted σ of one street next to each other. Ask the "
                    "class to find a place where the error is large and σ is small."
                ),
            ),
        ),
        Slide(
            slug="depth-uncertainty-edges",
            title="Where two cars overlap",
            message=(
                "Uncertainty is largest along the edge where a near car hides part of a far one."
            ),
            points=(
                (
                    "A pixel on the edge belongs to the near car or to the far one: two depths, "
                    "and nothing in between."
                ),
                (
                    "A blurred image does not show which, so the spread there is that of a coin "
                    "toss between the two."
                ),
                "On each car, depth varies smoothly and uncertainty is small.",
            ),
            equation=(
                r"\sigma^2 = \pi (1 - \pi)\, (d_{\text{far}} - d_{\text{near}})^2 + \sigma_0^2"
            ),
            figure="depth-edge",
            references=(ref.KENDALL_GAL_2017, ref.EIGEN_2014),
            notes=Notes(
                say=(
                    "Look at the outline of the near car. A pixel there belongs to the car or to "
                    "what is behind it, and the two depths differ by metres. A network that "
                    "cannot decide gets the spread of a coin toss between the two, which is what "
                    "the formula says. On the surfaces there is nothing to decide."
                ),
                ask=(
                    "Would a sharper camera make the bright outline disappear? Would more "
                    "training data?"
                ),
                show=(
                    "Move the near car across the far one with the slider. The bright edge "
                    "travels with the outline. Then switch on fog: the other kind of uncertainty "
                    "rises everywhere."
                ),
            ),
        ),
        Slide(
            slug="depth-uncertainty-street",
            title="Seen on a street",
            message="The map of σ draws the outlines of the cars, although no label ever said so.",
            points=(
                "One picture goes in; depth and σ come out for every pixel.",
                "σ was learned from depth alone, by the likelihood.",
                "It glows where one object covers another: a pixel there may belong to either.",
            ),
            figure="street-and-sigma",
            references=(ref.KENDALL_GAL_2017,),
            notes=Notes(
                say=(
                    "Here is the whole section in one picture. Let the class look at the last map "
                    "before you explain it and say what they see: they will name the outlines. "
                    "Then recall that the network was never told where outlines are. The street is "
                    "drawn, so its true depth is known exactly and the errors can be measured."
                ),
                ask="Where else in the picture is σ large, and what is hard about that place?",
                show=(
                    "Choose “Your photograph” and take a picture of the room. Compare where the "
                    "network is uncertain with where you would be."
                ),
            ),
        ),
    ),
)
