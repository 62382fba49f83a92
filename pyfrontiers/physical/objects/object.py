"""A textured object: what an attack prints, turns and photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from pyfrontiers.arguments import Floats, checked
from pyfrontiers.kernels import Mesh

__all__ = ["LEVELS", "TexturedObject", "quantised"]

LEVELS = 255
"""Steps between black and white in an 8-bit texture."""


@checked
@dataclass(frozen=True, eq=False)
class TexturedObject:
    """A mesh with a texture, and the classes that are right for it.

    The mesh lies around the origin with z up and x forward; the vertex farthest from the origin is
    at a distance of about 1 to 1.5.

    Attributes:
        name: "turtle", "baseball", or the name of the user's file.
        mesh: the surface, with texture coordinates.
        texture: (3, height, width) float32 in [0, 1], exactly representable in 8 bits.
        classes: ImageNet classes that are right for the object; empty if unknown.

    Raises:
        ValueError: the texture does not have three channels, or leaves [0, 1].
    """

    name: str
    mesh: Mesh
    texture: Tensor
    classes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        texture = self.texture
        if texture.ndim != 3 or texture.shape[0] != 3 or texture.dtype != torch.float32:
            raise ValueError(
                "texture must be a float32 tensor (3, height, width), got "
                f"{texture.dtype} {tuple(texture.shape)}"
            )
        if not bool(((texture >= 0) & (texture <= 1)).all()):
            raise ValueError(
                f"texture must lie in [0, 1], got {float(texture.min())} to {float(texture.max())}"
            )


@checked
def quantised(texture: Annotated[Tensor, Floats("...")]) -> Tensor:
    """Round a texture to 8 bits: k / 255 for an integer k in [0, 255]."""
    return (texture.clamp(0.0, 1.0) * LEVELS).round() / LEVELS
