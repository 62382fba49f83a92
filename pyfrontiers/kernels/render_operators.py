"""Torch operators of `rasterize`, `render`, `look_up` and their transposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
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


def _render_jvp(ctx: Any, of_texture: Tensor | None, of_background: Tensor | None) -> Tensor:
    *arrays, poses = ctx.saved_tensors
    mesh = (*arrays, ctx.double_sided)
    size = (ctx.height, ctx.width)
    texture, background = _both(ctx, of_texture, of_background)
    image: Tensor = torch.ops.pyfrontiers.render(texture, *mesh, poses, background, *size)
    return image


def _both(
    ctx: Any, of_texture: Tensor | None, of_background: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the tangents of texture and background, zero for one that is None."""
    if of_texture is None:
        assert of_background is not None  # one of them is a tensor
        channels = ctx.results[0][0][1]
        return of_background.new_zeros((channels, *ctx.texture_size)), of_background
    if of_background is None:
        of_background = of_texture.new_zeros(ctx.background)
    return of_texture, of_background


def _where_uncovered(gradient: Tensor, face: Tensor, shape: tuple[int, ...]) -> Tensor:
    # Selected, not multiplied by a mask: 0 * infinity at a covered pixel would be NaN.
    own = torch.where(face[:, None] < 0, gradient, torch.zeros_like(gradient))
    return own.sum_to_size(shape)


def _setup_adjoint_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    gradient, *mesh, poses, height, width = inputs
    ctx.texture_size = (height, width)
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


def _adjoint_jvp(ctx: Any, tangent: Tensor) -> Tensor:
    *arrays, poses = ctx.saved_tensors
    texture: Tensor = torch.ops.pyfrontiers.render_adjoint(
        tangent, *arrays, ctx.double_sided, poses, *ctx.texture_size
    )
    return texture


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


def _look_up_jvp(ctx: Any, of_texture: Tensor | None, of_background: Tensor | None) -> Tensor:
    texture, background = _both(ctx, of_texture, of_background)
    image: Tensor = torch.ops.pyfrontiers.look_up(texture, *ctx.saved_tensors, background)
    return image


def _setup_look_up_adjoint_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _, *fragments, height, width = inputs
    ctx.texture_size = (height, width)
    ctx.save_for_backward(*fragments)


def _look_up_adjoint_backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    nothing = gradient.new_zeros((1, 1, 1, 1))
    image = torch.ops.pyfrontiers.look_up(gradient, *ctx.saved_tensors, nothing)
    return image, *[None] * 5


def _look_up_adjoint_jvp(ctx: Any, tangent: Tensor) -> Tensor:
    texture: Tensor = torch.ops.pyfrontiers.look_up_adjoint(
        tangent, *ctx.saved_tensors, *ctx.texture_size
    )
    return texture


_MESH = "Tensor positions, Tensor faces, Tensor corners, bool double_sided, Tensor poses"
_SEEN = "Tensor face, Tensor uv, Tensor shade"

define(
    f"rasterize({_MESH}, SymInt height, SymInt width) -> (Tensor, Tensor, Tensor, Tensor)",
    rasterize,
    empty_fragments,
    derivative=Derivative(),
    batch=example_by_example("rasterize"),
)
define(
    f"render(Tensor texture, {_MESH}, Tensor background, SymInt height, SymInt width) -> Tensor",
    render,
    _fake_render,
    derivative=Derivative(
        by=("texture", "background"),
        setup_context=_setup_render_context,
        backward=_render_backward,
        jvp=_render_jvp,
    ),
    batch=example_by_example("render"),
)
define(
    f"render_adjoint(Tensor gradient, {_MESH}, SymInt height, SymInt width) -> Tensor",
    render_adjoint,
    _fake_adjoint,
    derivative=Derivative(
        by=("gradient",),
        setup_context=_setup_adjoint_context,
        backward=_adjoint_backward,
        jvp=_adjoint_jvp,
    ),
    batch=example_by_example("render_adjoint"),
)
define(
    f"look_up(Tensor texture, {_SEEN}, Tensor background) -> Tensor",
    look_up,
    _fake_look_up,
    derivative=Derivative(
        by=("texture", "background"),
        setup_context=_setup_look_up_context,
        backward=_look_up_backward,
        jvp=_look_up_jvp,
    ),
    batch=example_by_example("look_up"),
)
define(
    f"look_up_adjoint(Tensor gradient, {_SEEN}, SymInt height, SymInt width) -> Tensor",
    look_up_adjoint,
    _fake_adjoint,
    derivative=Derivative(
        by=("gradient",),
        setup_context=_setup_look_up_adjoint_context,
        backward=_look_up_adjoint_backward,
        jvp=_look_up_adjoint_jvp,
    ),
    batch=example_by_example("look_up_adjoint"),
)

OPERATORS = torch.ops.pyfrontiers
"""The operators by name."""
