"""Calls of the compiled renderer: check the arrays, allocate outputs and workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels import devices
from pyfrontiers.kernels.arguments import DTYPE_CODES
from pyfrontiers.kernels.mesh import CORNER_FLOATS
from pyfrontiers.kernels.operators import new_empty
from pyfrontiers.kernels.poses import POSE_DOUBLES

if TYPE_CHECKING:
    from collections.abc import Callable


def rasterize(
    positions: Tensor,
    faces: Tensor,
    corners: Tensor,
    double_sided: bool,
    poses: Tensor,
    height: int,
    width: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return face, depth, uv and shade of every pixel."""
    fragments = empty_fragments(positions, faces, corners, double_sided, poses, height, width)
    image_size = (poses.shape[0], height, width)
    core, where = devices.execution(positions)
    workspace = _workspace(core.render_workspace(positions.shape[1], image_size), positions)
    core.rasterize(
        _mesh(positions, faces, corners, double_sided, positions),
        _poses(poses, positions),
        image_size,
        _addresses(*fragments),
        _memory(workspace),
        where,
    )
    return fragments


def render(
    texture: Tensor,
    positions: Tensor,
    faces: Tensor,
    corners: Tensor,
    double_sided: bool,
    poses: Tensor,
    background: Tensor,
    height: int,
    width: int,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Render into `out`, which is contiguous, or a new tensor."""
    size = (poses.shape[0], texture.shape[0], height, width)
    image = new_empty(size, texture) if out is None else out
    source = _rows(texture)
    image_size = (poses.shape[0], height, width)
    core, where = devices.execution(texture)
    workspace = _workspace(core.render_workspace(positions.shape[1], image_size), texture)
    core.render(
        _mesh(positions, faces, corners, double_sided, texture),
        _poses(poses, texture),
        image_size,
        source.data_ptr(),
        DTYPE_CODES[texture.dtype],
        (texture.shape[0], texture.shape[1], texture.shape[2]),
        _background(background, size),
        image.data_ptr(),
        _memory(workspace),
        where,
    )
    return image


def render_adjoint(
    gradient: Tensor,
    positions: Tensor,
    faces: Tensor,
    corners: Tensor,
    double_sided: bool,
    poses: Tensor,
    texture_height: int,
    texture_width: int,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Apply the transpose of `render`, into `out`, which is contiguous, or a new tensor."""
    size = (gradient.shape[1], texture_height, texture_width)
    texture = new_empty(size, gradient) if out is None else out
    source = _rows(gradient)
    image_size = (poses.shape[0], gradient.shape[2], gradient.shape[3])
    core, where = devices.execution(gradient)
    needed = core.render_adjoint_workspace(positions.shape[1], image_size, size)
    workspace = _workspace(needed, gradient)
    core.render_adjoint(
        _mesh(positions, faces, corners, double_sided, gradient),
        _poses(poses, gradient),
        image_size,
        source.data_ptr(),
        DTYPE_CODES[gradient.dtype],
        size,
        texture.data_ptr(),
        _memory(workspace),
        where,
    )
    return texture


def look_up(texture: Tensor, face: Tensor, uv: Tensor, shade: Tensor, background: Tensor) -> Tensor:
    """Render from fragments."""
    count, height, width = face.shape
    size = (count, texture.shape[0], height, width)
    image, source = new_empty(size, texture), _rows(texture)
    core, where = devices.execution(texture)
    core.look_up(
        _fragments(face, uv, shade, texture),
        (count, height, width),
        source.data_ptr(),
        DTYPE_CODES[texture.dtype],
        (texture.shape[0], texture.shape[1], texture.shape[2]),
        _background(background, size),
        image.data_ptr(),
        where,
    )
    return image


def look_up_adjoint(
    gradient: Tensor,
    face: Tensor,
    uv: Tensor,
    shade: Tensor,
    texture_height: int,
    texture_width: int,
) -> Tensor:
    """Apply the transpose of `look_up`."""
    count, height, width = face.shape
    size = (gradient.shape[1], texture_height, texture_width)
    texture, source = new_empty(size, gradient), _rows(gradient)
    core, where = devices.execution(gradient)
    needed = core.look_up_adjoint_workspace((count, height, width), size)
    workspace = _workspace(needed, gradient)
    core.look_up_adjoint(
        _fragments(face, uv, shade, gradient),
        (count, height, width),
        source.data_ptr(),
        DTYPE_CODES[gradient.dtype],
        size,
        texture.data_ptr(),
        _memory(workspace),
        where,
    )
    return texture


def write(out: Tensor, into: Callable[[Tensor | None], Tensor]) -> None:
    """Write the result of a function into `out`, directly if `out` is contiguous."""
    if out.is_contiguous():
        into(out)
        torch.autograd.graph.increment_version(out)
    else:
        out.detach().copy_(into(None))


def _workspace(needed: int, like: Tensor) -> Tensor:
    return torch.empty(needed, dtype=torch.uint8, device=like.device)


def _memory(workspace: Tensor) -> tuple[int, int]:
    return workspace.data_ptr(), workspace.numel()


def _require(
    name: str, tensor: Tensor, dtype: torch.dtype, shape: tuple[int | None, ...], like: Tensor
) -> None:
    fits = tensor.dim() == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, tensor.shape, strict=True)
    )
    alike = tensor.dtype == dtype and tensor.device == like.device
    if not fits or not alike or not tensor.is_contiguous():
        wanted = tuple("any" if size is None else size for size in shape)
        raise ValueError(
            f"{name} must be contiguous {dtype} {wanted} on {like.device}, got {tensor.dtype} "
            f"{tuple(tensor.shape)} with strides {tensor.stride()} on {tensor.device}"
        )


