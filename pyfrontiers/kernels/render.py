"""Images of a textured mesh in many poses, and the transposed map for the texture's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfrontiers.kernels import render_calls as calls
from pyfrontiers.kernels.arguments import check_out, writable_tensor
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
from pyfrontiers.kernels.poses import Poses
from pyfrontiers.kernels.render_operators import OPERATORS

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

__all__ = ["rasterize", "render", "render_adjoint"]


def rasterize(mesh: Mesh, poses: Poses, *, size: tuple[int, int]) -> Fragments:
    """Find what each pixel of each pose sees of the mesh.

    That is the part of `render` which does not depend on the texture: use it to look several
    textures up in the same poses, or for a mask or a depth map. Pixel (row i, column j) is sampled
    at its centre. Vertices are rounded to 1/4096 pixel on the screen and coverage is decided in
    integers by the top-left rule, so that a pixel belongs to exactly one of two faces that share an
    edge. The nearest face wins, on a tie the one with the lower number.

    Args:
        mesh: the mesh.
        poses: P poses.
        size: (height, width) of the images, at most 32,768 each.

    Returns:
        Face, depth, texture coordinates and shade by pixel. A face is not drawn when a vertex lies
        before the near plane or more than 262,144 pixels away (it is dropped whole, not clipped),
        and when it is seen edge-on or from behind (the last not for double-sided meshes). The same
        bits on every instruction set and for any number of threads.

    Raises:
        TypeError: a mesh, poses or size of another kind.
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
    """Render a textured mesh in many poses at once.

    image = M texture + background where nothing covers it. M depends on mesh and poses only: for a
    covered pixel it holds the four bilinear weights at the pixel's place on the texture
    (perspective-correct, "border" padding, texel centres at half-integers as in
    `torch.nn.functional.grid_sample` with `align_corners=False`), times Lambert's shade. Values are
    not clamped. See `rasterize` for what covers a pixel.

    Args:
        texture: (C, height, width) float32, float64, float16 or bfloat16, any layout; sides at most
            32,768.
        mesh: the mesh.
        poses: P poses.
        size: (height, width) of the images, at most 32,768 each.
        background: a number, (C,) a colour, (P, C) a colour by pose, (C, height, width) an image,
            or (P, C, height, width) an image by pose.
        out: where to write, of shape (P, C, height, width) and the texture's dtype.

    Returns:
        `out`, or a new (P, C, height, width) tensor. The same bits on every instruction set and for
        any number of threads; float16 and bfloat16 are computed in float32 and rounded once. A NaN
        texel makes the pixels NaN whose footprint it is in. Gradients flow to texture and
        background, not to mesh and poses; the mesh is rasterised again for them, nothing is saved.

    Raises:
        TypeError: an argument of another kind or dtype.
        ValueError: a shape or size out of range, tensors on different devices, or an `out` that has
            another shape, is read-only, overlaps an input or needs a gradient.

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
    """Apply the transpose of `render`'s map: the texture's gradient from the images' gradient.

    texture' = M^T gradient with exactly the entries of M that `render` uses, so that
    <M texture, gradient> = <texture, M^T gradient> up to the rounding of sums.

    Args:
        gradient: (P, C, height, width) float32, float64, float16 or bfloat16, any layout.
        mesh: the mesh.
        poses: P poses.
        texture_size: (height, width) of the texture, 1 to 32,768 each.
        out: where to write, of shape (C, *texture_size) and the gradient's dtype.

    Returns:
        `out`, or a new (C, *texture_size) tensor. Every texel sums in the order of poses, rows and
        columns: the same bits on every instruction set and for any number of threads. Gradients
        flow to `gradient`.

    Raises:
        TypeError: an argument of another kind or dtype.
        ValueError: a shape or size out of range, tensors on different devices, or an `out` that has
            another shape, is read-only, overlaps the input or needs a gradient.

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
        raise TypeError(f"mesh: got {type(mesh).__name__}, wanted a pyfrontiers.kernels.Mesh")
    if not isinstance(poses, Poses):
        raise TypeError(f"poses: got {type(poses).__name__}, wanted a pyfrontiers.kernels.Poses")
    if poses.packed.device != mesh.positions.device:
        raise ValueError(
            f"poses: got poses on {poses.packed.device}, wanted them on {mesh.positions.device} "
            "as the mesh is"
        )
