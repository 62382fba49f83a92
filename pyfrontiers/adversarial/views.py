"""Views: what the model sees of a sample, at random, and how their seeds are derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from torch import Tensor

from pyfrontiers import kernels
from pyfrontiers.arguments import Count, Seed, checked, described
from pyfrontiers.kernels import TransformDistribution

__all__ = ["HELD_OUT", "SELECTION", "TRAINING", "Draws", "Transforms2D", "Views"]

TRAINING: Final = 0
"""Purpose of the views along whose gradient an attack steps."""

SELECTION: Final = 1
"""Purpose of the views that choose between finished attacks."""

HELD_OUT: Final = 2
"""Purpose of the views that judge the result."""


class Views(Protocol):
    """A distribution of views t of a sample: image transforms, renderings, or the caller's own.

    `draw` must be a pure function of its arguments, and `apply` differentiable in x.
    """

    def draw(self, seed: int, count: int) -> Any:
        """Draw `count` views; the result is only ever passed to `apply`."""

    def apply(self, x: Tensor, drawn: Any) -> Tensor:
        """Return the views (count, ...) of one sample x, without a batch dimension."""


@checked
@dataclass(frozen=True)
class Transforms2D:
    """Random rotations, zooms, shifts, brightness and noise of images, as `kernels.transform`.

    t(x) = clip(g_blur * (colour · sample(x)) + bias + noise z). The default ranges are those of
    Athalye et al.: scale 0.9 to 1.4, rotation within ±22.5°, brightness within ±0.05, noise of
    standard deviation 0 to 0.1. The shift is at most a tenth of the side, so that a disc in the
    middle of the image, 0.57 of the side across, always stays in the frame.

    Attributes:
        distribution: ranges of the parameters.
        channels: number of channels of the samples (C, H, W).
        background: value outside the image.
        clip: whether to clip the views to [0, 1].

    Raises:
        TypeError: an attribute of the wrong kind.
        ValueError: `channels` is less than 1, or not 3 while the colours are mixed.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018,
    supplementary material, table of distributions for the 2D case.
    """

    distribution: TransformDistribution = field(default_factory=TransformDistribution)
    channels: Count = 3
    background: float = 0.0
    clip: bool = True

    def draw(self, seed: Seed, count: Count) -> kernels.Transforms:
        """Return `count` transforms, a pure function of the seed on every machine."""
        return kernels.sample_transforms(
            count, self.distribution, seed=seed, channels=self.channels
        )

    def apply(self, x: Tensor, drawn: kernels.Transforms) -> Tensor:
        """Return the transformed images (count, C, H, W) of an image (C, H, W).

        The gradient is the adjoint of the same floating-point map.
        """
        if x.ndim != 3 or x.shape[0] != self.channels:
            raise ValueError(
                f"x must hold images ({self.channels}, H, W) for these views, got samples of shape "
                f"{tuple(x.shape)}"
            )
        moved = drawn if drawn.linear.device == x.device else drawn.to(x.device)
        clip = (0.0, 1.0) if self.clip else None
        seen = kernels.transform(x[None], moved, background=self.background, clip=clip)
        return seen[:, 0]


@dataclass(frozen=True, slots=True)
class Draws:
    """The views of each sample for one purpose.

    Block b of sample n is drawn with the seed fold_in(fold_in(fold_in(seed, purpose), n), b). Views
    of two purposes therefore never share a seed, and a batch may be split.

    Attributes:
        views: the distribution.
        seed: the seed of the attack or evaluation.
        purpose: `TRAINING`, `SELECTION` or `HELD_OUT`.
        first_sample: number of the sample at position 0.
    """

    views: Views
    seed: int
    purpose: int
    first_sample: int

    def block(self, row: int, index: int, count: int) -> Any:
        """Draw block `index` of the sample at position `row`."""
        sample = kernels.fold_in(kernels.fold_in(self.seed, self.purpose), self.first_sample + row)
        return self.views.draw(kernels.fold_in(sample, index), count)

    def see(self, x: Tensor, drawn: Any, count: int) -> Tensor:
        """Return the views (count, ...) of one sample.

        Raises:
            TypeError: `apply` returned something else than a floating-point tensor.
            ValueError: it returned another number of views.
        """
        seen = self.views.apply(x, drawn)
        if not isinstance(seen, Tensor) or not seen.is_floating_point():
            raise TypeError(
                "views must return a floating-point tensor from apply, got " + described(seen)
            )
        if seen.ndim == 0 or len(seen) != count:
            raise ValueError(
                f"views must return a tensor ({count}, ...) from apply for {count} drawn views, "
                f"got shape {tuple(seen.shape)}"
            )
        return seen

    def first(self, x: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """Return one view of the first sample and its class (1,), or both empty."""
        if not len(x):
            return x, classes
        return self.see(x[0], self.block(0, 0, 1), 1), classes[:1]
