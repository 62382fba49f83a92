"""Results for an image and a drop probability, cached for all visitors.

The network is small: 200 passes over one image take a few hundredths of a second, so no job is
needed. The caches are bounded.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.digits import trained
from pyfrontiers.digits.exhibits import exhibit
from pyfrontiers.digits.variants import rotate
from pyfrontiers.uncertainty import Prediction, inspect_passes, mc_dropout, running_moments

if TYPE_CHECKING:
    from torch import Tensor

#: Passes computed for an image; the page shows the first T of them.
MAX_PASSES = 200
#: Passes whose masks and filters can be shown.
OPEN_PASSES = 50
#: Angles of the sweep, in degrees.
ANGLES = tuple(range(0, 181, 10))
SEED = 0
CLASSES = [str(digit) for digit in range(10)]


@dataclass(frozen=True, slots=True)
class Summary:
    """Moments and entropies of the first T passes over one image; entropies in nats.

    Attributes:
        mean, variance: (10,) over the passes.
        entropy, expected_entropy, mutual_information: as in `Prediction`.
        plain: (10,) probabilities of the ordinary pass without dropout.
    """

    mean: Tensor
    variance: Tensor
    entropy: float
    expected_entropy: float
    mutual_information: float
    plain: Tensor


@lru_cache(maxsize=256)
def passes(slug: str, p: float) -> Prediction:
    """Run all passes over an exhibit and keep each of them."""
    return mc_dropout(
        trained(), exhibit(slug).image, samples=MAX_PASSES, seed=SEED, p=p, keep_samples=True
    )


def class_probabilities(slug: str, p: float) -> Tensor:
    """Return the class probabilities (200, 10), one row per pass."""
    samples = passes(slug, p).samples
    assert samples is not None
    return samples[:, 0]


def summary(slug: str, p: float, count: int) -> Summary:
    """Summarise the first `count` passes; pass t does not depend on how many are run."""
    first = class_probabilities(slug, p)[:count]
    means, variances = running_moments(first)
    entropy = float(torch.special.entr(means[-1]).sum())
    expected = float(torch.special.entr(first).sum(1).mean())
    with torch.no_grad():
        plain = trained()(exhibit(slug).image).softmax(1)[0]
    return Summary(means[-1], variances[-1], entropy, expected, max(entropy - expected, 0.0), plain)


@lru_cache(maxsize=256)
def drawing(slug: str, p: float) -> dict[str, Any]:
    """Collect the masks, feature maps and outputs of the first passes for drawing the network."""
    model, image = trained(), exhibit(slug).image
    opened = inspect_passes(model, image, samples=OPEN_PASSES, seed=SEED, p=p)
    # One scale per layer for all passes, so that their brightness is comparable.
    tops = [
        max(float(run.layers[depth].output.max()) for run in opened) or 1.0 for depth in range(3)
    ]
    return {
        "run": f"{slug}-{p}",
        "input": packed(image),
        "classes": CLASSES,
        "layers": [
            {
                "title": f"Convolution {depth + 1}",
                "filters": layer.output.shape[1],
                "side": layer.output.shape[2],
            }
            for depth, layer in enumerate(opened[0].layers)
        ],
        "links": _links(),
        "passes": [
            {
                "kept": ["".join("01"[int(k)] for k in layer.kept) for layer in run.layers],
                "maps": [
                    packed(layer.output / top) for layer, top in zip(run.layers, tops, strict=True)
                ],
                "output": [round(value, 4) for value in run.output.softmax(1)[0].tolist()],
            }
            for run in opened
        ],
    }


@lru_cache(maxsize=64)
def turning(slug: str, p: float) -> Prediction:
    """Predict an exhibit rotated by each of `ANGLES`."""
    image = exhibit(slug).image
    turned = rotate(
        image.expand(len(ANGLES), -1, -1, -1), torch.tensor(ANGLES, dtype=torch.float32)
    )
    return mc_dropout(trained(), turned, samples=100, seed=SEED, p=p)


def packed(values: Tensor) -> str:
    """Encode numbers in [0, 1] as one byte each, in base 64."""
    return b64encode((values.clamp(0, 1) * 255).round().byte().numpy().tobytes()).decode()


@lru_cache(maxsize=1)
def _links() -> list[list[list[float]]]:
    """Return the norm of the weights between each two filters, relative to the layer's largest."""
    links = []
    for name in ("conv1", "conv2", "conv3", "linear"):
        weight = trained().get_submodule(name).get_parameter("weight").detach()
        if name == "linear":
            weight = weight.reshape(10, 16, -1)
        norms = weight.flatten(2).norm(dim=2)
        links.append([[round(v, 2) for v in row] for row in (norms / norms.max()).tolist()])
    return links