def _mesh(
    positions: Tensor, faces: Tensor, corners: Tensor, double_sided: bool, like: Tensor
) -> tuple[int, int, int, int, int, bool]:
    _require("positions", positions, torch.float64, (3, None), like)
    _require("faces", faces, torch.int32, (None, 3), like)
    _require("corners", corners, torch.float32, (faces.shape[0], CORNER_FLOATS), like)
    return (
        *(positions.data_ptr(), positions.shape[1]),
        *(faces.data_ptr(), faces.shape[0]),
        *(corners.data_ptr(), double_sided),
    )


def _poses(poses: Tensor, like: Tensor) -> int:
    _require("poses", poses, torch.float64, (None, POSE_DOUBLES), like)
    return poses.data_ptr()


def _fragments(face: Tensor, uv: Tensor, shade: Tensor, like: Tensor) -> tuple[int, int, int, int]:
    _require("face", face, torch.int32, (None, None, None), like)
    _require("uv", uv, torch.float32, (*face.shape, 2), like)
    _require("shade", shade, torch.float32, tuple(face.shape), like)
    return face.data_ptr(), 0, uv.data_ptr(), shade.data_ptr()


def _addresses(face: Tensor, depth: Tensor, uv: Tensor, shade: Tensor) -> tuple[int, int, int, int]:
    return face.data_ptr(), depth.data_ptr(), uv.data_ptr(), shade.data_ptr()


def _background(background: Tensor, size: tuple[int, ...]) -> tuple[int, int, int, int, int]:
    pose, channel, row, column = background.expand(size).stride()
    return background.data_ptr(), pose, channel, row, column


def _rows(x: Tensor) -> Tensor:
    return x.resolve_neg().contiguous()


def empty_fragments(
    positions: Tensor,
    faces: Tensor,
    corners: Tensor,
    double_sided: bool,
    poses: Tensor,
    height: int,
    width: int,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the outputs of `rasterize`, uninitialised."""
    size = (poses.shape[0], height, width)
    return (
        faces.new_empty(size),
        corners.new_empty(size),
        corners.new_empty((*size, 2)),
        corners.new_empty(size),
    )
