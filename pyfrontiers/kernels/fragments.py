"""Visible surface points of a mesh per pixel, and texture lookup at them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.kernels import render_calls as calls
from pyfrontiers.kernels.arguments import check_tensor, traced_sizes
from pyfrontiers.kernels.number_arguments import check_integer, listed, plain_number
from pyfrontiers.kernels.operators import direct
from pyfrontiers.kernels.render_operators import OPERATORS

__all__ = ["Fragments"]

Background: TypeAlias = float | Tensor | np.ndarray | list[float]
"""A number, a colour, a colour by pose, an image, or an image by pose."""

LONGEST_SIDE: Final = 32768
"""Pixels or texels a side: pixel numbers then fit 32 bits, texel coordinates float32."""


@dataclass(frozen=True, eq=False)
class Fragments:
    """The visible surface point of each pixel in P poses; made by `rasterize`.

    Attributes:
        face: (P, height, width) int32, index of the visible face, or -1.
        depth: (P, height, width) float32, z in camera space; infinite where no face is visible.
        uv: (P, height, width, 2) float32 texture coordinates; 0 where no face is visible.
        shade: (P, height, width) float32, ambient + diffuse * max(0, n . light).
    """

    face: Tensor
    depth: Tensor
    uv: Tensor
    shade: Tensor

    def render(self, texture: Tensor, *, background: Background = 0.0) -> Tensor:
        """Look up a texture at the visible points: `render` without rasterising again.

        Args:
            texture: as in `render`.
            background: as in `render`.

        Returns:
            (P, C, height, width), bit-identical to `render`. Gradients flow to texture and
            background.

        Raises:
            TypeError: another dtype.
            ValueError: a wrong shape or device.
        """
        count, height, width = self.face.shape
        check_texture(texture, self.face)
        behind = background_for(background, texture, count, height, width)
        if direct(texture, behind):
            return calls.look_up(texture, self.face, self.uv, self.shade, behind)
        image: Tensor = OPERATORS.look_up(texture, self.face, self.uv, self.shade, behind)
        return image

    def adjoint(self, gradient: Tensor, *, texture_size: tuple[int, int]) -> Tensor:
        """Apply the transpose of `Fragments.render`: `render_adjoint` without rasterising again.

        Args:
            gradient: as in `render_adjoint`.
            texture_size: as in `render_adjoint`.

        Returns:
            (C, *texture_size), bit-identical to `render_adjoint`. Gradients flow to `gradient`.

        Raises:
            TypeError: another dtype.
            ValueError: a wrong shape, size or device.
        """
        height, width = check_size("texture_size", texture_size, least=1)
        check_gradient(gradient, self.face, *self.face.shape)
        arguments = (gradient, self.face, self.uv, self.shade, height, width)
        if direct(gradient):
            return calls.look_up_adjoint(*arguments)
        texture: Tensor = OPERATORS.look_up_adjoint(*arguments)
        return texture


def check_size(name: str, size: tuple[int, int], *, least: int = 0) -> tuple[int, int]:
    """Return (height, width).

    Args:
        name: the argument's name.
        size: two integers.
        least: the smallest side.

    Raises:
        TypeError: not two integers.
        ValueError: a side below `least`, or too large.
    """
    sides = listed(size)
    if sides is None or len(sides) != 2:
        raise TypeError(f"{name} must be a pair (height, width), got {size!r}")
    height, width = (check_integer(name, side) for side in sides)
    for side in (height, width):
        if not least <= side <= LONGEST_SIDE:
            raise ValueError(f"{name} must hold sides from {least} to {LONGEST_SIDE}, got {side}")
    return height, width


def check_texture(texture: Tensor, like: Tensor) -> None:
    """Accept a (C, height, width) texture with texels, on the device of `like`.

    Raises:
        TypeError: another kind or dtype.
        ValueError: another shape or device.
    """
    check_tensor("texture", texture)
    if texture.dim() != 3:
        raise ValueError(
            f"texture must have shape (channels, height, width), got {tuple(texture.shape)}"
        )
    for side in texture.shape[1:]:
        if not 1 <= side <= LONGEST_SIDE:
            raise ValueError(
                f"texture must have sides from 1 to {LONGEST_SIDE}, got shape "
                f"{tuple(texture.shape)}"
            )
    _check_device("texture", texture, like)


def check_gradient(gradient: Tensor, like: Tensor, *shape: int) -> None:
    """Accept a (P, C, height, width) gradient of images on the device of `like`.

    Args:
        gradient: the gradient.
        like: a tensor of the mesh or the fragments.
        shape: number of poses, and height and width where they are known.

    Raises:
        TypeError: another kind or dtype.
        ValueError: another shape or device.
    """
    check_tensor("gradient", gradient)
    poses, *sides = shape
    fits = gradient.dim() == 4 and gradient.shape[0] == poses
    if not fits or (sides and list(gradient.shape[2:]) != sides):
        wanted = ", ".join(map(str, sides)) if sides else "height, width"
        raise ValueError(
            f"gradient must have shape ({poses}, channels, {wanted}), got {tuple(gradient.shape)}"
        )
    check_size("gradient", traced_sizes(gradient.shape[2:]))
    _check_device("gradient", gradient, like)


def background_for(
    background: Background, texture: Tensor, poses: int, height: int, width: int
) -> Tensor:
    """Return the background as (P or 1, C or 1, height or 1, width or 1) of the texture's dtype.

    Raises:
        TypeError: no number, tensor, array or list of numbers.
        ValueError: another shape or device.
    """
    channels = texture.shape[0]
    background = plain_number("background", background)
    if isinstance(background, (int, float)):
        if math.isfinite(background) and abs(background) > torch.finfo(texture.dtype).max:
            raise ValueError(f"background must fit {texture.dtype}, got {background}")
        return texture.new_full((1, 1, 1, 1), float(background))
    try:
        # as_tensor would move a tensor to torch's default device.
        tensor = (
            background
            if isinstance(background, Tensor)
            else torch.as_tensor(np.asarray(background), device="cpu")
        )
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            f"background must be a number, a tensor or an array, got {type(background).__name__}"
        ) from error
    forms = {
        (): (1, 1, 1, 1),
        (channels,): (1, channels, 1, 1),
        (poses, channels): (poses, channels, 1, 1),
        (channels, height, width): (1, channels, height, width),
        (poses, channels, height, width): (poses, channels, height, width),
    }
    shape = forms.get(tuple(tensor.shape))
    if shape is None or tensor.is_complex() or tensor.is_quantized:
        wanted = " or ".join(map(str, forms))
        raise ValueError(f"background must have shape {wanted}, got {tuple(tensor.shape)}")
    if isinstance(background, Tensor):
        _check_device("background", tensor, texture)
    return tensor.to(texture).reshape(shape)


def _check_device(name: str, tensor: Tensor, like: Tensor) -> None:
    if tensor.device != like.device:
        raise ValueError(
            f"{name} must be on {like.device} like the mesh, got a tensor on {tensor.device}"
        )
