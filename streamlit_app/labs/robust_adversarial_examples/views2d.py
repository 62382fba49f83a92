"""A photograph, an ordinary and a robust adversarial example, seen under one transform."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from pyfrontiers import kernels
from pyfrontiers.adversarial import AXES, fixed_transform
from pyfrontiers.limitations.threads import one_thread
from pyfrontiers.vision import CLASS_NAMES, classifier
from pyfrontiers.vision.robust_examples import as_batch
from streamlit_app.labs.robust_adversarial_examples.packing import webp
from streamlit_app.labs.robust_adversarial_examples.scene import share_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from pyfrontiers.vision.robust_examples import RobustExample

__all__ = ["SERIES", "Under", "pictures", "seen_under"]

#: The three images, in the order of `RobustExample.survival`.
SERIES: Final = ("Photograph", "Ordinary attack", "Robust attack")


@dataclass(frozen=True, slots=True)
class Under:
    """What the classifier says of one image under the transform.

    Attributes:
        picture: As WebP, in base 64.
        best: Most probable class.
        probability: Its probability.
        truth: Probability of the photograph's class.
        target: Probability of the attacks' target.
    """

    picture: str
    best: int
    probability: float
    truth: float
    target: float


@lru_cache(maxsize=128)
def seen_under(example: RobustExample, at: tuple[float, ...]) -> tuple[Under, ...]:
    """Transform the images of an example and classify them.

    Args:
        example: The photograph and both attacks.
        at: Rotation, scale, brightness and noise, in the order of `AXES`.
    """
    images = as_batch(example.original, example.ordinary, example.robust)
    settings: dict[str, Any] = dict(zip(AXES, at, strict=True))
    drawn = fixed_transform(**settings)
    with one_thread():
        # One at a time, so that the noise is the same for all.
        seen = [kernels.transform(image[None], drawn, clip=(0.0, 1.0))[0, 0] for image in images]
        shares = [classifier().probabilities(picture[None])[0] for picture in seen]
    return tuple(
        Under(
            picture=b64encode(webp(_pixels(picture), 85)).decode(),
            best=int(share.argmax()),
            probability=float(share.max()),
            truth=float(share[example.truth]),
            target=float(share[example.target]),
        )
        for picture, share in zip(seen, shares, strict=True)
    )


def pictures(example: RobustExample, seen: tuple[Under, ...]) -> None:
    """Show the three pictures with the probabilities of both classes."""
    cards = "".join(_card(title, one, example) for title, one in zip(SERIES, seen, strict=True))
    st.html(f'<div class="pf-under">{cards}</div>')


def _card(title: str, one: Under, example: RobustExample) -> str:
    truth, target = CLASS_NAMES[example.truth], CLASS_NAMES[example.target]
    kind = {example.target: "target", example.truth: "right"}.get(one.best, "other")
    best = escape(f"{CLASS_NAMES[one.best]}, {share_text(one.probability)}")
    return (
        f'<figure><img src="data:image/webp;base64,{one.picture}" width="224" height="224" '
        f'alt="{escape(title)}, transformed"><figcaption><span>{escape(title)}</span>'
        f'<b class="{kind}" role="status">{best}</b>{_bar(target, one.target, "target")}'
        f"{_bar(truth, one.truth, 'right')}</figcaption></figure>"
    )


def _bar(name: str, share: float, kind: str) -> str:
    return (
        f'<div class="pf-share {kind}"><span>{escape(name)}</span>'
        f'<i style="--share: {100 * share:.1f}%"></i><em>{escape(share_text(share))}</em></div>'
    )


def _pixels(picture: Tensor) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = (255 * picture).round().byte().permute(1, 2, 0).numpy()
    return pixels
