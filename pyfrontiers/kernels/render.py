"""Rendering of a textured mesh in many poses, and its transpose for the texture's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.kernels import render_calls as calls
from pyfrontiers.kernels.fragments import (
    Background,
    Fragments,
    background_for,
    check_gradient,
    check_size,
    check_texture,
)
from pyfrontiers.kernels.mesh import Mesh
from pyfrontiers.kernels.operators import direct
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor
from pyfrontiers.kernels.poses import Poses
from pyfrontiers.kernels.render_operators import OPERATORS

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

__all__ = ["rasterize", "render", "render_adjoint"]


def rasterize(mesh: Mesh, poses: Poses, *, size: tuple[int, int]) -> Fragments:
    """Find the visible face at each pixel of each pose.

    This is the part of `render` that does not depend on the texture. Use it to look up several
    textures in the same poses, or for a mask or depth map. Pixels are sampled at their centres.
    Vertices are rounded to 1/4096 pixel on the screen and coverage is decided in integers by the
    top-left rule, so a pixel on a shared edge belongs to exactly one of the two faces. The nearest
    face wins; on a tie, the one with the lower index.

    Args:
        mesh: the mesh.
        poses: P poses.
        size: (height, width) of the images, at most 32,768 each.

    Returns:
        Face, depth, texture coordinates and shade of each pixel. A face with a vertex closer than
        the near plane, or at a row or column beyond +-262,144, is dropped whole, not clipped. Faces
        seen edge-on, and back faces of single-sided meshes, are not drawn. Bit-identical on every
        instruction set and for any number of threads.

    Raises:
        TypeError: a mesh, poses or size of the wrong type.
        ValueError: a size out of range, or mesh and poses on different devices.

    Source:
        Pineda, A parallel algorithm for polygon rasterization, SIGGRAPH 1988; Blinn, Hyperbolic
        interpolation, IEEE Computer Graphics and Applications 12(4), 1992.
    """
    height, width = check_size("size", size)
    _check_scene(mesh, poses)
    arguments = (*_arrays(mesh), poses.packed, height, width)
    if direct(poses.packed):
        return Fragments(*calls.rasterize(*arguments))
    return Fragments(*OPERATORS.rasterize(*arguments))


def render(
    texture: Tensor,
    mesh: Mesh,
    poses: Poses,
    *,
    size: tuple[int, int],
    background: Background = 0.0,
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Render a textured mesh in many poses.

    image = M texture, and the background at pixels that no face covers. M depends only on mesh and
    poses: the row of a covered pixel holds the four bilinear weights at its texture coordinates
    (perspective-correct, "border" padding, texel centres at half-integers as in
    `torch.nn.functional.grid_sample` with `align_corners=False`), times Lambert's shade. Values are
    not clamped. `rasterize` defines coverage.

    Args:
        texture: (C, height, width) float32, float64, float16 or bfloat16, of any layout; sides at
            most 32,768.
        mesh: the mesh.
        poses: P poses.
        size: (height, width) of the images, at most 32,768 each.
        background: a number, a colour (C,), a colour per pose (P, C), an image (C, height, width)
            or an image per pose (P, C, height, width).
        out: output tensor (P, C, height, width) of the texture's dtype.

    Returns:
        `out`, or a new (P, C, height, width) tensor. Bit-identical on every instruction set and for
        any number of threads; float16 and bfloat16 are computed in float32 and rounded once. A NaN
        texel makes the pixels NaN whose footprint contains it. Gradients flow to texture and
        background, not to mesh and poses; the backward pass rasterises again and saves nothing.

    Raises:
        TypeError: an argument of the wrong type or dtype.
        ValueError: a shape or size out of range, tensors on different devices, or an `out` that has
            another shape, is read-only, overlaps an input or requires a gradient.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018, sec.
        2.3 and appendix; Pineda, SIGGRAPH 1988; Blinn, IEEE CG&A 12(4), 1992.
    """
    height, width = check_size("size", size)
    _check_scene(mesh, poses)
    check_texture(texture, mesh.positions)
    behind = background_for(background, texture, len(poses), height, width)
    arguments = (*_arrays(mesh), poses.packed, behind, height, width)
    if out is not None:
        target = writable_tensor(out)
        shape = (len(poses), texture.shape[0], height, width)
        check_out(target, shape, texture, {"texture": texture, "background": behind})
        calls.write(target, lambda image: calls.render(texture, *arguments, out=image))
        return target
    if direct(texture, behind):
        return calls.render(texture, *arguments)
    image: Tensor = OPERATORS.render(texture, *arguments)
    return image


def render_adjoint(
    gradient: Tensor,
    mesh: Mesh,
    poses: Poses,
    *,
    texture_size: tuple[int, int],
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Apply the transpose of `render`: the gradient of the texture from that of the images.

    texture' = M^T gradient with exactly the entries of M that `render` uses, so
    <M texture, gradient> = <texture, M^T gradient> up to the rounding of sums.

    Args:
        gradient: (P, C, height, width) float32, float64, float16 or bfloat16, of any layout.
        mesh: the mesh.
        poses: P poses.
        texture_size: (height, width) of the texture, 1 to 32,768 each.
        out: output tensor (C, *texture_size) of the gradient's dtype.

    Returns:
        `out`, or a new (C, *texture_size) tensor. Every texel sums in the order of poses, rows and
        columns, so the result is bit-identical on every instruction set and for any number of
        threads. Gradients flow to `gradient`.

    Raises:
        TypeError: an argument of the wrong type or dtype.
        ValueError: a shape or size out of range, tensors on different devices, or an `out` that has
            another shape, is read-only, overlaps the input or requires a gradient.

    Source:
        Athalye, Engstrom, Ilyas, Kwok, Synthesizing robust adversarial examples, ICML 2018, sec.
        2.3 and appendix.
    """
    texture_height, texture_width = check_size("texture_size", texture_size, least=1)
    _check_scene(mesh, poses)
    check_gradient(gradient, mesh.positions, len(poses))
    arguments = (*_arrays(mesh), poses.packed, texture_height, texture_width)
    if out is not None:
        target = writable_tensor(out)
        shape = (gradient.shape[1], texture_height, texture_width)
        check_out(target, shape, gradient, {"gradient": gradient})
        calls.write(target, lambda texture: calls.render_adjoint(gradient, *arguments, out=texture))
        return target
    if direct(gradient):
        return calls.render_adjoint(gradient, *arguments)
    texture: Tensor = OPERATORS.render_adjoint(gradient, *arguments)
    return texture


def _arrays(mesh: Mesh) -> tuple[Tensor, Tensor, Tensor, bool]:
    return mesh.positions, mesh.faces, mesh.corners, mesh.double_sided


def _check_scene(mesh: Mesh, poses: Poses) -> None:
    if not isinstance(mesh, Mesh):
        raise TypeError(f"mesh must be a pyfrontiers.kernels.Mesh, got {type(mesh).__name__}")
    if not isinstance(poses, Poses):
        raise TypeError(f"poses must be a pyfrontiers.kernels.Poses, got {type(poses).__name__}")
    if poses.packed.device != mesh.positions.device:
        raise ValueError(
            f"poses must be on {mesh.positions.device} like the mesh, got {poses.packed.device}"
        )
