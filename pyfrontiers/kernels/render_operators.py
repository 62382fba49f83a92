"""Torch operators of `rasterize`, `render`, `look_up` and their transposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels.operators import define
from pyfrontiers.kernels.render_calls import (
    empty_fragments,
    look_up,
    look_up_adjoint,
    rasterize,
    render,
    render_adjoint,
)

if TYPE_CHECKING:
    from torch import Tensor


def _fake_render(
    texture: Tensor,
    positions: Tensor,
    faces: Tensor,
    corners: Tensor,
    double_sided: bool,
    poses: Tensor,
    background: Tensor,
    height: int,
    width: int,
) -> Tensor:
    return texture.new_empty((poses.shape[0], texture.shape[0], height, width))


def _fake_adjoint(gradient: Tensor, *arguments: Any) -> Tensor:
    *_, height, width = arguments
    return gradient.new_empty((gradient.shape[1], height, width))


def _fake_look_up(texture: Tensor, face: Tensor, *_: Tensor) -> Tensor:
    count, height, width = face.shape
    return texture.new_empty((count, texture.shape[0], height, width))


def _setup_render_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    texture, *mesh, poses, background, ctx.height, ctx.width = inputs
    ctx.texture_size = texture.shape[1:]
    ctx.background = background.shape
    *arrays, ctx.double_sided = mesh
    ctx.save_for_backward(*arrays, poses)


def _render_backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    *arrays, poses = ctx.saved_tensors
    mesh = (*arrays, ctx.double_sided)
    to_texture = to_background = None
    if ctx.needs_input_grad[0]:
        to_texture = torch.ops.pyfrontiers.render_adjoint(gradient, *mesh, poses, *ctx.texture_size)
    if ctx.needs_input_grad[6]:
        face = torch.ops.pyfrontiers.rasterize(*mesh, poses, ctx.height, ctx.width)[0]
        to_background = _where_uncovered(gradient, face, ctx.background)
    return to_texture, None, None, None, None, None, to_background, None, None


def _where_uncovered(gradient: Tensor, face: Tensor, shape: tuple[int, ...]) -> Tensor:
    # Selected, not multiplied by a mask: 0 * infinity at a covered pixel would be NaN.
    own = torch.where(face[:, None] < 0, gradient, torch.zeros_like(gradient))
    return own.sum_to_size(shape)


def _setup_adjoint_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    gradient, *mesh, poses, _, _ = inputs
    ctx.size = gradient.shape[2:]
    *arrays, ctx.double_sided = mesh
    ctx.save_for_backward(*arrays, poses)


def _adjoint_backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    *arrays, poses = ctx.saved_tensors
    nothing = gradient.new_zeros((1, 1, 1, 1))
    image = torch.ops.pyfrontiers.render(
        gradient, *arrays, ctx.double_sided, poses, nothing, *ctx.size
    )
    return image, *[None] * 7


def _setup_look_up_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    texture, *fragments, background = inputs
    ctx.texture_size = texture.shape[1:]
    ctx.background = background.shape
    ctx.save_for_backward(*fragments)


def _look_up_backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    face, uv, shade = ctx.saved_tensors
    to_texture = to_background = None
    if ctx.needs_input_grad[0]:
        to_texture = torch.ops.pyfrontiers.look_up_adjoint(
            gradient, face, uv, shade, *ctx.texture_size
        )
    if ctx.needs_input_grad[4]:
        to_background = _where_uncovered(gradient, face, ctx.background)
    return to_texture, None, None, None, to_background


def _setup_look_up_adjoint_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, *fragments, _, _ = inputs
    ctx.save_for_backward(*fragments)


def _look_up_adjoint_backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    nothing = gradient.new_zeros((1, 1, 1, 1))
    image = torch.ops.pyfrontiers.look_up(gradient, *ctx.saved_tensors, nothing)
    return image, *[None] * 5


_MESH = "Tensor positions, Tensor faces, Tensor corners, bool double_sided, Tensor poses"
_SEEN = "Tensor face, Tensor uv, Tensor shade"

define(
    f"rasterize({_MESH}, SymInt height, SymInt width) -> (Tensor, Tensor, Tensor, Tensor)",
    rasterize,
    empty_fragments,
)
define(
    f"render(Tensor texture, {_MESH}, Tensor background, SymInt height, SymInt width) -> Tensor",
    render,
    _fake_render,
    backward=_render_backward,
    setup_context=_setup_render_context,
)
define(
    f"render_adjoint(Tensor gradient, {_MESH}, SymInt height, SymInt width) -> Tensor",
    render_adjoint,
    _fake_adjoint,
    backward=_adjoint_backward,
    setup_context=_setup_adjoint_context,
)
define(
    f"look_up(Tensor texture, {_SEEN}, Tensor background) -> Tensor",
    look_up,
    _fake_look_up,
    backward=_look_up_backward,
    setup_context=_setup_look_up_context,
)
define(
    f"look_up_adjoint(Tensor gradient, {_SEEN}, SymInt height, SymInt width) -> Tensor",
    look_up_adjoint,
    _fake_adjoint,
    backward=_look_up_adjoint_backward,
    setup_context=_setup_look_up_adjoint_context,
)

OPERATORS = torch.ops.pyfrontiers
"""The operators by name."""
